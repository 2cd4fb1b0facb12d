using System.Globalization;
using System.Runtime.InteropServices;

namespace Assay.Ledger.Prices;

/// <summary>From <paramref name="Above"/> input tokens on (exclusive), every token costs <paramref name="Price"/>.</summary>
/// <param name="Above">The call's total input tokens beyond which the price applies.</param>
/// <param name="Price">The price in nano-USD per million.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ContextTier(long Above, long Price);

/// <summary>
/// The price of one usage class in nano-USD per million tokens (or per million units, for classes that count calls).
/// </summary>
public sealed class ClassPrice
{
    internal ClassPrice(long price, params IReadOnlyList<ContextTier> tiers)
    {
        Price = price;
        Tiers = [.. tiers.OrderBy(tier => tier.Above)];
    }

    /// <summary>The price while no tier applies.</summary>
    public long Price { get; }

    /// <summary>Prices for long contexts, the lowest first.</summary>
    public IReadOnlyList<ContextTier> Tiers { get; }

    /// <summary>The price for a call of so many input tokens: of the highest tier that they exceed.</summary>
    public long At(long contextTokens)
    {
        for (var i = Tiers.Count - 1; i >= 0; i--)
        {
            if (contextTokens > Tiers[i].Above)
            {
                return Tiers[i].Price;
            }
        }

        return Price;
    }

    internal ClassPrice Scale(Fraction by) =>
        new(by.Scale(Price), [.. Tiers.Select(tier => tier with { Price = by.Scale(tier.Price) })]);

    internal string Canonical() => string.Concat(
        PriceText.FormatUsd(Price),
        string.Concat(Tiers.Select(tier => $"; above {tier.Above}: {PriceText.FormatUsd(tier.Price)}")));

    /// <summary>Reads <c>3.00</c> or <c>3.00; above 200000: 6.00</c>, in US dollars per million.</summary>
    internal static bool TryParse(string text, out ClassPrice? price)
    {
        price = null;
        var parts = text.Split(';', StringSplitOptions.TrimEntries);
        if (!PriceText.TryParseUsd(parts[0], out var first))
        {
            return false;
        }

        var tiers = new List<ContextTier>();
        foreach (var part in parts.AsSpan(1))
        {
            var words = part.Split(' ', ':').Where(word => word.Length > 0).ToArray();
            if (words is not ["above", var above, var dollars]
                || !long.TryParse(above, NumberStyles.None, CultureInfo.InvariantCulture, out var start)
                || !PriceText.TryParseUsd(dollars, out var tierPrice))
            {
                return false;
            }

            tiers.Add(new ContextTier(start, tierPrice));
        }

        price = new ClassPrice(first, tiers);
        return true;
    }
}
