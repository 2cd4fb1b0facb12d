using System.CommandLine;
using Assay.Judgments.Entries;
using Assay.Judgments.Git;
using Assay.Judgments.Lint;
using Assay.Judgments.Nudges;
using Assay.Judgments.Reports;

namespace Assay.Judge;

/// <summary><c>assay judge hook</c>: what the installed git hooks run. They never ask a question.</summary>
internal static class HookCommand
{
    /// <summary>Not git's: an AI tool runs it after each edit.</summary>
    private const string AiEdit = "ai-edit";

    public static IReadOnlyList<string> Names { get; } = [.. HookScript.Names, AiEdit];

    public static Command Create(JudgeSite site)
    {
        var name = new Argument<string>("name");
        name.AcceptOnlyFromAmong([.. Names]);
        var arguments = new Argument<string[]>("arguments") { Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("hook", "What git hooks run; `init` installs them.") { name, arguments };
        command.Hidden = true;
        command.SetAction((parsed, cancellation) =>
            RunAsync(site, parsed.GetValue(name)!, parsed.GetValue(arguments) ?? [], cancellation));
        return command;
    }

    /// <summary>What the command does, for the program's shortest way to it.</summary>
    public static async Task<int> RunAsync(JudgeSite site, string name, string[] arguments, CancellationToken cancellation)
    {
        try
        {
            return await (name switch
            {
                "pre-commit" => PreCommitAsync(site, cancellation),
                "prepare-commit-msg" => PrepareMessageAsync(site, arguments, cancellation),
                AiEdit => TakeEditAsync(site, cancellation),
                _ => CommitMessageAsync(site, arguments, cancellation),
            });
        }
        catch (Exception fault) when (JudgeCommand.IsForAPerson(fault))
        {
            await site.Error.WriteLineAsync("assay judge: " + fault.Message);
            return 2;
        }
    }

    /// <summary>Checks the entries of the next commit; says nothing if there is nothing to say.</summary>
    private static async Task<int> PreCommitAsync(JudgeSite site, CancellationToken cancellation)
    {
        var repository = site.Repository();
        var settings = JudgeSite.Settings(repository.Root);
        var result = await RepositoryCheck.RunAsync(
            repository,
            new CheckOptions(site.Clock.GetUtcNow(), Staged: true, DefaultBranch: settings.DefaultBranch),
            cancellation);

        // In a shallow clone a commit is not stopped; the pipeline, which has the history, verifies.
        var findings = Linter.Sort(settings.Apply(result.Findings).Where(f => f.Rule != "JL102"));
        if (findings.Count > 0)
        {
            TextReport.Write(site.Error, findings, result.Context.Log.Files.Count);
        }

        return findings.Any(f => f.Severity == Severity.Error) ? 1 : 0;
    }

    private static async Task<int> TakeEditAsync(JudgeSite site, CancellationToken cancellation)
    {
        await AiEditLog.TakeAsync(site, site.Repository().Root, cancellation);
        return 0;
    }

    /// <summary>Adds the trailers that join the commit to its AI session and to its entries.</summary>
    private static async Task<int> PrepareMessageAsync(JudgeSite site, string[] arguments, CancellationToken cancellation)
    {
        if (arguments.Length == 0 || (arguments.Length > 1 && arguments[1] is "merge" or "squash"))
        {
            return 0;
        }

        var repository = site.Repository();
        var around = await Surroundings.FindAsync(site, repository.Root, cancellation);
        var trailers = new List<string>();
        if (around.SessionTrailer() is { } session)
        {
            trailers.Add("AI-Session: " + session);
        }

        var range = await repository.RangeAsync(null, cancellation);
        foreach (var file in range.Files.Where(f => !f.IsDeleted && f.Path.EndsWith(JudgmentReader.FileSuffix, StringComparison.Ordinal)))
        {
            if (repository.ReadFile(file.Path, SourceText.BytesMax) is { } bytes && JudgmentReader.Read(bytes).Entry is { } entry)
            {
                trailers.Add($"Judgment: {entry.Id:D}");
            }
        }

        if (trailers.Count > 0)
        {
            await new GitProgram(repository.Root).RunAsync(
                ["interpret-trailers", "--in-place", "--if-exists", "addIfDifferent",
                 .. trailers.SelectMany(t => (string[])["--trailer", t]), Path.GetFullPath(arguments[0], site.Directory)],
                null,
                cancellation);
        }

        return 0;
    }

    /// <summary>Names changes that look like a decision, now that the message is there that may name an entry.</summary>
    private static async Task<int> CommitMessageAsync(JudgeSite site, string[] arguments, CancellationToken cancellation)
    {
        var repository = site.Repository();
        var settings = JudgeSite.Settings(repository.Root);
        var log = await RepositoryCheck.LoadAsync(repository, cancellation);
        var range = await repository.RangeAsync(null, cancellation);
        if (arguments.Length > 0)
        {
            var message = await File.ReadAllLinesAsync(Path.GetFullPath(arguments[0], site.Directory), cancellation);
            range = range with
            {
                Judgments = [.. message.Where(l => l.StartsWith("Judgment:", StringComparison.OrdinalIgnoreCase)).Select(l => l["Judgment:".Length..].Trim())],
            };
        }

        var facts = await NudgeSources.GatherAsync(site, repository, range, settings, isBranch: false, cancellation);
        var findings = Linter.Sort(settings.Apply(NudgeFinder.Find(log, range, settings, facts)));
        foreach (var finding in findings)
        {
            await site.Error.WriteLineAsync($"{finding.Path}: {TextReport.Word(finding.Severity)} {finding.Rule}: {finding.Message}");
        }

        return findings.Any(f => f.Severity == Severity.Error) ? 1 : 0;
    }
}
