using System.CommandLine;
using Assay.Judgments.Lint;
using Assay.Judgments.Nudges;
using Assay.Judgments.Reports;

namespace Assay.Judge;

/// <summary><c>assay judge check</c>: rules and seals, for people, hooks and pipelines.</summary>
internal static class CheckVerb
{
    private const int FoundErrors = 1;
    private const int CannotCheck = 2;

    public static Command Create(JudgeSite site)
    {
        var paths = new Argument<string[]>("paths")
        {
            Description = "Report only on these files and folders. The whole log is read in any case.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var staged = new Option<bool>("--staged") { Description = "Check what the next commit would hold." };
        var noHistory = new Option<bool>("--no-history") { Description = "Check the files alone, without seals and other branches." };
        var noCache = NoCacheOption();
        var since = new Option<string?>("--since")
        {
            Description = "Also name changes since this revision that look like a decision and have no entry.",
            HelpName = "REVISION",
        };
        var strict = new Option<bool>("--strict") { Description = "Warnings fail the check as well." };
        var format = new Option<string>("--format", "-f")
        {
            Description = "text, json or sarif.",
            DefaultValueFactory = _ => "text",
        };
        format.AcceptOnlyFromAmong("text", "json", "sarif");
        var output = new Option<string?>("--output", "-o") { Description = "Write the report to a file.", HelpName = "FILE" };
        var command = new Command("check", "Check entries against the rules, and seals against the history.")
        {
            paths, staged, since, noHistory, noCache, strict, format, output,
        };
        command.Run(site, async (parsed, cancellation) =>
        {
            var repository = site.Repository(isHistoryKept: !parsed.GetValue(noCache));
            var settings = JudgeSite.Settings(repository.Root);
            var result = await RepositoryCheck.RunAsync(
                repository,
                new CheckOptions(
                    site.Clock.GetUtcNow(), parsed.GetValue(staged), !parsed.GetValue(noHistory), settings.DefaultBranch),
                cancellation);
            var found = result.Findings;
            if (parsed.GetValue(since) is { } revision && !result.IsImpossible)
            {
                var range = await repository.RangeAsync(revision, cancellation);
                var facts = await NudgeSources.GatherAsync(site, repository, range, settings, isBranch: true, cancellation);
                found = [.. found, .. NudgeFinder.Find(result.Context.Log, range, settings, facts)];
            }

            var findings = Linter.Sort(Within(
                settings.Apply(found), parsed.GetValue(paths) ?? [], repository.Root, site.Directory));
            Write(site, parsed.GetValue(format)!, parsed.GetValue(output), findings, result.Context.Log.Files.Count);
            return result.IsImpossible ? CannotCheck
                : findings.Any(f => f.Severity >= (parsed.GetValue(strict) ? Severity.Warning : Severity.Error)) ? FoundErrors
                : 0;
        });
        return command;
    }

    public static Option<bool> NoCacheOption() => new("--no-cache")
    {
        Description = "Ask git for the whole history, also where it was read before.",
    };

    private static IEnumerable<Finding> Within(
        IReadOnlyList<Finding> findings, string[] paths, string root, string directory)
    {
        if (paths.Length == 0)
        {
            return findings;
        }

        var wanted = paths.Select(p => Path.GetRelativePath(root, Path.GetFullPath(p, directory)).Replace('\\', '/')).ToList();
        return findings.Where(f => f.Path.Length == 0 || wanted.Any(w => w == "." || PathGlob.Matches(w, f.Path)));
    }

    private static void Write(JudgeSite site, string format, string? file, IReadOnlyList<Finding> findings, int entries)
    {
        if (format == "text" && file is null)
        {
            TextReport.Write(site.Output, findings, entries);
            return;
        }

        using var report = new MemoryStream();
        if (format == "json")
        {
            JsonReport.Write(report, findings, entries);
        }
        else if (format == "sarif")
        {
            SarifReport.Write(report, findings, typeof(CheckVerb).Assembly.GetName().Version!.ToString(3));
        }
        else
        {
            using var text = new StreamWriter(report, leaveOpen: true);
            TextReport.Write(text, findings, entries);
        }

        if (file is not null)
        {
            File.WriteAllBytes(Path.Combine(site.Directory, file), report.ToArray());
        }
        else
        {
            site.Output.WriteLine(System.Text.Encoding.UTF8.GetString(report.ToArray()));
        }
    }
}
