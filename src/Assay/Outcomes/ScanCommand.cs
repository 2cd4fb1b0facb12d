using System.CommandLine;
using System.Text.Json;
using Assay.Judge;
using Assay.Judgments.Git;

namespace Assay.Outcomes;

/// <summary><c>assay outcomes scan</c>: tells the server what a local repository knows of outcomes.</summary>
internal static class ScanCommand
{
    private const int AtOnce = 100;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    public static Command Create() => Create(JudgeSite.Real());

    public static Command Create(JudgeSite site)
    {
        var path = new Argument<string>("path") { Description = "The repository.", DefaultValueFactory = _ => "." };
        var branch = new Option<string?>("--branch") { Description = "The default branch. Default: what origin/HEAD names, or HEAD." };
        var days = new Option<int>("--days") { Description = "How far to look back.", DefaultValueFactory = _ => 90 };
        var print = new Option<bool>("--print") { Description = "Print what was found as JSON lines and tell no server." };
        var name = PushCommand.RepositoryOption();
        var command = new Command(
            "scan", "Find merges, reverts, AI-Session trailers, git-ai notes and how long lines last in a local repository, and tell the server (ASSAY_URL, ASSAY_KEY).")
        {
            path, branch, days, name, print,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                if (parsed.GetValue(days) is < 1 or > 3650)
                {
                    await site.Error.WriteLineAsync("--days: write a number from 1 to 3650.");
                    return 2;
                }

                var git = new GitProgram(Path.GetFullPath(parsed.GetValue(path)!));
                var from = parsed.GetValue(branch) ?? await DefaultBranchAsync(git, cancellation);
                var isPrinted = parsed.GetValue(print);
                using var server = isPrinted ? null : await LogServer.NeedAsync(site, git.WorkingDirectory, parsed.GetValue(name), cancellation);
                var repository = server?.Repository ?? parsed.GetValue(name) ?? await NameAsync(git, cancellation);
                var found = await new RepositoryScan(git, repository, from, parsed.GetValue(days), site.Clock.GetUtcNow()).RunAsync(cancellation);
                if (server is null)
                {
                    foreach (var line in found.Changes.Cast<object>().Concat(found.Reverts).Concat(found.Anchors))
                    {
                        await site.Output.WriteLineAsync(JsonSerializer.Serialize(line, s_json));
                    }

                    return 0;
                }

                await TellAsync(server, repository, found, cancellation);
                await site.Output.WriteLineAsync(
                    $"{repository}: {found.Changes.Count} changes, {found.Changes.Count(c => c.Reverts.Count > 0) + found.Reverts.Count} of them or commits that undo others, "
                    + $"{found.Anchors.Count} ties to sessions; of {found.Changes.Count(c => c.Lines?.Alive14 is not null)} changes the lines were counted after 14 days, "
                    + $"of {found.Changes.Count(c => c.Lines?.Alive30 is not null)} after 30.");
                return 0;
            }
            catch (Exception fault) when (fault is JudgeException or GitException)
            {
                await site.Error.WriteLineAsync(fault.Message);
                return 2;
            }
        });
        return command;
    }

    /// <summary>A part at a time: what is told twice counts once, so a scan that broke off is simply run again.</summary>
    private static async Task TellAsync(LogServer server, string repository, ScanResult found, CancellationToken cancellation)
    {
        foreach (var changes in found.Changes.AsEnumerable().Reverse().Chunk(AtOnce))
        {
            await server.PostAsync("outcomes/scan", new { repository, changes }, cancellation);
        }

        foreach (var reverts in found.Reverts.AsEnumerable().Reverse().Chunk(AtOnce))
        {
            await server.PostAsync("outcomes/scan", new { repository, reverts }, cancellation);
        }

        foreach (var anchors in found.Anchors.Chunk(AtOnce * 10))
        {
            await server.PostAsync("outcomes/scan", new { repository, anchors }, cancellation);
        }
    }

    private static async Task<string> DefaultBranchAsync(GitProgram git, CancellationToken cancellation)
    {
        var (code, output, _) = await git.TryRunAsync(["symbolic-ref", "--short", "refs/remotes/origin/HEAD"], null, cancellation);
        return code == 0 ? System.Text.Encoding.UTF8.GetString(output).Trim()
            : await git.TextAsync(cancellation, "rev-parse", "--abbrev-ref", "HEAD");
    }

    private static async Task<string> NameAsync(GitProgram git, CancellationToken cancellation)
    {
        var (code, output, _) = await git.TryRunAsync(["config", "--get", "remote.origin.url"], null, cancellation);
        return (code == 0 ? LogServer.NameOf(System.Text.Encoding.UTF8.GetString(output).Trim()) : null) ?? Path.GetFileName(git.WorkingDirectory);
    }
}
