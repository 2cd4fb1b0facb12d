using System.Globalization;
using Assay.Ledger.Money;
using Assay.Outcomes.Goodhart;
using Assay.Server.Api;
using Assay.Server.Console.Figures;
using Assay.Server.Outcomes.Goodhart;

namespace Assay.Server.Console.Worth.Goodhart;

/// <summary>Whether the metrics that people are steered by still mean something, and what a leaderboard would have done.</summary>
internal sealed class GoodhartReport(GoodhartDesk desk, Autopsies autopsies, OrgClock clock)
{
    private const int Places = 250;
    private const int AutopsyDays = 30;

    public async Task<GoodhartView> ReadAsync(Caller caller, CancellationToken ct)
    {
        var cards = new List<MetricCard>();
        var readAt = clock.Now;
        foreach (var metric in await desk.MetricsAsync(ct))
        {
            // What an audit finds is a sum over people; who may not see such sums sees that the metric is watched.
            var audit = caller.Rules.SeesCompany ? (await desk.AuditAsync(metric.Id, ct)).Value : null;
            readAt = audit is { } found && found.MadeAt < readAt ? found.MadeAt : readAt;
            cards.Add(Card(caller, metric, audit?.Report));
        }

        // Up to the end of the day, so that all who ask on it ask the same.
        var (from, to) = (clock.StartOf(clock.Today.AddDays(-AutopsyDays)), clock.StartOf(clock.Today.AddDays(1)));
        var (autopsy, madeAt) = await autopsies.OfAsync(from, to, Places, caller.Viewer.PersonId, ct);
        return new GoodhartView(
            cards, Card(autopsy), $"{Day(from)} to {Day(clock.Now)}", clock.Earlier(madeAt < readAt ? madeAt : readAt));
    }

    private MetricCard Card(Caller caller, GoodhartMetric metric, AuditReport? report) => new(
        metric.Id,
        metric.Name,
        $"Counts {Word(metric.Measure)} and stands for {Word(metric.Gold)}"
            + (metric.Threshold is { } threshold ? $", with something hanging on {WorthWords.Number(threshold)} a day" : ""),
        metric.CounterMetric,
        caller.Directory.FindPerson(metric.OwnerId)?.Name ?? "somebody who left",
        Day(clock.At(metric.TargetMs)),
        report switch
        {
            null => "Watched every week. What is found is for finance, auditors and administrators.",
            { IsEnough: false } => $"Not enough data: {Say.Many(report.Units, "person", "people")} with figures on both sides of the day on which it became a target.",
            { IsAlarm: true } => "No longer to be trusted: freeze it, look at samples, take another.",
            _ => "Nothing says that it stopped meaning what it meant.",
        },
        report is { IsAlarm: true },
        report is { IsEnough: true }
            ? $"{Date(report.WindowFrom)} to {Date(report.WindowTo)} against the weeks before {Day(clock.At(metric.TargetMs))}, {Say.Many(report.Units, "person", "people")}"
            : "",
        report is null ? [] : [.. report.Findings.Select(Line)]);

    private static FindingLine Line(AuditFinding finding) => new(
        finding.Question switch
        {
            AuditQuestion.Decoupling => "Does it grow faster than what it stands for?",
            AuditQuestion.Correlation => "Does more of it still go with more of that?",
            AuditQuestion.SizeShift => "Do the things it counts have other sizes?",
            AuditQuestion.Extremes => "Do more reach values that were rare?",
            AuditQuestion.Ratings => "Are blind ratings lower?",
            _ => "Do values gather at a threshold?",
        },
        WorthWords.Number(finding.Before),
        WorthWords.Number(finding.After),
        finding.Question == AuditQuestion.Decoupling ? $"{WorthWords.Number(finding.Change)} × faster" : Signed(finding.Change),
        finding.Interval is { } likely ? $"{WorthWords.Number(likely.Low)} to {WorthWords.Number(likely.High)}" : "–",
        finding.Adjusted < 0.001 ? "< 0.001" : finding.Adjusted.ToString("0.000", CultureInfo.InvariantCulture),
        finding.IsAlarm);

    private static AutopsyCard Card(LeaderboardAutopsy found)
    {
        var own = found.Own is { } mine
            ? $"You would have been at place {Say.Count(mine.RankByTokens)} by tokens; by settled outcomes you are at place {Say.Count(mine.RankBySettled)} ({Say.Many(mine.Row.Settled, "outcome", "outcomes")}). Only you see this."
            : null;
        if (!found.IsEnough)
        {
            return new AutopsyCard($"Not enough people used anything to say something of a board: {Say.Count(found.People)}.", [], [], own);
        }

        return new AutopsyCard(
            $"A board of the top {Say.Count(found.Places)} of {Say.Many(found.People, "person", "people")} by tokens would have rewarded {WorthWords.Percent(found.TokenShare)} of the tokens "
                + $"and {WorthWords.Percent(found.SettledShare)} of the outcomes that settled. It would have missed {Say.Many(found.Missed, "person", "people")} "
                + "who brought more about than the middle of the board.",
            [
                ("Rewarded for nothing", Say.Count(found.RewardedForNothing), "on the board without a settled outcome"),
                ("Missed", Say.Count(found.Missed), $"with {Say.Many(found.MissedSettled, "settled outcome", "settled outcomes")}"),
                ("On both boards", Say.Count(found.OnBothBoards), $"of {Say.Count(found.Places)} also by settled outcomes"),
                ("Per settled outcome, on the board", Usd(found.NanosPerSettledOn), $"{Usd(found.NanosPerSettledOff)} for everybody else"),
                ("Tokens and outcomes", found.Correlation is { } r ? r.ToString("0.00", CultureInfo.InvariantCulture) : "–", "rank correlation: 1 the same order, 0 none"),
            ],
            [.. found.Titles.Select(t => new TitleLine(t.Title, Say.Count(t.Holders), Say.Brief(t.Tokens), Say.Count(t.Settled), Say.Count(t.WithoutOutcome)))],
            own);
    }

    private static string Word(MetricMeasure measure) => measure switch
    {
        MetricMeasure.Tokens => "tokens",
        MetricMeasure.Cost => "what calls cost",
        MetricMeasure.Calls => "calls",
        MetricMeasure.Accepted => "accepted outcomes",
        _ => "lines changed",
    };

    private static string Word(MetricGold gold) => gold switch
    {
        MetricGold.Tickets => "tickets done",
        MetricGold.Settled => "outcomes that last",
        MetricGold.Accepted => "outcomes that are accepted",
        _ => "the value of outcomes",
    };

    private static string Usd(double? nanos) => nanos is { } some ? Say.Usd(new NanoUsd((long)Math.Round(some))) : "–";

    private static string Signed(double value) => (value < 0 ? "−" : "+") + WorthWords.Number(Math.Abs(value));

    private static string Day(DateTimeOffset time) => time.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    private static string Date(long day) => DateOnly.FromDayNumber((int)day).ToString("d MMM", CultureInfo.InvariantCulture);
}
