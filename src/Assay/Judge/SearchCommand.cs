using System.CommandLine;
using System.Globalization;
using System.Text;
using Assay.Judgments.Entries;
using Assay.Judgments.Lint;
using Assay.Judgments.Search;

namespace Assay.Judge;

/// <summary><c>assay judge search</c>: full text, best first. What is superseded says so.</summary>
internal static class SearchCommand
{
    private const int HitsMax = 1000;

    public static Command Create(JudgeSite site)
    {
        var words = new Argument<string[]>("words") { Description = "All of these must occur.", Arity = ArgumentArity.OneOrMore };
        var count = new Option<int>("--count", "-n") { Description = "How many to show.", DefaultValueFactory = _ => 10 };
        var json = new Option<bool>("--json") { Description = "Print JSON lines." };
        var filters = new EntryFilters();
        var command = new Command("search", "Find entries by their words.") { words, count, json };
        filters.AddTo(command);
        command.Run(site, async (parsed, cancellation) =>
        {
            var query = string.Join(' ', parsed.GetValue(words)!);
            var log = await RepositoryCheck.LoadAsync(site.Repository(), cancellation);
            var hits = new SearchIndex(log.Entries)
                .Find(query, Math.Clamp(parsed.GetValue(count), 1, HitsMax), filters.Read(parsed, log, site.Clock.GetUtcNow()));
            if (parsed.GetValue(json) || hits.Count == 0)
            {
                ListCommand.Print(site, log, [.. hits.Select(h => h.Entry)], parsed.GetValue(json));
                return 0;
            }

            foreach (var hit in hits)
            {
                var judgment = hit.Entry.Judgment;
                await site.Output.WriteLineAsync(
                    $"{JudgmentId.Tail(judgment.Id)}  {log.StatusWord(hit.Entry)}  {judgment.Title}  ({hit.Entry.Path})");
                await site.Output.WriteLineAsync("    " + hit.Excerpt.Trim());
            }

            return 0;
        });
        return command;
    }
}

/// <summary><c>assay judge chain</c>: what a decision goes back to, and what followed from it.</summary>
internal static class ChainCommand
{
    public static Command Create(JudgeSite site)
    {
        var which = new Argument<string>("entry") { Description = "Its id, path, or the beginning of its name." };
        var command = new Command("chain", "Show what a decision goes back to, and what followed from it.") { which };
        command.Run(site, async (parsed, cancellation) =>
        {
            var log = await RepositoryCheck.LoadAsync(site.Repository(), cancellation);
            var entry = EntryLookup.One(log, parsed.GetValue(which)!);
            foreach (var step in JudgmentChain.Of(log, entry))
            {
                var line = new StringBuilder(new string(' ', step.Depth * 2));
                line.Append(step.Link.Length > 0 ? $"↳ {step.Link} " : "").Append(ShowCommand.Name(step.Entry));
                line.Append($" ({log.StatusWord(step.Entry)}");
                line.Append(step.Entry.Judgment.Confidence is { } sure ? string.Create(CultureInfo.InvariantCulture, $", {sure}") : "");
                line.Append(step.Entry.Judgment.Result is { } result ? $", {result.Word()}" : "").Append(')');
                line.Append(step.Because.Length > 0 ? $": {step.Because}" : "");
                line.Append(step.Entry == entry ? "  ←" : "");
                await site.Output.WriteLineAsync(line.ToString());
            }

            return 0;
        });
        return command;
    }
}
