using System.CommandLine;
using Assay.Judgments.Entries;
using Assay.Judgments.Lint;

namespace Assay.Judge;

/// <summary>The filters of <c>list</c> and <c>search</c>.</summary>
internal sealed class EntryFilters
{
    private readonly Option<string?> _status = Text("--status", "proposed, accepted, superseded, rejected, withdrawn, or live: accepted and not superseded.");
    private readonly Option<string?> _stage = Text("--stage", "signal, intent, tradeoff, hardening, override or review.");
    private readonly Option<string?> _owner = Text("--owner", "Part of the owner's address.");
    private readonly Option<string?> _relation = Text("--relation", "followed, modified, overrode or none.");
    private readonly Option<string?> _tag = Text("--tag", "A tag.");
    private readonly Option<string?> _affects = Text("--affects", "A path: the entries that affect it.");
    private readonly Option<string?> _below = Text("--below", "A confidence below this.");
    private readonly Option<bool> _overdue = new("--overdue") { Description = "Its day of review has passed." };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_status, _stage, _owner, _relation, _tag, _affects, _below, _overdue])
        {
            command.Add(option);
        }
    }

    public Func<LogEntry, bool> Read(ParseResult parsed, JudgmentLog log, DateTimeOffset now)
    {
        var status = Word(parsed, _status, [.. JudgmentWords.Statuses, "superseded", "live"]);
        var stage = Word(parsed, _stage, JudgmentWords.Stages);
        var relation = Word(parsed, _relation, JudgmentWords.Relations);
        var (owner, tag) = (parsed.GetValue(_owner), parsed.GetValue(_tag));
        var path = parsed.GetValue(_affects)?.Replace('\\', '/');
        var below = EntryOptions.Percent("--below", parsed.GetValue(_below));
        var overdue = parsed.GetValue(_overdue);
        return entry =>
        {
            var judgment = entry.Judgment;
            return (status is null || (status == "live" ? log.IsLive(entry) : log.StatusWord(entry) == status))
                && (stage is null || judgment.Stage.Word() == stage)
                && (relation is null || judgment.Ai.Relation.Word() == relation)
                && (owner is null || judgment.Owner?.Contains(owner, StringComparison.OrdinalIgnoreCase) == true)
                && (tag is null || judgment.Tags.Contains(tag, StringComparer.OrdinalIgnoreCase))
                && (path is null || judgment.Affects.Any(pattern => PathGlob.Matches(pattern, path)))
                && (below is null || judgment.Confidence < below)
                && (!overdue || log.IsReviewOverdue(entry, now));
        };
    }

    private static string? Word(ParseResult parsed, Option<string?> option, IReadOnlyList<string> words)
    {
        var text = parsed.GetValue(option);
        return text is null || words.Contains(text, StringComparer.Ordinal)
            ? text
            : throw new JudgeException($"{option.Name}: write one of {string.Join(", ", words)}, not \"{text}\".");
    }

    private static Option<string?> Text(string name, string description) => new(name) { Description = description };
}
