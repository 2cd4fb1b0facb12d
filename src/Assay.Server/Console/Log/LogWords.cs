using System.Globalization;
using Assay.Judgments.Entries;
using Assay.Server.Console.Figures;
using Assay.Server.Directory;
using Assay.Server.Judgments;
using Assay.Server.Judgments.Insights;

namespace Assay.Server.Console.Log;

/// <summary>Entries and figures of the log as pages say them.</summary>
internal static class LogWords
{
    public static IReadOnlyList<LogTab> Tabs(string current) =>
    [
        new("All entries", "/log", current == "/log"),
        new("To pay down", "/log/debt", current == "/log/debt"),
        new("What we learn", "/log/learning", current == "/log/learning"),
    ];

    public static string Href(Guid id) => $"/log/{id:D}";

    public static EntryRow Row(FoundEntry found, DirectorySnapshot directory, IReadOnlyList<string>? reasons = null, EntrySpend? spend = null)
    {
        var judgment = found.Judgment;
        return new EntryRow(
            Href(judgment.Id),
            judgment.Title,
            judgment.Affects.Count == 0 ? found.Log.Repository.Name : $"{found.Log.Repository.Name} · {judgment.Affects[0]}",
            Day(judgment.DecidedAt),
            judgment.Stage.Word(),
            judgment.Ai.Relation == AiRelation.None ? judgment.Ai.Role == AiRole.None ? "no AI" : "AI " + judgment.Ai.Role.Word() : Passive(judgment.Ai.Relation),
            judgment.Owner is null && judgment.Status == JudgmentStatus.Proposed ? "nobody yet" : Owner(judgment.Owner, directory),
            judgment.Confidence?.ToString(CultureInfo.InvariantCulture) ?? "–",
            found.Status,
            found.Log.Log.IsLive(found.Entry),
            judgment.Result?.Word() ?? Reviewed.ResultOf(found)?.Word(),
            reasons ?? [],
            spend is null ? null : spend.Requests == 0 ? "–" : Say.Usd(spend.Cost));
    }

    public static string Passive(AiRelation relation) => relation switch
    {
        AiRelation.Overrode => "overridden",
        AiRelation.Modified => "modified",
        AiRelation.Followed => "followed",
        _ => "none",
    };

    public static string Owner(string? owner, DirectorySnapshot directory) => owner is null
        ? "nobody"
        : directory.FindPersonByEmail(owner)?.Name ?? owner;

    public static string Day(DateTimeOffset at) => at.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    public static string Moment(DateTimeOffset at) => at.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture);

    public static string Reason(DebtReason reason) => reason switch
    {
        DebtReason.UnsureAndUnreviewed => "unsure, never reviewed",
        DebtReason.ReviewOverdue => "review overdue",
        DebtReason.NobodyOwnsIt => "owner gone",
        _ => "assumption unchecked",
    };

    public static ShareBar Bar(Wilson share, double? mark = null) => new(
        share.Low * 100,
        share.Share * 100,
        share.High * 100,
        mark,
        share.IsEnough
            ? string.Create(CultureInfo.InvariantCulture, $"{share.Share:0 %} ({share.Low * 100:0} to {share.High * 100:0} %)")
            : share.Of == 0 ? "none reviewed" : "not enough data",
        share.IsEnough);

    public static OutcomeRow Outcome(string name, Reviewed outcome, double? mark = null) => new(
        name, outcome.Decisions, outcome.Held, outcome.Partly, outcome.Failed, outcome.Moot, outcome.Open, Bar(outcome.Share, mark));
}
