using System.Globalization;
using Assay.Server.Api;
using Assay.Server.Console.Charts;
using Assay.Server.Console.Figures;
using Assay.Server.Console.Limits;
using Assay.Server.Console.Me;
using Assay.Server.Console.Requests;
using Assay.Server.Directory;
using Assay.Server.Store;
using Microsoft.Extensions.Options;

namespace Assay.Server.Console.Company;

/// <summary>Reads sums over the company or a team. Nothing in it is broken down by person.</summary>
internal sealed class CompanyReport(IUsageStore usage, BudgetRows budgets, OrgClock clock, IOptions<ConsoleOptions> options)
{
    public async Task<CompanyView> ReadAsync(
        Caller caller, CompanyScope scope, string? periodWord, LiveNow? now, CancellationToken ct)
    {
        var period = Period.Read(periodWord, PeriodKind.Today, clock);
        var today = clock.Today;

        // Nothing is later than now, and whole days have sums of their own.
        var end = clock.StartOf(today.AddDays(1));
        var monthStart = new DateOnly(today.Year, today.Month, 1);

        var yesterday = await SumAsync(scope, clock.StartOf(today.AddDays(-1)), clock.Now.AddDays(-1), ct);
        var ofMonth = await SumAsync(scope, clock.StartOf(monthStart), end, ct);
        var overTime = await QueryAsync(
            scope, period.From, end, ct, period.ByHour ? UsageDimension.Hour : UsageDimension.Day, UsageDimension.Provider);
        var byTeam = await QueryAsync(scope, period.From, end, ct, UsageDimension.Team);
        var byModel = await QueryAsync(scope, period.From, end, ct, UsageDimension.Model, UsageDimension.Provider);
        var byUseCase = await QueryAsync(scope, period.From, end, ct, UsageDimension.UseCase);

        var inPeriod = Breakdown.Sum(byTeam);
        // Calls are settled between one query and the next: the same sum is asked for once, so that it agrees with itself.
        var ofToday = period.ByHour ? inPeriod : await SumAsync(scope, clock.StartOf(today), end, ct);
        var inHouse = options.Value.InHouseProviders;
        var slots = TimeSlots.Of(period, clock);
        var series = Breakdown.Series(overTime, slots.Keys, Named);
        var providers = Breakdown.By(byModel, 1);
        var models = Breakdown.By(byModel, 0);
        var useCases = Breakdown.By(byUseCase, 0);
        var canList = scope.Rules.SeesCompany;

        return new CompanyView(
            scope.WholeCompany ? "Company" : scope.NameOf(scope.TeamId),
            scope.WholeCompany ? "company" : $"team:{scope.TeamId}",
            Crumbs(scope, period),
            ofToday,
            TodayFinding(ofToday, yesterday),
            now,
            ofMonth,
            inPeriod,
            byModel.Where(row => inHouse.Contains(row.Group[1])).Sum(row => Breakdown.Totals(row).Tokens),
            inHouse.Count > 0,
            period.InWords,
            PeriodChoices.For(scope.Path, period, PeriodKind.Today),
            new TimeChart(
                "trend", period.ByHour ? "Spend by hour and provider" : "Spend by day and provider",
                MeReport.Peak(series, slots, period), ChartUnit.NanoUsd, slots.Word, slots.Slots, series),
            TeamTable(scope, byTeam, period),
            Breakdown.Table(
                "by-provider", "By provider", "Provider", Breakdown.Leader(providers, Named), providers, 8,
                key => (Named(key), inHouse.Contains(key) ? "in-house" : null, Link("provider", key))),
            Breakdown.Table(
                "by-model", "By model", "Model", Breakdown.Leader(models, Named), models, 8,
                key => (Named(key), null, Link("model", key))),
            Breakdown.Table(
                "by-use", "By use case", "Use case", Breakdown.Leader(useCases, Stated), useCases, 8,
                key => (Stated(key), null, Link("use", key))),
            await budgets.OfAsync(caller, scope.WholeCompany ? null : scope.TeamId, ct),
            MeReport.TokensFinding(inPeriod, period),
            ofMonth.Requests == 0 && inPeriod.Requests == 0);

        string? Link(string filter, string value) =>
            canList ? RequestLinks.With(filter, value, period) + "&who=all" : null;
    }

    private async Task<Totals> SumAsync(CompanyScope scope, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) =>
        Breakdown.Sum(await QueryAsync(scope, from, to, ct));

    private async Task<IReadOnlyList<UsageRow>> QueryAsync(
        CompanyScope scope, DateTimeOffset from, DateTimeOffset to, CancellationToken ct, params UsageDimension[] group) =>
        await usage.QueryAsync(new UsageQuery(from, to, group) { Filter = scope.Filter, Detail = UsageDetail.Kinds }, ct);

    private static ShareTable TeamTable(CompanyScope scope, IReadOnlyList<UsageRow> rows, Period period)
    {
        var entries = rows.GroupBy(row => scope.RowOf(row.Group[0]), StringComparer.Ordinal)
            .Select(group => (Key: group.Key, Totals: Breakdown.Sum(group)))
            .OrderByDescending(entry => entry.Totals.Cost)
            .ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .ToList();
        var table = Breakdown.Table(
            "by-team", "By team", "Team", Breakdown.Leader(entries, scope.NameOf), entries, 12,
            key => (
                scope.NameOf(key),
                key == scope.TeamId ? "itself" : null,
                scope.CanDescend && key != scope.TeamId && scope.Directory.Teams.Find(key) is not null
                    ? $"{scope.Path}?team={Uri.EscapeDataString(key)}&period={period.Word}"
                    : null));
        return scope.CanDescend ? table : table with
        {
            Finding = $"{table.Finding} Teams of fewer than {AccessRules.GroupMin} people are counted with the team above.",
        };
    }

    private static IReadOnlyList<Choice> Crumbs(CompanyScope scope, Period period)
    {
        if (scope.WholeCompany || !scope.CanDescend)
        {
            return [];
        }

        var above = scope.Directory.Teams.PathOf(scope.TeamId).Skip(1).Reverse().ToList();
        return [.. above.Select(id => new Choice(
            id == Team.OrgId ? "Company" : scope.NameOf(id),
            id == Team.OrgId ? $"/company?period={period.Word}" : $"/company?team={Uri.EscapeDataString(id)}&period={period.Word}",
            false))];
    }

    private static string TodayFinding(Totals today, Totals yesterday)
    {
        var calls = $"{Say.Many(today.Requests, "call", "calls")}, {Say.Brief(today.Tokens)} tokens.";
        if (today.Requests == 0)
        {
            return yesterday.Requests == 0
                ? "No calls yet today, and none by this time yesterday."
                : $"No calls yet today. Yesterday by this time it was {Say.Usd(yesterday.Cost)}.";
        }

        if (yesterday.Cost.Nanos <= 0)
        {
            return $"{calls} Nothing was spent by this time yesterday.";
        }

        var change = 100m * (today.Cost.Nanos - yesterday.Cost.Nanos) / yesterday.Cost.Nanos;
        var percent = Math.Abs(change).ToString("0", CultureInfo.InvariantCulture);
        return percent == "0" ? $"{calls} The same as yesterday by this time."
            : $"{calls} {percent} % {(change > 0 ? "more" : "less")} than yesterday by this time ({Say.Usd(yesterday.Cost)}).";
    }

    private static string Named(string key) => key.Length == 0 ? "unnamed" : key;

    private static string Stated(string useCase) => useCase.Length == 0 ? "not stated" : useCase;
}
