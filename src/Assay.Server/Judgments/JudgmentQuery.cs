using Assay.Judgments.Entries;
using Assay.Judgments.Lint;

namespace Assay.Server.Judgments;

/// <param name="Excerpt">The line that fits a search best; empty without one.</param>
internal sealed record FoundEntry(RepositoryLog Log, LogEntry Entry, string Excerpt = "")
{
    public Judgment Judgment => Entry.Judgment;

    public string Status => Log.Log.StatusWord(Entry);
}

/// <summary>A question for entries; what is null is not asked for.</summary>
internal sealed record JudgmentQuery
{
    public const int HitsMax = 20_000;

    public string? Text { get; init; }

    public string? Repository { get; init; }

    /// <summary>A status, <c>superseded</c>, or <c>live</c>.</summary>
    public string? Status { get; init; }

    public string? Stage { get; init; }

    public string? Owner { get; init; }

    public string? Relation { get; init; }

    public string? Tag { get; init; }

    /// <summary>A path or the beginning of one.</summary>
    public string? Area { get; init; }

    public int? Below { get; init; }

    public bool Overdue { get; init; }

    public static IReadOnlyList<string> Statuses { get; } = ["live", .. JudgmentWords.Statuses, "superseded"];

    /// <summary>Best first for a text, otherwise newest first.</summary>
    public IReadOnlyList<FoundEntry> Find(IReadOnlyList<RepositoryLog> logs, DateTimeOffset now)
    {
        var within = logs.Where(l => Repository is null || l.Repository.Name.Equals(Repository, StringComparison.OrdinalIgnoreCase));
        return Text is { } text
            ? [.. within.SelectMany(log => log.Shelf.Index.Find(text, HitsMax, e => Fits(log.Log, e, now)).Select(hit => (log, hit)))
                .OrderByDescending(f => f.hit.Score).Select(f => new FoundEntry(f.log, f.hit.Entry, f.hit.Excerpt))]
            : [.. within.SelectMany(log => log.Log.Entries.Where(e => Fits(log.Log, e, now)).Select(e => new FoundEntry(log, e)))
                .OrderByDescending(f => f.Judgment.DecidedAt.UtcTicks).ThenBy(f => f.Entry.Path, StringComparer.Ordinal)];
    }

    private bool Fits(JudgmentLog log, LogEntry entry, DateTimeOffset now)
    {
        var judgment = entry.Judgment;
        return (Status is null || (Status == "live" ? log.IsLive(entry) : log.StatusWord(entry) == Status))
            && (Stage is null || judgment.Stage.Word() == Stage)
            && (Relation is null || judgment.Ai.Relation.Word() == Relation)
            && (Owner is null || judgment.Owner?.Contains(Owner, StringComparison.OrdinalIgnoreCase) == true)
            && (Tag is null || judgment.Tags.Contains(Tag, StringComparer.OrdinalIgnoreCase))
            && (Area is null || IsAbout(judgment, Area))
            && (Below is null || judgment.Confidence < Below)
            && (!Overdue || log.IsReviewOverdue(entry, now));
    }

    private static bool IsAbout(Judgment judgment, string area)
    {
        var path = area.Replace('\\', '/').Trim('/');
        return judgment.Affects.Any(pattern => PathGlob.Matches(pattern, path) || pattern.StartsWith(path, StringComparison.OrdinalIgnoreCase));
    }
}
