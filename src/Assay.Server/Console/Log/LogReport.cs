using System.Globalization;
using Assay.Judgments.Entries;
using Assay.Judgments.Seals;
using Assay.Server.Api;
using Assay.Server.Console.Figures;
using Assay.Server.Judgments;

namespace Assay.Server.Console.Log;

/// <summary>The log with its search, filters and pages.</summary>
internal sealed class LogReport(JudgmentLibrary library, OrgClock clock)
{
    private const int PageSize = 50;

    private static readonly string[] s_texts = ["q", "repository", "status", "stage", "relation", "owner", "area", "below", "overdue"];

    public async ValueTask<LogView> ReadAsync(Caller caller, IQueryCollection query, CancellationToken ct)
    {
        var logs = await library.ForAsync(caller.Rules, ct);
        var said = s_texts.Where(name => query[name] is [{ Length: > 0 and <= 256 }])
            .ToDictionary(name => name, name => query[name].ToString(), StringComparer.Ordinal);
        var asked = Ask(said);
        var found = asked.Find(logs, clock.Now);
        var after = int.TryParse(query["after"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Min(number, found.Count) : 0;
        var yours = said.Count > 0 || after > 0 ? [] : Yours(logs, caller);
        return new LogView(
            LogWords.Tabs("/log"),
            Fields(said, logs),
            said.Count > 0 ? "/log" : null,
            Finding(said.Count > 0, found.Count, logs),
            yours,
            [.. found.Skip(after).Take(PageSize).Select(f => LogWords.Row(f, caller.Directory))],
            after > 0 ? Href(said, 0) : null,
            after + PageSize < found.Count ? Href(said, after + PageSize) : null,
            [.. logs.SelectMany(Alarms)],
            logs.Count == 0 || (said.Count == 0 && found.Count == 0));
    }

    private static JudgmentQuery Ask(Dictionary<string, string> said)
    {
        return new JudgmentQuery
        {
            Text = said.GetValueOrDefault("q"),
            Repository = said.GetValueOrDefault("repository"),
            Status = Word("status", JudgmentQuery.Statuses),
            Stage = Word("stage", JudgmentWords.Stages),
            Relation = Word("relation", JudgmentWords.Relations),
            Owner = said.GetValueOrDefault("owner"),
            Area = said.GetValueOrDefault("area"),
            Below = int.TryParse(said.GetValueOrDefault("below"), NumberStyles.None, CultureInfo.InvariantCulture, out var below) ? below : null,
            Overdue = said.ContainsKey("overdue"),
        };

        // What cannot be read counts as not said; the form shows what was understood.
        string? Word(string name, IReadOnlyList<string> words)
        {
            if (said.TryGetValue(name, out var word) && words.Contains(word, StringComparer.Ordinal))
            {
                return word;
            }

            said.Remove(name);
            return null;
        }
    }

    private static List<LogField> Fields(Dictionary<string, string> said, IReadOnlyList<RepositoryLog> logs)
    {
        var fields = new List<LogField> { new("q", "Search", Value("q")) };
        if (logs.Count > 1)
        {
            fields.Add(new("repository", "Repository", Value("repository"),
                [("", "All"), .. logs.Select(l => (l.Repository.Name, l.Repository.Name))]));
        }

        fields.Add(new("status", "Status", Value("status"), Options(JudgmentQuery.Statuses)));
        fields.Add(new("stage", "Stage", Value("stage"), Options(JudgmentWords.Stages)));
        fields.Add(new("relation", "The AI’s proposal was", Value("relation"),
            [("", "Any"), ("overrode", "overridden"), ("modified", "modified"), ("followed", "followed"), ("none", "none")]));
        fields.Add(new("owner", "Owner", Value("owner")));
        fields.Add(new("area", "Area (a path)", Value("area")));
        fields.Add(new("below", "Confidence", Value("below"), [("", "Any"), ("30", "below 30"), ("50", "below 50"), ("70", "below 70")]));
        fields.Add(new("overdue", "Review", Value("overdue"), [("", "Any"), ("yes", "overdue")]));
        return fields;

        string Value(string name) => said.GetValueOrDefault(name, "");

        static (string, string)[] Options(IReadOnlyList<string> words) => [("", "Any"), .. words.Select(w => (w, w))];
    }

    private static string Finding(bool isFiltered, int found, IReadOnlyList<RepositoryLog> logs) => isFiltered
        ? found == 0 ? "No entry fits." : $"{Say.Many(found, "entry fits", "entries fit")}."
        : $"{Say.Many(found, "entry", "entries")} in {Say.Many(logs.Count, "repository", "repositories")}; "
            + $"{Say.Count(logs.Sum(l => l.Chain.Count(c => c.Kind == WitnessKind.Sealed)))} are sealed.";

    /// <summary>Drafts that wait for the reader.</summary>
    private static List<EntryRow> Yours(IReadOnlyList<RepositoryLog> logs, Caller caller) =>
    [
        .. logs.SelectMany(log => log.Log.Entries.Where(e => DecisionDesk.MayDecide(log, e, caller.Directory, caller.Viewer))
                .Select(e => new FoundEntry(log, e)))
            .OrderByDescending(f => f.Judgment.DecidedAt.UtcTicks).Take(20).Select(f => LogWords.Row(f, caller.Directory)),
    ];

    private static IEnumerable<LogAlarm> Alarms(RepositoryLog log)
    {
        if (log.ChainBrokenAt is { } line)
        {
            yield return new LogAlarm(log.Repository.Name, $"Line {line} of the witness was changed in the store after it was written. Its seals prove nothing from there on.");
        }

        // The newest word about each entry counts: what is back is no alarm.
        var last = log.Alarms.GroupBy(a => a.Id).Select(g => g.Last()).Where(a => a.Kind is not WitnessKind.Returned).ToList();
        if (last.Count > 0)
        {
            var counts = string.Join(", ", last.GroupBy(a => a.Kind).Select(g => $"{g.Count()} {WitnessLine.Word(g.Key)}"));
            yield return new LogAlarm(log.Repository.Name, $"Sealed entries differ from what the witness saw: {counts}. Accepted entries never change; somebody rewrote history, or edited one.");
        }
    }

    private static string Href(Dictionary<string, string> said, int after)
    {
        var parts = said.Select(s => $"{s.Key}={Uri.EscapeDataString(s.Value)}").ToList();
        if (after > 0)
        {
            parts.Add("after=" + after.ToString(CultureInfo.InvariantCulture));
        }

        return parts.Count == 0 ? "/log" : "/log?" + string.Join('&', parts);
    }
}
