using Assay.Ledger.Usage;

namespace Assay.Ledger.Prices;

/// <summary>An override of the price book as it is written in configuration.</summary>
public sealed class PriceRuleText
{
    /// <summary>The price provider, as in <c>openai</c>; any name will do, also one that the price book does not know.</summary>
    public string Provider { get; set; } = "";

    /// <summary>The pattern of the model's name: <c>*</c> for any run of characters, <c>#</c> for a digit.</summary>
    public string Model { get; set; } = "*";

    /// <summary>
    /// US dollars per million, by class (<c>input</c>, <c>cache_read</c>, …), as in <c>"3.00"</c> or
    /// <c>"3.00; above 200000: 6.00"</c>.
    /// </summary>
    public IDictionary<string, string> Prices { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>A factor for the price book's token prices, as in <c>0.8</c> or <c>4/5</c>.</summary>
    public string? Multiplier { get; set; }

    /// <summary>Factors for the token prices of service tiers, as in <c>"batch": "1/2"</c>.</summary>
    public IDictionary<string, string> ServiceTiers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The first day (UTC) on which the rule holds, as in <c>2026-09-01</c>; always if not set.</summary>
    public string? From { get; set; }
}

/// <summary>
/// An override of the price book: prices that replace the book's class by class, or a factor on them, for the models
/// that a pattern names.
/// </summary>
public sealed class PriceRule
{
    private PriceRule(
        string provider, ModelPattern model, ClassPrices prices, Fraction? multiplier, IReadOnlyList<ServiceTierTerms> tiers, When when)
    {
        Provider = provider;
        Model = model;
        Prices = prices;
        Multiplier = multiplier;
        Tiers = tiers;
        When = when;
    }

    /// <summary>The price provider.</summary>
    public string Provider { get; }

    /// <summary>The models.</summary>
    public ModelPattern Model { get; }

    internal ClassPrices Prices { get; }

    internal Fraction? Multiplier { get; }

    internal IReadOnlyList<ServiceTierTerms> Tiers { get; }

    internal When When { get; }

    /// <summary>Reads a rule. Each error begins with the key that is wrong.</summary>
    /// <param name="text">The rule as configured.</param>
    /// <param name="rule">The rule, if there is no error.</param>
    /// <param name="errors">What is wrong; empty if nothing is.</param>
    public static bool TryParse(PriceRuleText text, out PriceRule? rule, out IReadOnlyList<string> errors)
    {
        ArgumentNullException.ThrowIfNull(text);
        var faults = new List<string>();
        rule = null;
        if (string.IsNullOrWhiteSpace(text.Provider))
        {
            faults.Add("provider: name the price provider, as in \"openai\"");
        }

        if (!ModelPattern.TryParse(text.Model, out var model))
        {
            faults.Add($"model: a pattern of 1 to {ModelPattern.LengthMax} characters is needed, as in \"gpt-5*\"");
        }

        var prices = ReadPrices(text, faults);
        Fraction? multiplier = null;
        if (text.Multiplier is { } factor)
        {
            multiplier = Fraction.TryParse(factor, out var read) ? read : null;
            if (multiplier is null)
            {
                faults.Add($"multiplier: \"{factor}\" is not a factor above 0, as in \"0.8\" or \"4/5\"");
            }
        }

        var tiers = new List<ServiceTierTerms>();
        foreach (var (name, value) in text.ServiceTiers)
        {
            if (Fraction.TryParse(value, out var read))
            {
                tiers.Add(new ServiceTierTerms(name, read, [], ClassPrices.None));
            }
            else
            {
                faults.Add($"serviceTiers.{name}: \"{value}\" is not a factor above 0, as in \"1/2\"");
            }
        }

        var when = When.Always;
        if (text.From is { } from)
        {
            if (PriceText.TryParseDate(from, out var startMs))
            {
                when = new When(startMs, []);
            }
            else
            {
                faults.Add($"from: \"{from}\" is not a date, as in \"2026-09-01\"");
            }
        }

        if (faults.Count == 0 && prices.IsEmpty && multiplier is null && tiers.Count == 0)
        {
            faults.Add("prices: the rule says nothing; give prices, a multiplier or serviceTiers");
        }

        errors = faults;
        if (faults.Count == 0)
        {
            rule = new PriceRule(text.Provider.Trim(), model!, prices, multiplier, tiers, when);
        }

        return rule is not null;
    }

    /// <summary>The rule in one line; equal rules have equal lines.</summary>
    public override string ToString() => string.Join(
        " | ",
        new[]
        {
            $"{Provider}/{Model}",
            When.IsAlways ? "" : $"from {When.StartMs}",
            Multiplier is { } by ? $"x{by}" : "",
            Prices.Canonical(),
            string.Join(", ", Tiers.Select(tier => tier.Canonical())),
        }.Where(part => part.Length > 0));

    private static ClassPrices ReadPrices(PriceRuleText text, List<string> faults)
    {
        var prices = new Dictionary<UsageClass, ClassPrice>();
        foreach (var (name, value) in text.Prices)
        {
            if (!ClassNames.TryGet(name, out var usageClass))
            {
                faults.Add($"prices.{name}: no such class; known are {string.Join(", ", ClassNames.All)}");
            }
            else if (!ClassPrice.TryParse(value, out var price))
            {
                faults.Add(
                    $"prices.{name}: \"{value}\" is not a price in US dollars per million with at most nine decimal "
                    + "places, as in \"3.00\" or \"3.00; above 200000: 6.00\"");
            }
            else
            {
                prices[usageClass] = price!;
            }
        }

        return ClassPrices.From(prices);
    }
}
