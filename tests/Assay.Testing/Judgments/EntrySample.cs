using System.Text;
using Assay.Judgments.Entries;

namespace Assay.Testing.Judgments;

/// <summary>Entries for tests: sound unless a test says otherwise, and each with words of its own.</summary>
public static class EntrySample
{
    /// <summary>When they were decided.</summary>
    public static readonly DateTimeOffset Noon = new(2026, 10, 24, 12, 0, 0, TimeSpan.Zero);

    public static Guid Id(int number) => JudgmentId.Create(Noon.AddSeconds(number), Encoding.ASCII.GetBytes($"id{number:D8}"));

    public static Judgment Entry(int number = 1) => new()
    {
        Id = Id(number),
        Title = $"Decision number {number}",
        Status = JudgmentStatus.Accepted,
        Stage = JudgmentStage.Tradeoff,
        DecidedAt = Noon,
        Owner = "ada@example.com",
        Confidence = 70,
        Sections =
        [
            new Section(SectionNames.Decision, $"We do what decision {number} says."),
            new Section(SectionNames.Rejected, $"- **Another way {number}**: it costs more than it gives."),
        ],
    };

    public static string Text(Judgment entry) => JudgmentWriter.Write(entry);

    public static ReadEntry Read(string text) => JudgmentReader.Read(Encoding.UTF8.GetBytes(text));

    public static string Path(int number = 1) => $"docs/judgments/2026-10-24-decision-number-{number}.judgment.md";
}
