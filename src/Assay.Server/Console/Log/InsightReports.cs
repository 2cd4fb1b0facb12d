using System.Globalization;
using Assay.Judgments.Entries;
using Assay.Ledger.Money;
using Assay.Server.Api;
using Assay.Server.Console.Figures;
using Assay.Server.Judgments;
using Assay.Server.Judgments.Insights;

namespace Assay.Server.Console.Log;

/// <summary>The pages that look at the log as a whole.</summary>
internal sealed class InsightReports(JudgmentLibrary library, SpendJoin join, ShadowArchive shadow, OrgClock clock)
{
    private const int RowsMax = 100;
    private const string Nothing = "No decision is written down yet.";

    public async ValueTask<DebtView> DebtAsync(Caller caller, CancellationToken ct)
    {
        var insights = new JudgmentInsights(await library.ForAsync(caller.Rules, ct), caller.Directory, clock.Now);
        var debt = insights.Debt();
        var pressure = insights.UnderPressure();
        var bare = insights.WithoutAlternative();
        var shown = debt.Take(RowsMax).Select(d => d.Found).Concat(pressure.Take(RowsMax)).Concat(bare.Take(RowsMax)).DistinctBy(f => f.Judgment.Id).ToList();
        var spend = await join.OfAsync([.. shown.Select(f => f.Judgment)], caller.Rules, ct);
        var (work, looked, at) = await shadow.FindAsync(await library.AllAsync(ct), caller.Rules, ct);
        return new DebtView(
            LogWords.Tabs("/log/debt"),
            insights.Decisions == 0 ? "–" : Say.Count(debt.Count),
            insights.Decisions == 0
                ? Nothing
                : debt.Count == 0
                ? "Every live decision is owned, reviewed in time, and sure enough."
                : $"of {Say.Many(insights.Decisions, "decision", "decisions")} rest on something that nobody has looked at. A list to pay down, never a score of anybody.",
            insights.Decisions == 0 ? [] :
            [
                new("debt", "Decisions to look at again", DebtFinding(debt), [.. debt.Take(RowsMax).Select(d =>
                    LogWords.Row(d.Found, caller.Directory, [.. d.Reasons.Select(LogWords.Reason)], spend[d.Found.Judgment.Id]))]),
                new("pressure", "Unsure, under deadline pressure",
                    pressure.Count == 0
                        ? "No live decision says that it was made within a day of a deadline and with a confidence below 50."
                        : "Decided within a day of the deadline they name, with a confidence below 50. Worth a second look in quieter days.",
                    Rows(pressure)),
                new("bare", "Without a rejected alternative",
                    bare.Count == 0
                        ? "Every live decision names what it was chosen over."
                        : "They do not say what they were chosen over, so nobody can tell later whether the choice was one.",
                    Rows(bare)),
            ],
            work.Count == 0
                ? looked == 0
                    ? $"No call of the last {ShadowArchive.Days} days says which ticket or branch it served, so there is nothing to compare with."
                    : $"Every ticket and branch with spend in the last {ShadowArchive.Days} days has a decision that names it."
                : $"{Say.Many(work.Count, "ticket or branch", "tickets and branches")} of {Say.Count(looked)} with spend in the last {ShadowArchive.Days} days "
                    + $"have no decision that names them, with {Say.Usd(new NanoUsd(work.Sum(w => w.Cost.Nanos)))} spent: what was decided there is only in chats."
                    + (caller.Rules.SeesCompany ? "" : " Only your own calls are looked at.")
                    + (clock.Earlier(at) is { } earlier ? $" As of {earlier} {clock.ZoneName}." : ""),
            [.. work.Take(RowsMax).Select(w => new ShadowRow(w.WorkRef, Say.Count(w.Requests), Say.Brief(w.Tokens), Say.Usd(w.Cost), LogWords.Day(clock.At(w.LastAtMs))))]);

        EntryRow[] Rows(IReadOnlyList<FoundEntry> found) =>
            [.. found.Take(RowsMax).Select(f => LogWords.Row(f, caller.Directory, null, spend[f.Judgment.Id]))];
    }

    public async ValueTask<LearningView> LearningAsync(Caller caller, CancellationToken ct)
    {
        var insights = new JudgmentInsights(await library.ForAsync(caller.Rules, ct), caller.Directory, clock.Now);
        var bands = insights.Calibration();
        var relations = insights.ByRelation();
        var moments = insights.AtTheMoment();
        var onTime = new Wilson(moments.Sum(m => m.OnTime.Hits), moments.Sum(m => m.OnTime.Of));
        return new LearningView(
            LogWords.Tabs("/log/learning"),
            insights.Decisions == 0 ? Nothing : Calibration(bands),
            insights.Decisions == 0 ? [] : [.. bands.Select(b => LogWords.Outcome($"{b.From}–{b.To}", b.Outcome, b.Outcome.Decisions > 0 ? b.Stated : null))],
            Relations(relations),
            insights.Decisions == 0 ? [] : [.. relations.Select(r => LogWords.Outcome(RelationName(r.Relation), r.Outcome))],
            [.. insights.Overrides().Take(RowsMax).Select(f => LogWords.Row(f, caller.Directory))],
            onTime.Of == 0
                ? "No decision is in git yet."
                : $"{Percent(onTime)} of {Say.Many(onTime.Of, "decision", "decisions")} were written down within a day. What is written later is remembered, not recorded.",
            [.. moments.Select(m => new MomentRow(
                m.Month.ToString("MMMM yyyy", CultureInfo.InvariantCulture), m.OnTime.Hits, m.OnTime.Of, LogWords.Bar(m.OnTime)))]);
    }

    private static string DebtFinding(IReadOnlyList<DebtItem> debt)
    {
        var counts = Enum.GetValues<DebtReason>().Select(r => (Reason: r, Count: debt.Count(d => d.Reasons.Contains(r)))).Where(c => c.Count > 0)
            .Select(c => $"{Say.Count(c.Count)} {LogWords.Reason(c.Reason)}").ToList();
        return counts.Count == 0
            ? "Nothing to pay down."
            : string.Join(", ", counts) + ". A review (assay judge review) pays one down; so does a new decision that supersedes it.";
    }

    private static string Calibration(IReadOnlyList<ConfidenceBand> bands)
    {
        var enough = bands.Where(b => b.Outcome.Share.IsEnough).ToList();
        if (enough.Count == 0)
        {
            return $"Not enough data: no band of confidence has {Wilson.CasesMin} reviewed decisions yet.";
        }

        var over = enough.Where(b => b.Stated > b.Outcome.Share.High * 100).ToList();
        var under = enough.Where(b => b.Stated < b.Outcome.Share.Low * 100).ToList();
        return over.Count > 0
            ? $"Decisions stated with {over[^1].From} to {over[^1].To} held less often than that: the interval lies below what was stated."
            : under.Count > 0
                ? $"Decisions stated with {under[0].From} to {under[0].To} held more often than that: people were surer than they said."
                : "What was stated lies within what turned out, in every band with enough reviews.";
    }

    private static string Relations(IReadOnlyList<(AiRelation Relation, Reviewed Outcome)> relations)
    {
        var overrode = relations[(int)AiRelation.Overrode].Outcome;
        return overrode.Decisions == 0
            ? "No AI proposal was overridden yet."
            : overrode.Share.IsEnough
                ? $"Of {Say.Many(overrode.Share.Of, "reviewed override", "reviewed overrides")}, {Say.Count(overrode.Held)} held."
                : $"{Say.Many(overrode.Decisions, "proposal was overridden", "proposals were overridden")}; {Say.Many(overrode.Looked, "is", "are")} reviewed, which is not enough to say how they turn out.";
    }

    private static string RelationName(AiRelation relation) => relation switch
    {
        AiRelation.Overrode => "AI overridden",
        AiRelation.Modified => "AI modified",
        AiRelation.Followed => "AI followed",
        _ => "No proposal of an AI",
    };

    private static string Percent(Wilson share) => share.IsEnough
        ? string.Create(CultureInfo.InvariantCulture, $"{share.Share * 100:0} % ({share.Low * 100:0} to {share.High * 100:0} %)")
        : string.Create(CultureInfo.InvariantCulture, $"{share.Hits}");
}
