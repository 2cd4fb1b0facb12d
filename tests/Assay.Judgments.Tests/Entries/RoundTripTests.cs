using System.Text;
using Assay.Judgments.Entries;
using Assay.Judgments.Yaml;
using FsCheck;
using FsCheck.Fluent;

namespace Assay.Judgments.Tests.Entries;

public sealed class RoundTripTests
{
    [Fact]
    public void Whatever_is_written_is_read_back_the_same()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var entry = Random(new Random(seed));
            var text = JudgmentWriter.Write(entry);
            var read = EntrySample.Read(text);
            read.Faults.ShouldBeEmpty(text);
            EntrySample.Text(read.Entry!).ShouldBe(text);
            read.Entry!.Title.ShouldBe(entry.Title);
            read.Entry.Affects.ShouldBe(entry.Affects);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Random_bytes_and_cut_or_bent_entries_give_faults_and_never_an_exception()
    {
        var random = new Random(5);
        var whole = Encoding.UTF8.GetBytes(JudgmentWriter.Write(Random(new Random(1))));
        for (var i = 0; i < 3000; i++)
        {
            var bytes = whole[..random.Next(whole.Length + 1)];
            for (var j = random.Next(6); j > 0 && bytes.Length > 0; j--)
            {
                bytes[random.Next(bytes.Length)] = "\n\r\t:-[]{}\"'&*!|>#%@`\\ux0\u00ff"u8[random.Next(26)];
            }

            var read = JudgmentReader.Read(bytes);
            (read.Entry is null).ShouldBe(read.Faults.Count > 0);
            read.Faults.ShouldAllBe(f => f.Line >= 1 && f.Column >= 1 && f.Message.Length > 5);
        }
    }

    /// <summary>An entry with random parts, and texts that tempt a writer of YAML.</summary>
    internal static Judgment Random(Random random) => EntrySample.Entry() with
    {
        Title = Text(random),
        Summary = Maybe(random, () => Text(random)),
        Status = (JudgmentStatus)random.Next(4),
        Stage = (JudgmentStage)random.Next(6),
        DecidedAt = EntrySample.Noon.AddTicks(random.Next()).ToOffset(TimeSpan.FromMinutes(random.Next(-800, 800))),
        Owner = random.Next(2) == 0 ? null : "a.b@example.com",
        Confidence = random.Next(2) == 0 ? null : random.Next(101),
        Ai = new AiPart((AiRole)random.Next(5), (AiRelation)random.Next(4), Maybe(random, () => Text(random)), null, Texts(random)),
        RespondsTo = [new Response(EntrySample.Id(random.Next(1000)), Text(random))],
        Supersedes = [EntrySample.Id(random.Next(1000))],
        Affects = Texts(random),
        Refs = Texts(random),
        Reversibility = random.Next(2) == 0 ? null : (Reversibility)random.Next(3),
        ReviewBy = random.Next(2) == 0 ? null : new DateOnly(2027, 1, 31),
        Tags = [.. Texts(random).Select(t => t[..Math.Min(t.Length, 20)].Trim() + "x")],
        Prior = random.Next(2) == 0 ? null : new PriorView(Text(random), 50, EntrySample.Noon),
        Evidence = Texts(random),
        Origin = random.Next(2) == 0 ? null : new OriginPart("madr", Text(random)),
        Extensions = [new YamlField(1, 1, "x_note", new YamlScalar(1, 1, Text(random), false))],
        Sections =
        [
            new Section("Decision", Text(random) + "\n\n    indented\n\n```\n## in code\n```"),
            new Section("Rejected, and why", RejectedOptions.Write([new RejectedOption("One", "too slow", "it gets faster")])),
        ],
    };

    private static string? Maybe(Random random, Func<string> make) => random.Next(2) == 0 ? null : make();

    private static List<string> Texts(Random random) =>
        [.. Enumerable.Range(0, random.Next(4)).Select(i => Text(random)).Distinct(StringComparer.Ordinal)];

    private static string Text(Random random)
    {
        string[] pieces =
        [
            "a", "B", " ", ": ", " #", "-", "[", "]", "{", "}", "\"", "'", "\\", "no", "null", "~", "1e3", "0x1", "ü", "😀", ",", "&", "*",
            "!", "%", "@", "`", "|", ">", "---", "...", "?", "=", "<<", "2026-01-01", "\t",
        ];
        var text = string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => pieces[random.Next(pieces.Length)]));
        return text.Trim().Length == 0 ? "x" : text;
    }
}
