using Assay.Ledger.Usage;

namespace Assay.Ledger.Prices;

/// <summary>The prices that are stated, class by class, before anything is filled in.</summary>
internal sealed class ClassPrices
{
    private readonly ClassPrice?[] _prices = new ClassPrice?[UsageCounts.ClassCount];

    public static ClassPrices None { get; } = new();

    public bool IsEmpty => Array.TrueForAll(_prices, price => price is null);

    public ClassPrice? this[UsageClass usageClass]
    {
        get => _prices[(int)usageClass];
        init => _prices[(int)usageClass] = value;
    }

    public static ClassPrices From(IEnumerable<KeyValuePair<UsageClass, ClassPrice>> prices)
    {
        var made = new ClassPrices();
        foreach (var (usageClass, price) in prices)
        {
            made._prices[(int)usageClass] = price;
        }

        return made;
    }

    /// <summary>These prices, and where there is none, the other's.</summary>
    public ClassPrices Or(ClassPrices other) => Make(usageClass => this[usageClass] ?? other[usageClass]);

    /// <summary>Token prices multiplied; fees by the call, and the classes that are excepted, stay.</summary>
    public ClassPrices Scale(Fraction by, IReadOnlyCollection<UsageClass>? except = null) => Make(usageClass =>
        this[usageClass] is { } price && ClassNames.IsTokens(usageClass) && except?.Contains(usageClass) != true
            ? price.Scale(by)
            : this[usageClass]);

    /// <summary>
    /// Every class with the price that it is charged at: its own, else that of the nearest class that is known to
    /// cost as much or more, else none. This table is documented in docs/prices.md.
    /// </summary>
    public ClassPrices WithFallbacks() => Make(usageClass => this[usageClass] ?? usageClass switch
    {
        UsageClass.CacheRead => this[UsageClass.Input],
        UsageClass.CacheWrite5m => this[UsageClass.Input],
        UsageClass.CacheWrite1h => this[UsageClass.CacheWrite5m] ?? this[UsageClass.Input],
        UsageClass.Reasoning => this[UsageClass.Output],
        UsageClass.AudioInput => this[UsageClass.Input],
        UsageClass.AudioCacheRead => this[UsageClass.AudioInput] ?? this[UsageClass.CacheRead] ?? this[UsageClass.Input],
        UsageClass.AudioOutput => this[UsageClass.Output],
        UsageClass.ImageInput => this[UsageClass.Input],
        UsageClass.ImageOutput => this[UsageClass.Output],
        UsageClass.Request => s_noFee,
        _ => null,
    });

    public string Canonical() => string.Join(
        ", ",
        Enum.GetValues<UsageClass>().Where(c => this[c] is not null).Select(c => $"{ClassNames.Name(c)}={this[c]!.Canonical()}"));

    private static readonly ClassPrice s_noFee = new(0);

    private static ClassPrices Make(Func<UsageClass, ClassPrice?> price)
    {
        var made = new ClassPrices();
        for (var i = 0; i < UsageCounts.ClassCount; i++)
        {
            made._prices[i] = price((UsageClass)i);
        }

        return made;
    }
}

/// <summary>What a provider's service tier costs: its own prices where stated, else the standard ones multiplied.</summary>
internal sealed record ServiceTierTerms(
    string Name, Fraction Multiplier, IReadOnlyCollection<UsageClass> Except, ClassPrices Prices)
{
    public ClassPrices Apply(ClassPrices standard) => Prices.Or(standard.Scale(Multiplier, Except));

    public string Canonical() =>
        $"{Name}: x{Multiplier} except [{string.Join(' ', Except.Select(ClassNames.Name))}] {Prices.Canonical()}";
}

/// <summary>When prices apply: from a start on, within every one of the daily spans.</summary>
internal sealed record When(long StartMs, IReadOnlyList<HourSpan> Hours)
{
    public static When Always { get; } = new(long.MinValue, []);

    public bool IsAlways => StartMs == long.MinValue && Hours.Count == 0;

    public bool Contains(long atMs)
    {
        if (atMs < StartMs)
        {
            return false;
        }

        for (var i = 0; i < Hours.Count; i++)
        {
            if (!Hours[i].Contains(atMs))
            {
                return false;
            }
        }

        return true;
    }

    public When And(When other) => new(Math.Max(StartMs, other.StartMs), [.. Hours, .. other.Hours]);
}

/// <summary>The prices that apply at some times.</summary>
internal sealed record DatedPrices(When When, ClassPrices Prices, IReadOnlyList<ServiceTierTerms> Tiers)
{
    /// <summary>These prices as an override changes them, at the times when both apply.</summary>
    public DatedPrices Under(PriceRule rule)
    {
        var prices = rule.Multiplier is { } by ? Prices.Scale(by) : Prices;
        var tiers = rule.Multiplier is { } tierBy
            ? Tiers.Select(tier => tier with { Prices = tier.Prices.Scale(tierBy) })
            : Tiers;
        return new DatedPrices(When.And(rule.When), rule.Prices.Or(prices), [.. rule.Tiers, .. tiers]);
    }
}
