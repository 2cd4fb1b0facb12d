using System.Diagnostics;
using System.Globalization;
using System.Text;
using Assay.Judgments.Entries;

namespace Assay.Bench.Judge;

/// <summary>A repository with as many accepted entries as one likes, a commit each, the same for the same number.</summary>
internal static class ManyEntries
{
    /// <summary>Ten thousand entries in five years.</summary>
    private const int MinutesBetween = 262;

    private static readonly DateTimeOffset s_start = new(2021, 1, 1, 9, 0, 0, TimeSpan.Zero);

    private static readonly string[] s_words =
    [
        "lease", "lock", "store", "journal", "segment", "route", "price", "budget", "token", "stream", "queue", "index", "cache", "shard",
        "replica", "schema", "window", "ledger", "retry", "timeout", "snapshot", "header", "parser", "format", "client", "server", "batch",
        "event", "merge", "branch", "review", "signal", "quota", "tenant", "region", "deploy", "secret", "cursor", "buffer", "thread",
    ];

    public static void Create(string folder, string folders, int count)
    {
        Git(folder, "init", "-q", "-b", "main");
        Git(folder, "config", "user.email", "ada@example.com");
        Git(folder, "config", "user.name", "Ada");
        using var import = Process.Start(new ProcessStartInfo("git", ["fast-import", "--quiet"]) { WorkingDirectory = folder, RedirectStandardInput = true, UseShellExecute = false })!;
        var stream = import.StandardInput.BaseStream;
        var random = new Random(count);
        for (var i = 0; i < count; i++)
        {
            var entry = Entry(i, random);
            var at = entry.DecidedAt.AddMinutes(5).ToUnixTimeSeconds();
            Write(stream, string.Create(CultureInfo.InvariantCulture, $"commit refs/heads/main\ncommitter Ada <ada@example.com> {at} +0000\ndata 5\nentry\n"));
            Write(stream, $"M 100644 inline {FileName.Folder(folders, entry)}/{FileName.Of(entry).Replace(".judgment.md", $"-{i}.judgment.md", StringComparison.Ordinal)}\n");
            var text = Encoding.UTF8.GetBytes(JudgmentWriter.Write(entry));
            Write(stream, string.Create(CultureInfo.InvariantCulture, $"data {text.Length}\n"));
            stream.Write(text);
            Write(stream, "\n");
        }

        import.StandardInput.Close();
        import.WaitForExit();
        Git(folder, "reset", "-q", "--hard");
        Git(folder, "gc", "-q");
    }

    /// <summary>One more entry in the index, as before a commit.</summary>
    public static void Stage(string folder, string folders)
    {
        var entry = Entry(1_000_000, new Random(1));
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, FileName.Folder(folders, entry))).FullName, FileName.Of(entry)), JudgmentWriter.Write(entry));
        Git(folder, "add", "-A");
    }

    private static Judgment Entry(int number, Random random)
    {
        var at = s_start.AddMinutes(number % 10_000 * MinutesBetween);
        var bytes = new byte[10];
        random.NextBytes(bytes);
        return new Judgment
        {
            Id = JudgmentId.Create(at, bytes),
            Title = $"{Words(random, 6)} {number}",
            Status = JudgmentStatus.Accepted,
            Stage = JudgmentStage.Tradeoff,
            DecidedAt = at,
            Owner = "ada@example.com",
            Confidence = random.Next(50, 100),
            Ai = new AiPart(AiRole.Proposed, AiRelation.Overrode, "claude-code", "claude-opus-5", [$"s{number}"]),
            Refs = [$"JRA-{number}"],
            Sections =
            [
                new(SectionNames.Decision, Words(random, 30) + "."),
                new(SectionNames.Proposed, Words(random, 25) + "."),
                new(SectionNames.Chosen, Words(random, 12) + "."),
                new(SectionNames.Rejected, $"- **{Words(random, 3)}**: {Words(random, 20)}.\n- **{Words(random, 3)}**: {Words(random, 15)}."),
            ],
        };
    }

    private static string Words(Random random, int count) =>
        string.Join(' ', Enumerable.Range(0, count).Select(_ => s_words[random.Next(s_words.Length)] + (random.Next(3) == 0 ? random.Next(400).ToString(CultureInfo.InvariantCulture) : "")));

    private static void Write(Stream stream, string text) => stream.Write(Encoding.UTF8.GetBytes(text));

    private static void Git(string folder, params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = folder })!;
        git.WaitForExit();
    }
}
