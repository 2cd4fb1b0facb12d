using System.CommandLine;
using Assay.Judgments.Git;
using Assay.Judgments.Seals;

namespace Assay.Judge;

/// <summary><c>assay judge push</c>: tells the server what the default branch holds and which entries it seals. For pipelines.</summary>
internal static class PushCommand
{
    public static Command Create(JudgeSite site)
    {
        var repository = RepositoryOption();
        var command = new Command("push", "Tell the server the entries and seals of the default branch (ASSAY_URL, ASSAY_KEY).") { repository };
        command.Run(site, async (parsed, cancellation) =>
        {
            var here = site.Repository();
            using var server = await LogServer.NeedAsync(site, here.Root, parsed.GetValue(repository), cancellation);
            var facts = await here.DescribeAsync(JudgeSite.Settings(here.Root).DefaultBranch, cancellation);
            var snapshot = await SnapshotReader.ReadAsync(
                new GitProgram(here.Root), facts.DefaultRef ?? throw new JudgeException("There is no commit yet."), here.CacheIn(facts), cancellation);
            var answer = await server.PostAsync("judgments/push", Body(server.Repository, snapshot), cancellation);
            var alarms = answer.GetProperty("added").EnumerateArray().Where(l => l.GetProperty("kind").GetString() != "sealed").ToList();
            await site.Output.WriteLineAsync(
                $"{server.Repository}: {snapshot.Entries.Count} entries, {snapshot.Seals.Count} sealed; the witness added {answer.GetProperty("added").GetArrayLength()} lines.");
            foreach (var line in alarms)
            {
                await site.Error.WriteLineAsync($"witness: {line.GetProperty("kind").GetString()} {line.GetProperty("id").GetString()} {line.GetProperty("path").GetString()}");
            }

            return alarms.Exists(l => l.GetProperty("kind").GetString() != "returned") ? 1 : 0;
        });
        return command;
    }

    public static Option<string?> RepositoryOption() => new("--repository")
    {
        Description = "The repository's name at the server. Default: git's assay.repository, or owner/name of origin.",
        HelpName = "NAME",
    };

    private static object Body(string repository, RepositorySnapshot snapshot) => new
    {
        repository,
        head = snapshot.Head,
        entries = snapshot.Entries.Select(e => new
        {
            path = e.Path,
            blob = e.Blob,
            text = e.Text,
            commit = e.Commit,
            committedAt = e.CommittedAt,
            author = e.Author,
            judgedBy = e.JudgedBy,
        }),
        seals = snapshot.Seals.Select(s => new { id = s.Id, blob = s.Blob, commit = s.Commit, at = s.At, path = s.Path }),
        breaches = snapshot.Breaches.Select(b => new { id = b.Id, breach = b.Breach, commit = b.Commit, path = b.Path }),
        unreadable = snapshot.Unreadable,
    };
}
