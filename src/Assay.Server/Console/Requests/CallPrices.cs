using Assay.Ledger.Money;
using Assay.Ledger.Prices;
using Assay.Ledger.Usage;
using Assay.Server.Console.Figures;
using Microsoft.Extensions.Options;

namespace Assay.Server.Console.Requests;

/// <summary>
/// The cost of a call line by line, by the price book as it is now. The stored cost is the ledger's; where the lines do
/// not add up to it (the book has changed since, or a fallback price was charged), the page says so instead.
/// </summary>
internal sealed class CallPrices(PriceBook book, IOptions<ConsoleOptions> options)
{
    public (IReadOnlyList<CostLine> Lines, string? Note) Lines(UsageEvent call)
    {
        var sheet = call.Counts.IsZero ? null : book.Find(options.Value.PriceProvider(call.Provider), call.Model, call.StartedAtMs);
        var lines = new List<CostLine>();
        var sum = NanoUsd.Zero;
        foreach (var usageClass in Enum.GetValues<UsageClass>())
        {
            var count = call.Counts[usageClass];
            if (count == 0)
            {
                continue;
            }

            var price = sheet?.PriceOf(usageClass, call.ServiceTier, call.Counts.TotalInputTokens, call.StartedAtMs);
            var cost = price is { } each ? LineCost(count, each) : (NanoUsd?)null;
            if (usageClass == UsageClass.Request && (price is null || price == 0))
            {
                // Most providers have no fee by the call; a line that says so would be noise.
                continue;
            }

            sum = checked(sum + (cost ?? NanoUsd.Zero));
            lines.Add(new CostLine(
                CallWords.Class(usageClass),
                count,
                price is { } known ? Say.Price(known) : null,
                cost is { } line ? Say.UsdExact(line) : null));
        }

        if (call.Counts.IsZero)
        {
            return (lines, null);
        }

        if (sheet is null)
        {
            return ([.. lines.Select(line => line with { PricePerMillion = null, Cost = null })],
                "The price book has no price for this model.");
        }

        return sum == call.Cost && call.PriceVersion == book.Version
            ? (lines, null)
            : sum == call.Cost
                ? (lines, $"Charged by price book {call.PriceVersion}; the present one ({book.Version}) gives the same.")
                : ([.. lines.Select(line => line with { PricePerMillion = null, Cost = null })],
                    $"Charged by price book {call.PriceVersion}. The present one ({book.Version}) has other prices, so no lines are shown.");
    }

    // As the ledger does it: rounded up, once for each line.
    private static NanoUsd LineCost(long count, long pricePerMillion) =>
        new((long)((((Int128)count * pricePerMillion) + 999_999) / 1_000_000));
}
