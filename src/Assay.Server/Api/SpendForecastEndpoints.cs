using System.Globalization;
using Assay.Ledger.Money;
using Assay.Server.Budgets.Forecasting;
using Assay.Server.Console;
using Assay.Server.Directory;
using Microsoft.Extensions.Options;

namespace Assay.Server.Api;

/// <summary>How a month or a quarter will probably end. Money is in decimal USD.</summary>
/// <param name="From">The first day.</param>
/// <param name="Until">The first day after it.</param>
/// <param name="Expected">Half of the simulated ways end above it; null while there is too little history.</param>
/// <param name="Low">One way in ten ends below it.</param>
/// <param name="High">One way in ten ends above it.</param>
internal sealed record SpendForecastView(string From, string Until, string Spent, string? Expected, string? Low, string? High)
{
    public static SpendForecastView Of(SpendProjection projection, SpendMoveEffect? effect = null) => new(
        Day(projection.From),
        Day(projection.Until),
        Usd(projection.Spent),
        End(projection, projection.Forecast?.Expected, effect),
        End(projection, projection.Forecast?.Low, effect),
        End(projection, projection.Forecast?.High, effect));

    private static string? End(SpendProjection projection, long? end, SpendMoveEffect? effect) =>
        end is not { } total ? null : Usd(effect?.Applied(projection.Spent, total) ?? total);

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Usd(long nanos) => new NanoUsd(nanos).ToString();
}

/// <summary>What if a share of the tokens were answered in the house, from now on?</summary>
/// <param name="InHouseUsdPerMillion">The price reckoned with.</param>
/// <param name="IsMeasured">Whether that is what tokens cost there in the last 28 days.</param>
/// <param name="MovedTokens">What would have moved in the last 28 days.</param>
/// <param name="OutsideUsd">What that cost.</param>
/// <param name="InHouseUsd">What it would have cost in the house.</param>
internal sealed record WhatIfView(
    double InHouseUsdPerMillion, bool IsMeasured, long MovedTokens, string OutsideUsd, string InHouseUsd, SpendForecastView Month, SpendForecastView Quarter);

/// <summary>The forecast of the company's or a team's spend.</summary>
/// <param name="HistoryDays">How many complete days it rests on.</param>
/// <param name="WhatIf">Null if not asked for, or if nobody knows what tokens cost in the house: then give inHouseUsdPerMillion.</param>
internal sealed record SpendForecastAnswer(
    string At, string Team, SpendForecastView Month, SpendForecastView Quarter, int HistoryDays, WhatIfView? WhatIf);

internal static class SpendForecastEndpoints
{
    public static void MapSpendForecast(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/forecast", Show).WithTags("Usage").RequireAuthorization(Policies.SignedIn)
            .WithSummary("Forecasts the spend of the company or a team to the end of month and quarter, also if a share moved in-house.")
            .Produces<SpendForecastAnswer>()
            .TakesQuery("team", "movePercent", "moveUse", "inHouseUsdPerMillion")
            .Refuses(StatusCodes.Status403Forbidden);

    private static async Task<IResult> Show(
        Caller caller, HttpRequest request, SpendProjections projections, IOptions<ConsoleOptions> options, CancellationToken ct)
    {
        var query = new QueryReader(request.Query);
        var team = query.Text("team", id => caller.Directory.Teams.Find(id) is null ? "is no team." : null);
        var percent = query.Number("movePercent", 0, 0, 100);
        var use = query.Text("moveUse") ?? "";
        double? price = null;
        query.Text("inHouseUsdPerMillion", text =>
        {
            var isPrice = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var usd)
                && usd is >= 0 and <= SpendMove.UsdPerMillionMax;
            price = isPrice ? usd : null;
            return isPrice ? null : $"is no amount in USD from 0 to {SpendMove.UsdPerMillionMax}.";
        });
        if (!query.IsValid())
        {
            return Problems.Invalid(query.Faults);
        }

        var teamId = team ?? (caller.Rules.SeesCompany ? Team.OrgId : caller.Rules.ManagedTeamId ?? Team.OrgId);
        if (!caller.Rules.CanSeeUsageOfTeam(teamId))
        {
            return Problems.Forbidden(
                "This team's forecast is not yours to see.", "Ask for a team whose sums you see: its manager, finance, auditors and administrators do.");
        }

        var found = await projections.ReadAsync(
            teamId, percent > 0 ? new SpendMove(use, percent, price) : null, options.Value.InHouseProviders, ct);
        return TypedResults.Ok(new SpendForecastAnswer(
            Rfc3339.Format(found.At),
            teamId,
            SpendForecastView.Of(found.Month),
            SpendForecastView.Of(found.Quarter),
            found.Month.Forecast?.HistoryDays ?? 0,
            found.Effect is not { } effect ? null : new WhatIfView(
                Math.Round(effect.UsdPerMillion, 4),
                effect.IsMeasured,
                effect.MovedTokens,
                new NanoUsd(effect.OutsideCost).ToString(),
                new NanoUsd(effect.InHouseCost).ToString(),
                SpendForecastView.Of(found.Month, effect),
                SpendForecastView.Of(found.Quarter, effect))));
    }
}
