using System.Globalization;
using Assay.Ledger.Money;
using Assay.Outcomes.Attribution;
using Assay.Outcomes.Worth;
using Assay.Server.Api;
using Assay.Server.Console.Charts;
using Assay.Server.Console.Figures;
using Assay.Server.Directory;
using Assay.Server.Outcomes;
using Assay.Server.Outcomes.Worth;

namespace Assay.Server.Console.Worth;

/// <summary>What tokens bought: spend against outcomes that lasted. How each number is computed is said in docs/worth.md.</summary>
internal sealed class WorthReport(WorthReader reader, OrgClock clock)
{
    private const int NewestMax = 12;

    /// <param name="team">For those who see the company: the team to look at, with all below it; null for all.</param>
    public async Task<WorthView> ReadAsync(Caller caller, string? periodWord, string? team, CancellationToken ct)
    {
        var period = WorthPeriod.Read(periodWord, clock.Today);
        var book = await reader.ReadAsync(Ms(period.First), Ms(period.Last.AddDays(1)), ct);
        var scope = new WorthScope(caller.Rules, team);

        // What is kept is for all who see as much; what says "you" is not.
        return book.Kept(scope.Key, () => Make(caller, scope, period, book.Within(scope))) with
        {
            Periods = WorthPeriod.Choices(period, clock.Today, scope.Team),
            Above = Above(caller, scope, period),
            ReadAt = clock.Earlier(clock.At(book.NowMs)),
            Newest = [.. InPeriod(scope, book).Take(NewestMax).Select(outcome => Line(caller, outcome))],
        };
    }

    private static IReadOnlyList<Choice> Above(Caller caller, WorthScope scope, WorthPeriod period) => scope.Team is null
        ? []
        : [.. caller.Directory.Teams.PathOf(scope.Team).Skip(1).Reverse().Select(id => id == Team.OrgId
            ? new Choice("Company", WorthPeriod.Href(period.Word, null), false)
            : new Choice(caller.Directory.Teams.Find(id)?.Name ?? id, WorthPeriod.Href(period.Word, id), false))];

    private WorthView Make(Caller caller, WorthScope scope, WorthPeriod period, WorthBook book)
    {
        var whole = book.Whole(scope);
        var (tiers, reasons) = book.Evidence(scope.Has);
        var metered = tiers.Sum();
        var sure = tiers[(int)EvidenceTier.Proved] + tiers[(int)EvidenceTier.Declared];
        return new WorthView
        {
            Scope = scope.InWords,
            Periods = [],
            Above = [],
            PeriodInWords = period.InWords,
            IsEmpty = metered == 0 && !InPeriod(scope, book).Any(),
            CostPerSettled = whole.CostPerSettled is { } cost ? WorthWords.Nanos(cost.Value) : null,
            Finding = WorthWords.Headline(whole),
            Spend = Say.Usd(new NanoUsd(metered)),
            SpendNote = whole.Money.Provisional == 0
                ? "all of it counts, failed work too"
                : $"{Say.Usd(new NanoUsd(whole.Money.Provisional))} of it provisional, not judged yet",
            Settled = Say.Count(whole.Settled),
            SettledNote = $"{Say.Count(whole.Lost)} lost, {Say.Count(whole.Provisional)} provisional",
            Rate = whole.SettledRate is { } rate ? WorthWords.Percent(rate.Value) : "–",
            RateNote = whole.SettledRate is { Interval: { } likely }
                ? $"{WorthWords.Percent(likely.Low)} to {WorthWords.Percent(likely.High)} (90 %)" : "not enough data",
            PerMillion = whole.PerMillionTokens is { } per ? WorthWords.Number(per.Value) : "–",
            PerMillionNote = whole.PerMillionTokens is { Interval: { } perLikely }
                ? $"{WorthWords.Number(perLikely.Low)} to {WorthWords.Number(perLikely.High)} (90 %)" : "not enough data",
            Coverage = Say.Share(sure, metered),
            CoverageNote = "of spend is proved or declared",
            Money = WorthWords.Parts(whole.Money),
            MoneyFinding = $"{Say.Usd(new NanoUsd(metered))} in all, to the last cent: what was given up, taken back or is not known to have led anywhere is part of the cost.",
            Trend = Trend(scope, period, book),
            Cuts = [.. Cuts(caller, scope, period, book).Where(cut => cut.Rows.Count > 1)],
            Tiers =
            [
                .. Enum.GetValues<EvidenceTier>().Select(tier => new EvidenceLine(
                    WorthWords.Capital(tier.Name()), WorthWords.Meaning(tier), Say.Usd(new NanoUsd(tiers[(int)tier])), Say.Share(tiers[(int)tier], metered))),
            ],
            Reasons =
            [
                .. reasons.OrderByDescending(r => r.Value).Select(r => new EvidenceLine(
                    WorthWords.Meaning(r.Key), r.Key.Name(), Say.Usd(new NanoUsd(r.Value)), Say.Share(r.Value, metered))),
            ],
            Newest = [],
        };
    }

    private static IEnumerable<Outcome> InPeriod(WorthScope scope, WorthBook book) =>
        book.Outcomes.Where(outcome => scope.Has(outcome) && outcome.AtMs >= book.FromMs && outcome.AtMs < book.ToMs);

    /// <summary>An outcome as a line of a list.</summary>
    public OutcomeLine Line(Caller caller, Outcome outcome)
    {
        var rung = outcome.State.Rung(clock.Now.ToUnixTimeMilliseconds());
        return new OutcomeLine(
            $"/worth/outcomes/{outcome.Id}",
            outcome.Title.Length > 0 ? outcome.Title : outcome.Ref,
            outcome.Ref,
            OutcomeWords.Word(rung),
            WorthBook.FateOf(outcome, clock.Now.ToUnixTimeMilliseconds()) is Fate.Settled or Fate.Provisional,
            outcome.Kind,
            Who(caller, outcome),
            clock.At(outcome.AtMs).ToString("d MMM yyyy", CultureInfo.InvariantCulture),
            Rfc3339.FormatMs(outcome.AtMs));
    }

    /// <summary>Whose an outcome is.</summary>
    public static string Who(Caller caller, Outcome outcome) =>
        outcome.PersonId.Length == 0 ? outcome.Author.Length > 0 ? outcome.Author : "not known"
        : outcome.PersonId == caller.Viewer.PersonId ? "You"
        : caller.Directory.FindPerson(outcome.PersonId)?.Name ?? "somebody who left";

    private IntervalChart? Trend(WorthScope scope, WorthPeriod period, WorthBook book)
    {
        var weeks = new List<(DateOnly First, long FromMs, long ToMs)>();
        for (var last = period.Last.AddDays(1); last > period.First; last = last.AddDays(-7))
        {
            var first = last.AddDays(-7) < period.First ? period.First : last.AddDays(-7);
            weeks.Add((first, Ms(first), Ms(last)));
        }

        weeks.Reverse();
        string Week(long ms) => weeks.FindIndex(week => ms < week.ToMs).ToString("00", CultureInfo.InvariantCulture);
        var table = book.Table(slice => scope.Has(slice) ? Week(slice.AtMs) : null, scope.Has, outcome => Week(outcome.AtMs), scope.Settings);
        var byWeek = table.Groups.ToDictionary(group => group.Key, StringComparer.Ordinal);
        var slots = weeks.Index().Select(week =>
        {
            var figure = byWeek.GetValueOrDefault(week.Index.ToString("00", CultureInfo.InvariantCulture));
            var cost = figure?.CostPerSettled;
            return new IntervalSlot(
                week.Item.First.ToString("d MMM", CultureInfo.InvariantCulture),
                $"{week.Item.First.ToString("d MMM", CultureInfo.InvariantCulture)} to {clock.At(week.Item.ToMs - 1).ToString("d MMM", CultureInfo.InvariantCulture)}",
                cost is null ? null : WorthWords.Nanos(cost.Value),
                cost?.Interval is { } low ? WorthWords.Nanos(low.Low) : null,
                cost?.Interval is { } high ? WorthWords.Nanos(high.High) : null,
                figure is null ? "nothing was spent" : WorthWords.Why(figure, "settled outcomes"));
        }).ToList();
        return slots.Count(slot => slot.Value is not null) < 2 ? null : new IntervalChart(
            "trend",
            "Cost per settled outcome, by week",
            "All spend of a week over what settled of the outcomes accepted in it. The line is where the figure lies with 90 % confidence; a week with too little data has none.",
            "Week",
            "Cost per settled outcome",
            slots);
    }

    private static IEnumerable<WorthCut> Cuts(Caller caller, WorthScope scope, WorthPeriod period, WorthBook book)
    {
        if (!scope.IsOwn)
        {
            yield return Cut(
                WorthCutBy.TeamBelow, "by-team", "By team", "Team", key => caller.Directory.Teams.Find(key)?.Name ?? "no team",
                key => scope.Rules.SeesCompany && key.Length > 0 && key != (scope.Team ?? Team.OrgId) && caller.Directory.Teams.Find(key) is not null
                    ? WorthPeriod.Href(period.Word, key) : null);
        }

        yield return Cut(WorthCutBy.UseCase, "by-use", "By use case", "Use case", key => key.Length == 0 ? "not stated" : key);
        yield return Cut(WorthCutBy.Model, "by-model", "By model", "Model", key => key.Length == 0 ? "none known" : key);

        yield return Cut(WorthCutBy.Route, "by-route", "By route", "Asked for", key => key.Length == 0 ? "none known" : key);

        WorthCut Cut(WorthCutBy by, string id, string title, string first, Func<string, string> name, Func<string, string?>? href = null)
        {
            var table = book.Cut(scope, by);
            return new WorthCut(id, title, first, WorthWords.CutFinding(by, table), WorthWords.Rows(table, name, href ?? (_ => null)));
        }
    }

    private long Ms(DateOnly day) => clock.StartOf(day).ToUnixTimeMilliseconds();
}
