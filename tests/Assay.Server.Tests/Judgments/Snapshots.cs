using System.Text;
using Assay.Judgments.Entries;
using Assay.Judgments.Seals;

namespace Assay.Server.Tests.Judgments;

/// <summary>Entries and snapshots for tests of the server.</summary>
internal static class Snapshots
{
    public static readonly DateTimeOffset Noon = new(2026, 10, 24, 12, 0, 0, TimeSpan.Zero);

    public static Guid Id(int number) => JudgmentId.Create(Noon.AddSeconds(number), Encoding.ASCII.GetBytes($"sv{number:D8}"));

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

    /// <summary>A draft as an agent leaves it: no owner, no confidence.</summary>
    public static Judgment Draft(int number) => Entry(number) with
    {
        Status = JudgmentStatus.Proposed,
        Owner = null,
        Confidence = null,
        Ai = new AiPart(AiRole.Drafted, AiRelation.None, "claude-code", null, []),
    };

    public static string Hash(int number) => number.ToString("x40", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The default branch with these entries, all sealed that are accepted.</summary>
    public static RepositorySnapshot Of(params Judgment[] entries) => new(
        Hash(entries.Length + 1),
        [.. entries.Select(File)],
        [.. entries.Where(e => e.Status == JudgmentStatus.Accepted).Select(e => new Seal(e.Id, File(e).Blob, File(e).Path, Hash(1), Noon))],
        [],
        0);

    public static SnapshotEntry File(Judgment entry)
    {
        var text = JudgmentWriter.Write(entry);
        return new SnapshotEntry(
            "docs/judgments/" + FileName.Of(entry), BlobName.Of(Encoding.UTF8.GetBytes(text)), text, Hash(1), Noon.AddMinutes(5), "ada@example.com", []);
    }
}
