using Assay.Ledger.Money;

namespace Assay.Server.Budgets.Forecasting;

/// <summary>What if a share of a use's tokens were answered in the house?</summary>
/// <param name="UseCase">Of which use; empty for all.</param>
/// <param name="Percent">Which share of what is now answered outside, in percent.</param>
/// <param name="UsdPerMillion">What a million tokens costs in the house; null for what it cost there lately.</param>
internal sealed record SpendMove(string UseCase, double Percent, double? UsdPerMillion)
{
    public const double UsdPerMillionMax = 1000;
}

/// <summary>What a move changes of what is still to be spent.</summary>
/// <param name="MovedTokens">The tokens that would have moved in the last 28 days.</param>
/// <param name="OutsideCost">What they cost, in nano-USD.</param>
/// <param name="InHouseCost">What they would have cost in the house.</param>
/// <param name="UsdPerMillion">The price that is reckoned with.</param>
/// <param name="IsMeasured">Whether that is what tokens cost in the house lately.</param>
/// <param name="Factor">What remains of each dollar of all spend.</param>
internal sealed record SpendMoveEffect(
    long MovedTokens, long OutsideCost, long InHouseCost, double UsdPerMillion, bool IsMeasured, double Factor)
{
    /// <summary>The effect; null if nobody knows what tokens cost in the house, or nothing was spent.</summary>
    /// <param name="rows">The sums of a period by use and provider.</param>
    /// <param name="inHouse">The providers that the company runs itself.</param>
    public static SpendMoveEffect? Of(SpendMove move, IReadOnlyList<(string UseCase, string Provider, long Tokens, long Cost)> rows, IReadOnlySet<string> inHouse)
    {
        var all = rows.Sum(row => (double)row.Cost);
        var inside = rows.Where(row => inHouse.Contains(row.Provider)).ToList();
        var (insideTokens, insideCost) = (inside.Sum(row => (double)row.Tokens), inside.Sum(row => (double)row.Cost));
        double? measured = insideTokens > 0 ? insideCost / insideTokens * 1_000_000 / NanoUsd.PerDollar : null;
        if ((move.UsdPerMillion ?? measured) is not { } price || all <= 0)
        {
            return null;
        }

        var moved = rows.Where(row => !inHouse.Contains(row.Provider) && (move.UseCase.Length == 0 || row.UseCase == move.UseCase)).ToList();
        var share = move.Percent / 100;
        var tokens = share * moved.Sum(row => (double)row.Tokens);
        var outside = share * moved.Sum(row => (double)row.Cost);
        var within = tokens * price / 1_000_000 * NanoUsd.PerDollar;
        return new SpendMoveEffect(
            (long)tokens, (long)outside, (long)within, price, move.UsdPerMillion is null, Math.Max(0, (all - outside + within) / all));
    }

    /// <summary>A total of which a part is spent already: only the rest changes.</summary>
    public long Applied(long spent, long total) => spent + (long)(Factor * Math.Max(0, total - spent));
}
