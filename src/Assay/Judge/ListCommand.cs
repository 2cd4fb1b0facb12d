using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Assay.Judgments.Entries;
using Assay.Judgments.Lint;

namespace Assay.Judge;

/// <summary><c>assay judge list</c>: the log, newest first, with filters.</summary>
internal static class ListCommand
{
    public static Command Create(JudgeSite site)
    {
        var filters = new EntryFilters();
        var json = new Option<bool>("--json") { Description = "Print JSON lines." };
        var command = new Command("list", "Show entries, newest first.") { json };
        filters.AddTo(command);
        command.Run(site, async (parsed, cancellation) =>
        {
            var log = await RepositoryCheck.LoadAsync(site.Repository(), cancellation);
            var entries = log.Entries.Where(filters.Read(parsed, log, site.Clock.GetUtcNow()))
                .OrderByDescending(e => e.Judgment.DecidedAt.UtcTicks).ThenBy(e => e.Path, StringComparer.Ordinal).ToList();
            Print(site, log, entries, parsed.GetValue(json));
            var broken = log.Files.Count(f => f.Read.Entry is null);
            if (broken > 0)
            {
                await site.Error.WriteLineAsync($"{broken} files cannot be read: `assay judge check` says why.");
            }

            return 0;
        });
        return command;
    }

    public static void Print(JudgeSite site, JudgmentLog log, IReadOnlyList<LogEntry> entries, bool json)
    {
        foreach (var entry in entries)
        {
            site.Output.WriteLine(json ? Json(log, entry) : Line(log, entry));
        }

        if (entries.Count == 0 && !json)
        {
            site.Output.WriteLine("No entry fits.");
        }
    }

    private static string Line(JudgmentLog log, LogEntry entry)
    {
        var judgment = entry.Judgment;
        var confidence = judgment.Confidence?.ToString(CultureInfo.InvariantCulture) ?? "–";
        return $"{JudgmentId.Tail(judgment.Id)}  {JudgmentWriter.Date(DateOnly.FromDateTime(judgment.DecidedAt.DateTime))}  "
            + $"{log.StatusWord(entry),-10}  {judgment.Stage.Word(),-9}  {confidence,3}  {judgment.Title}"
            + (judgment.Result is { } result ? $" ({result.Word()})" : "")
            + (judgment.Owner is { } owner ? $"  [{owner}]" : "");
    }

    private static string Json(JudgmentLog log, LogEntry entry)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            var judgment = entry.Judgment;
            json.WriteStartObject();
            json.WriteString("id", judgment.Id);
            json.WriteString("path", entry.Path);
            json.WriteString("title", judgment.Title);
            json.WriteString("status", log.StatusWord(entry));
            json.WriteString("stage", judgment.Stage.Word());
            json.WriteString("decidedAt", JudgmentWriter.Time(judgment.DecidedAt));
            json.WriteString("owner", judgment.Owner);
            if (judgment.Confidence is { } confidence)
            {
                json.WriteNumber("confidence", confidence);
            }

            json.WriteString("relation", judgment.Ai.Relation.Word());
            json.WriteString("result", judgment.Result?.Word());
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
