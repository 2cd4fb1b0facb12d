using System.Globalization;
using Assay.Outcomes.Attribution;
using Assay.Outcomes.Ladder;
using Assay.Outcomes.Worth;
using Assay.Server.Api;
using Assay.Server.Console.Company;
using Assay.Server.Console.Figures;
using Assay.Server.Directory;
using Assay.Server.Outcomes.Worth;
using Assay.Server.Store;

namespace Assay.Server.Console.Statements;

/// <summary>
/// What a team and the teams below it used in a month, for paper. Lines are rounded to cents so that they sum to the sum
/// that stands under them. Nothing in it is broken down by person.
/// </summary>
internal sealed class StatementReport(IUsageStore usage, WorthReader worth, OrgClock clock)
{
    private const int MonthsBack = 12;
    private const int NanosOfCent = 10_000_000;
    private const int TriesMax = 3;

    public async Task<StatementView> ReadAsync(Caller caller, CompanyScope scope, string? monthWord, CancellationToken ct)
    {
        var today = clock.Today;
        var month = Month(monthWord, today);
        var (from, to) = (clock.StartOf(month), clock.StartOf(month.AddMonths(1)));
        var (byTeam, byUse, byModel) = await SumsAsync(scope, from, to, ct);
        var sum = Breakdown.Sum(byModel);
        return new StatementView
        {
            Team = scope.WholeCompany ? "The company" : scope.NameOf(scope.TeamId),
            Month = month.ToString("MMMM yyyy", CultureInfo.InvariantCulture),
            State = month.Year == today.Year && month.Month == today.Month ? "The month is not over: what is used until its end comes to it." : "The month is closed.",
            Months = [.. Enumerable.Range(0, MonthsBack).Select(back => Choice(scope, new DateOnly(today.Year, today.Month, 1).AddMonths(-back), month))],
            Teams = Teams(scope, month),
            Sum = Say.Usd(sum.Cost),
            SumExact = Say.UsdExact(sum.Cost),
            Calls = Say.Count(sum.Requests),
            Tokens = Say.Count(sum.Tokens),
            Estimated = Say.Usd(sum.EstimatedCost),
            EstimatedNote = $"{Say.Share(sum.EstimatedCost, sum.Cost)} of the sum comes from estimated counts",
            Unpriced = sum.Unpriced == 0 ? "Every call had a full price." : $"{Say.Many(sum.Unpriced, "call", "calls")} had no full price and stand in the sum with what was known.",
            Tables =
            [
                Table("by-team", "By team", "Team", byTeam, row => (scope.RowOf(row.Group[0]), ""), key => scope.NameOf(key)),
                Table("by-use", "By use case", "Use case", byUse, row => (row.Group[0], ""), key => key.Length == 0 ? "not stated" : key),
                Table("by-model", "By model", "Model", byModel, row => (row.Group[1], row.Group[0]), key => key.Length == 0 ? "unnamed" : key),
            ],
            Outcomes = await OutcomesAsync(scope, from, to, ct),
            Made = $"Made {clock.Now.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture)} {clock.ZoneName}. Days and months are those of that time zone.",
        };
    }

    /// <summary>
    /// The three cuts of one sum. Each is answered by sums that are kept for it, so they are three questions; when a call was
    /// settled between them they are asked again, so that all tables of a statement sum to the same.
    /// </summary>
    private async Task<(IReadOnlyList<UsageRow> ByTeam, IReadOnlyList<UsageRow> ByUse, IReadOnlyList<UsageRow> ByModel)> SumsAsync(
        CompanyScope scope, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        for (var tries = 0; tries < TriesMax; tries++)
        {
            var byTeam = await AskAsync(UsageDimension.Team);
            var byUse = await AskAsync(UsageDimension.UseCase);
            var byModel = await AskAsync(UsageDimension.Provider, UsageDimension.Model);
            if (Breakdown.Sum(byTeam) == Breakdown.Sum(byModel) && Breakdown.Sum(byUse) == Breakdown.Sum(byModel))
            {
                return (byTeam, byUse, byModel);
            }
        }

        // Calls are settled all the time: one question that has all of it, however long it takes.
        var rows = await AskAsync(UsageDimension.Team, UsageDimension.UseCase, UsageDimension.Provider, UsageDimension.Model);
        return (
            rows,
            [.. rows.Select(row => row with { Group = [row.Group[1]] })],
            [.. rows.Select(row => row with { Group = [row.Group[2], row.Group[3]] })]);

        ValueTask<IReadOnlyList<UsageRow>> AskAsync(params UsageDimension[] group) =>
            usage.QueryAllAsync(new UsageQuery(from, to, group) { Filter = scope.Filter, Detail = UsageDetail.Kinds }, ct);
    }

    private async Task<string> OutcomesAsync(CompanyScope scope, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var end = to > clock.Now ? clock.StartOf(clock.Today.AddDays(1)) : to;
        var book = await worth.ReadAsync(from.ToUnixTimeMilliseconds(), end.ToUnixTimeMilliseconds(), ct);
        var figure = book.Kept($"statement:{scope.TeamId}", () => Figure(scope, book));
        if (figure.Settled + figure.Lost + figure.Provisional == 0)
        {
            return "No outcome is known of this month.";
        }

        var counts = $"{Say.Count(figure.Settled)} settled, {Say.Count(figure.Lost)} lost, {Say.Count(figure.Provisional)} provisional"
            + (clock.Earlier(clock.At(book.NowMs)) is { } earlier ? $", as of {earlier} {clock.ZoneName}." : ".");
        if (clock.Now < to.AddDays(OutcomeKind.SettleDaysDefault))
        {
            return $"{counts} What a settled outcome cost can be said when the month is over and what it brought has had {OutcomeKind.SettleDaysDefault} days to last.";
        }

        return figure.CostPerSettled is { } cost
            ? $"{counts} A settled outcome cost {Worth.WorthWords.Dollars(cost.Value)}"
                + (cost.Interval is { } likely ? $" ({Worth.WorthWords.Dollars(likely.Low)} to {Worth.WorthWords.Dollars(likely.High)} with 90 % confidence)." : ".")
            : $"{counts} {Worth.WorthWords.Capital(Worth.WorthWords.Why(figure, "settled outcomes"))}.";
    }

    private static WorthFigure Figure(CompanyScope scope, WorthBook book)
    {
        bool IsIn(string teamId) => scope.WholeCompany || scope.Directory.Teams.IsWithin(teamId, scope.TeamId);
        return book.Table(
            slice => IsIn(slice.TeamId) ? "" : null, outcome => IsIn(outcome.TeamId), _ => "", new WorthSettings { PeopleMin = AccessRules.GroupMin }).Whole;
    }

    private static StatementTable Table(
        string id, string title, string first, IReadOnlyList<UsageRow> rows, Func<UsageRow, (string Key, string Note)> group, Func<string, string> name)
    {
        var groups = rows.GroupBy(group)
            .Select(g => (g.Key, Totals: Breakdown.Sum(g)))
            .OrderBy(g => name(g.Key.Key), StringComparer.OrdinalIgnoreCase).ThenBy(g => g.Key.Note, StringComparer.Ordinal)
            .ToList();
        var cents = Cents([.. groups.Select(g => g.Totals.Cost.Nanos)]);
        return new StatementTable(id, title, first,
        [
            .. groups.Select((g, i) => new StatementLine(
                name(g.Key.Key), g.Key.Note, Say.Count(g.Totals.Requests), Say.Count(g.Totals.Tokens), Say.UsdExact(g.Totals.Cost), cents[i])),
        ]);
    }

    /// <summary>Amounts in cents that sum to their sum in cents.</summary>
    internal static long[] Cents(IReadOnlyList<long> nanos)
    {
        var parts = new long[nanos.Count];
        var sum = nanos.Sum();
        if (sum > 0)
        {
            LargestRemainder.Split((long)Math.Round((decimal)sum / NanosOfCent, MidpointRounding.AwayFromZero), [.. nanos.Select(n => Math.Max(0, n))], parts);
        }

        return parts;
    }

    private static IReadOnlyList<Choice> Teams(CompanyScope scope, DateOnly month)
    {
        if (!scope.CanDescend)
        {
            return [];
        }

        var shown = scope.Directory.Teams.PathOf(scope.TeamId).Reverse().Concat(scope.Directory.Teams.ChildrenOf(scope.TeamId));
        return [.. shown.Select(id => new Choice(id == Team.OrgId ? "Company" : scope.NameOf(id), Href(id, month), id == scope.TeamId))];
    }

    private static Choice Choice(CompanyScope scope, DateOnly month, DateOnly current) =>
        new(month.ToString("MMM yyyy", CultureInfo.InvariantCulture), Href(scope.TeamId, month), month == current);

    private static string Href(string team, DateOnly month) =>
        $"/statement?team={Uri.EscapeDataString(team)}&month={month.ToString("yyyy-MM", CultureInfo.InvariantCulture)}";

    private static DateOnly Month(string? word, DateOnly today)
    {
        var current = new DateOnly(today.Year, today.Month, 1);
        return DateOnly.TryParseExact(word, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month)
            && month <= current && month > current.AddMonths(-MonthsBack)
                ? month
                : current;
    }
}
