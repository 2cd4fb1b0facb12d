using Assay.Ledger.Money;
using Assay.Ledger.Usage;

namespace Assay.Ledger.Prices;

/// <summary>Where a sheet's prices come from, for people who ask.</summary>
/// <param name="Provider">The price provider that was asked for, as in <c>anthropic</c>.</param>
/// <param name="ModelId">The price book's name of the model; the pattern of the override if the book has none.</param>
/// <param name="Name">The model's name for people.</param>
/// <param name="ContextWindow">The model's context window in tokens, if known.</param>
/// <param name="Pattern">The pattern of the price book that matched; empty if only overrides did.</param>
/// <param name="Overrides">The overrides that were laid over it, in order.</param>
public sealed record PriceSource(
    string Provider, string ModelId, string Name, long? ContextWindow, string Pattern, IReadOnlyList<string> Overrides);

/// <summary>The prices of one model at one provider, at all times. Immutable.</summary>
public sealed class PriceSheet
{
    /// <summary>
    /// The most that one call is charged: one million dollars. Counts that would cost more are not believed; the
    /// charge is cut to this and is not complete.
    /// </summary>
    public static readonly NanoUsd ChargeMax = NanoUsd.FromDollars(1_000_000);

    private static readonly string[] s_standardTiers = ["", "default", "standard", "auto", "on_demand"];

    private readonly Era[] _eras;

    internal PriceSheet(PriceSource source, IReadOnlyList<DatedPrices> dated)
    {
        Source = source;
        _eras = [.. dated.Select(one => new Era(
            one.When,
            one.Prices.WithFallbacks(),
            [.. one.Tiers.Select(tier => new TierPrices(tier.Name, tier.Apply(one.Prices).WithFallbacks()))]))];
    }

    /// <summary>Where the prices come from.</summary>
    public PriceSource Source { get; }

    /// <summary>The service tiers that have prices of their own.</summary>
    public IReadOnlyList<string> ServiceTiers =>
        [.. _eras[^1].Tiers.Select(tier => tier.Name).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>The moments from which other prices hold, in Unix milliseconds, in their order; empty where they never changed.</summary>
    public IReadOnlyList<long> Changes =>
        [.. _eras.Select(era => era.When.StartMs).Where(start => start != long.MinValue).Distinct().Order()];

    /// <summary>Whether some prices hold at certain hours of the day only.</summary>
    public bool DependsOnHour => Array.Exists(_eras, era => era.When.Hours.Count > 0);

    /// <summary>
    /// What a call costs: for each class, count times price, rounded up once to a whole nano-USD; then the sum. The
    /// call's total input tokens choose the context tier, whose price is for all of its tokens.
    /// </summary>
    /// <param name="counts">What was used.</param>
    /// <param name="serviceTier">
    /// The provider's service tier. One that has no price is charged as the standard, and the charge is not complete.
    /// </param>
    /// <param name="atMs">When the call began, in Unix milliseconds.</param>
    public Charge Cost(in UsageCounts counts, string serviceTier, long atMs)
    {
        if (At(atMs) is not { } era)
        {
            return new Charge(NanoUsd.Zero, counts.IsZero);
        }

        var complete = true;
        var prices = era.For(serviceTier);
        if (prices is null)
        {
            prices = era.Standard;
            complete = counts.IsZero;
        }

        var contextTokens = ContextTokens(counts);
        Int128 sum = 0;
        for (var i = 0; i < UsageCounts.ClassCount; i++)
        {
            var usageClass = (UsageClass)i;
            var count = counts[usageClass];
            if (count == 0)
            {
                continue;
            }

            if (prices[usageClass] is { } price)
            {
                sum += LineCost(count, price.At(contextTokens));
            }
            else
            {
                complete = false;
            }
        }

        return sum > ChargeMax.Nanos ? new Charge(ChargeMax, false) : new Charge(new NanoUsd((long)sum), complete);
    }

    /// <summary>
    /// The price at which a class is charged, in nano-USD per million tokens (or per million calls, for classes that
    /// count calls); null if it has none.
    /// </summary>
    public long? PriceOf(UsageClass usageClass, string serviceTier, long contextTokens, long atMs) =>
        At(atMs)?.For(serviceTier)?[usageClass]?.At(contextTokens);

    /// <summary>Whether there are prices at that time.</summary>
    internal bool Covers(long atMs) => At(atMs) is not null;

    /// <summary>One line item: the one place where money is rounded, always up.</summary>
    internal static Int128 LineCost(long count, long price) => (((Int128)count * price) + 999_999) / 1_000_000;

    private static long ContextTokens(in UsageCounts counts)
    {
        // Not the sum of UsageCounts, which throws on counts that no call can have.
        Int128 sum = (Int128)counts[UsageClass.Input] + counts[UsageClass.CacheRead] + counts[UsageClass.CacheWrite5m]
            + counts[UsageClass.CacheWrite1h] + counts[UsageClass.AudioInput] + counts[UsageClass.AudioCacheRead]
            + counts[UsageClass.ImageInput];
        return (long)Int128.Min(sum, long.MaxValue);
    }

    private Era? At(long atMs)
    {
        // The last that applies wins, as in the source of the price book.
        for (var i = _eras.Length - 1; i >= 0; i--)
        {
            if (_eras[i].When.Contains(atMs))
            {
                return _eras[i];
            }
        }

        return null;
    }

    private sealed record TierPrices(string Name, ClassPrices Prices);

    private sealed record Era(When When, ClassPrices Standard, TierPrices[] Tiers)
    {
        public ClassPrices? For(string serviceTier)
        {
            foreach (var tier in Tiers)
            {
                if (string.Equals(tier.Name, serviceTier, StringComparison.OrdinalIgnoreCase))
                {
                    return tier.Prices;
                }
            }

            foreach (var name in s_standardTiers)
            {
                if (string.Equals(name, serviceTier, StringComparison.OrdinalIgnoreCase))
                {
                    return Standard;
                }
            }

            return null;
        }
    }
}
