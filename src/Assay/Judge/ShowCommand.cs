using System.CommandLine;
using Assay.Judgments.Entries;
using Assay.Judgments.Lint;

namespace Assay.Judge;

/// <summary><c>assay judge show</c>: one entry, with what later entries say of it.</summary>
internal static class ShowCommand
{
    public static Command Create(JudgeSite site)
    {
        var which = new Argument<string>("entry")
        {
            Description = "Its id, the beginning of the id's last group, its path, or the beginning of its name.",
        };
        var command = new Command("show", "Show an entry, and what later entries say of it.") { which };
        command.Run(site, async (parsed, cancellation) =>
        {
            var log = await RepositoryCheck.LoadAsync(site.Repository(), cancellation);
            var entry = EntryLookup.One(log, parsed.GetValue(which)!);
            await site.Output.WriteLineAsync($"{entry.Path} ({log.StatusWord(entry)})");
            foreach (var line in Links(log, entry))
            {
                await site.Output.WriteLineAsync("  " + line);
            }

            await site.Output.WriteLineAsync();
            await site.Output.WriteAsync(JudgmentWriter.Write(entry.Judgment));
            return 0;
        });
        return command;
    }

    private static IEnumerable<string> Links(JudgmentLog log, LogEntry entry)
    {
        var id = entry.Judgment.Id;
        foreach (var successor in log.SuccessorsOf(id))
        {
            yield return $"superseded by {Name(successor)}";
        }

        foreach (var review in log.ReviewsOf(id))
        {
            yield return $"reviewed, {review.Judgment.Result?.Word()}: {Name(review)}";
        }

        foreach (var response in log.ResponsesTo(id))
        {
            yield return $"answered by {Name(response)}";
        }

        foreach (var prior in entry.Judgment.RespondsTo)
        {
            yield return $"responds to {(log.Find(prior.Id) is { } found ? Name(found) : prior.Id.ToString("D"))}: {prior.Because}";
        }

        foreach (var old in entry.Judgment.Supersedes)
        {
            yield return $"supersedes {(log.Find(old) is { } found ? Name(found) : old.ToString("D"))}";
        }
    }

    public static string Name(LogEntry entry) => $"{JudgmentId.Tail(entry.Judgment.Id)} {entry.Judgment.Title}";
}
