using System.Globalization;
using Assay.Ledger.Money;
using Assay.Server.Budgets.Forecasting;
using Assay.Server.Console.Charts;
using Assay.Server.Console.Company;
using Assay.Server.Console.Figures;
using Assay.Server.Directory;
using Microsoft.Extensions.Options;

namespace Assay.Server.Console.Forecast;

/// <summary>Puts a forecast into words and charts, and what would change if work moved in-house.</summary>
internal sealed class ForecastReport(SpendProjections projections, IOptions<ConsoleOptions> options)
{
    private const int ScopesMax = 12;
    private const int UsesMax = 30;

    public async Task<ForecastView> ReadAsync(CompanyScope scope, IQueryCollection query, CancellationToken ct)
    {
        var (move, fault) = Move(query);
        var found = await projections.ReadAsync(scope.TeamId, move, options.Value.InHouseProviders, ct);
        var month = found.Month;
        return new ForecastView(
            $"Forecast, {(scope.WholeCompany ? "the company" : scope.NameOf(scope.TeamId))}",
            scope.WholeCompany ? null : scope.TeamId,
            Finding(month),
            Scopes(scope),
            month.Forecast is null ? [] : [End(month, null), End(found.Quarter, null)],
            month.Forecast is null ? null : Chart(month),
            found.Quarter.Forecast is null ? null : Chart(found.Quarter),
            month.Forecast is null ? null : WhatIf(found, move, fault, query),
            month.Forecast is { } forecast
                ? $"It rests on {Say.Many(forecast.HistoryDays, "complete day", "complete days")}, and says what is spent if nobody intervenes. In four of five cases the truth lies between low and high."
                : "");
    }

    private static string Finding(SpendProjection month) => month.Forecast is { } forecast
        ? $"{Usd(month.Spent)} so far. By {Last(month)} about {Usd(forecast.Expected)}, in four of five cases between {Usd(forecast.Low)} and {Usd(forecast.High)}."
        : $"{Usd(month.Spent)} so far. After two complete days there is a forecast.";

    private static BurnDownChart Chart(SpendProjection projection) => new(
        $"ahead-{Word(projection)}",
        projection.Window == BudgetWindow.Month ? "This month" : "This quarter",
        $"{Usd(projection.Spent)} so far; about {Usd(projection.Forecast!.Expected)} by {Last(projection)}.",
        ChartUnit.NanoUsd,
        null,
        (decimal)projection.Course.Elapsed,
        projection.Course.FromNothing,
        BurnDowns.Days(projection.Course, projection.Forecast));

    private static EndLine End(SpendProjection projection, SpendMoveEffect? effect)
    {
        var forecast = projection.Forecast!;
        return new EndLine(
            projection.Window == BudgetWindow.Month ? $"Month, to {Last(projection)}" : $"Quarter, to {Last(projection)}",
            Usd(projection.Spent),
            Total(forecast.Low),
            Total(forecast.Expected),
            Total(forecast.High));

        string Total(long total) => Usd(effect?.Applied(projection.Spent, total) ?? total);
    }

    private static WhatIfForm WhatIf(SpendProjectionSet found, SpendMove? move, string? fault, IQueryCollection query)
    {
        var effect = found.Effect;
        var chosen = query["use"].ToString();
        return new WhatIfForm(
            move is null ? Trimmed(query["move"], "10") : move.Percent.ToString(CultureInfo.InvariantCulture),
            Trimmed(query["price"], ""),
            [("", "everything", chosen.Length == 0), .. found.Uses.Where(use => use.Length > 0).Take(UsesMax).Select(use => (use, use, use == chosen))],
            effect is null || move is null ? null : Finding(found.Month, move, effect),
            fault ?? (move is not null && effect is null
                ? "Nobody knows what a million tokens costs in the house: no provider marked inHouse answered in the last 28 days. Give a price."
                : null),
            effect is null ? [] : [End(found.Month, effect), End(found.Quarter, effect)]);
    }

    private static string Finding(SpendProjection month, SpendMove move, SpendMoveEffect effect)
    {
        var expected = month.Forecast!.Expected;
        var change = effect.Applied(month.Spent, expected) - expected;
        var what = move.UseCase.Length == 0 ? "everything" : move.UseCase;
        return $"If {move.Percent:0} % of {what} moved in-house from now on, the month would end at about {Usd(expected + change)}: {Usd(Math.Abs(change))} {(change <= 0 ? "less" : "more")}. "
            + $"In the last 28 days that was {Say.Brief(effect.MovedTokens)} tokens for {Usd(effect.OutsideCost)}; in the house they would have cost {Usd(effect.InHouseCost)}, at ${effect.UsdPerMillion.ToString("0.####", CultureInfo.InvariantCulture)} a million"
            + (effect.IsMeasured ? ", which is what tokens cost there lately." : ".");
    }

    private static (SpendMove? Move, string? Fault) Move(IQueryCollection query)
    {
        if (query["move"].ToString() is not { Length: > 0 } percentText)
        {
            return (null, null);
        }

        if (!int.TryParse(percentText, NumberStyles.None, CultureInfo.InvariantCulture, out var percent) || percent is < 1 or > 100)
        {
            return (null, "The share is a whole number from 1 to 100.");
        }

        double? price = null;
        if (query["price"].ToString() is { Length: > 0 } priceText)
        {
            if (!double.TryParse(priceText, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var usd) || usd > SpendMove.UsdPerMillionMax)
            {
                return (null, $"The price is an amount in USD from 0 to {SpendMove.UsdPerMillionMax}, as in 0.35.");
            }

            price = usd;
        }

        return (new SpendMove(query["use"].ToString(), percent, price), null);
    }

    private static IReadOnlyList<Choice> Scopes(CompanyScope scope)
    {
        if (!scope.CanDescend)
        {
            return [];
        }

        return
        [
            new Choice("Company", "/forecast", scope.WholeCompany),
            .. scope.Directory.Data.Teams.Where(team => team.ParentId == Team.OrgId).OrderBy(team => team.Name, StringComparer.OrdinalIgnoreCase)
                .Take(ScopesMax).Select(team => new Choice(team.Name, $"/forecast?team={Uri.EscapeDataString(team.Id)}", team.Id == scope.TeamId)),
        ];
    }

    private static string Word(SpendProjection projection) => projection.Window == BudgetWindow.Month ? "month" : "quarter";

    private static string Last(SpendProjection projection) => projection.Until.AddDays(-1).ToString("d MMM", CultureInfo.InvariantCulture);

    private static string Trimmed(string? text, string otherwise) => text is { Length: > 0 and <= 12 } ? text : otherwise;

    private static string Usd(long nanos) => Say.Usd(new NanoUsd(nanos));
}
