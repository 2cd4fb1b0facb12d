using System.Runtime.InteropServices;
using Assay.Ledger.Money;
using Assay.Ledger.Prices;
using Assay.Ledger.Usage;
using Assay.Server.Hosting;
using Assay.Server.Routing;

namespace Assay.Server.Metering;

/// <summary>What some usage costs, and how sure that is.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Quote(NanoUsd Amount, UsageMarks Marks);

/// <summary>
/// Prices a call: from the book, or where the book knows no price by the configured policy. Never nothing because a
/// price is unknown.
/// </summary>
internal sealed class Pricing
{
    private readonly PriceBook _book;
    private readonly PriceSheet _fallback;
    private readonly HashSet<string> _known;

    public Pricing(PricesConfig config)
    {
        var book = PriceBook.Default;
        if (config.File.Length > 0)
        {
            using var stream = File.OpenRead(config.File);
            book = PriceBook.Load(stream);
        }

        _book = book.With(config.Overrides.Select(Parse));
        _known = new HashSet<string>(_book.Providers, StringComparer.OrdinalIgnoreCase);
        _fallback = Fallback(config);
        RefusesUnknown = config.Unknown == "refuse";
    }

    public PriceBook Book => _book;

    /// <summary>Whether a call without a known price is refused instead of charged the fallback price.</summary>
    public bool RefusesUnknown { get; }

    /// <summary>The price book's name for a provider: configured, or its own name, or the public one of its format.</summary>
    public string PriceProvider(Provider provider)
    {
        if (provider.PriceProvider.Length > 0)
        {
            return provider.PriceProvider;
        }

        if (provider.DialectPrices.Length > 0)
        {
            return provider.DialectPrices;
        }

        // An in-house model never has the public price of its namesake.
        return _known.Contains(provider.Name) || provider.InHouse ? provider.Name : provider.Format switch
        {
            Formats.WireFormat.Anthropic => "anthropic",
            Formats.WireFormat.Gemini => "google",
            _ => "openai",
        };
    }

    public bool Knows(Provider provider, string model, long atMs) =>
        _book.Find(PriceProvider(provider), model, atMs) is not null;

    public Quote Price(Provider provider, string model, in UsageCounts counts, string serviceTier, long atMs)
    {
        if (_book.Find(PriceProvider(provider), model, atMs) is { } sheet)
        {
            var charge = sheet.Cost(counts, serviceTier, atMs);
            return new Quote(charge.Amount, charge.Complete ? UsageMarks.None : UsageMarks.Unpriced);
        }

        return counts.IsZero
            ? new Quote(NanoUsd.Zero, UsageMarks.None)
            : new Quote(
                _fallback.Cost(counts, "", atMs).Amount,
                UsageMarks.Unpriced | UsageMarks.FallbackPrice);
    }

    /// <summary>Reads an override.</summary>
    /// <exception cref="FormatException">It cannot be used; the message says why.</exception>
    public static PriceRule Parse(PriceOverrideConfig config)
    {
        var text = new PriceRuleText
        {
            Provider = config.Provider,
            Model = config.Model,
            Multiplier = config.Multiplier.Length > 0 ? config.Multiplier : null,
            From = config.From.Length > 0 ? config.From : null,
        };
        foreach (var (name, price) in config.Prices)
        {
            text.Prices[name] = price;
        }

        foreach (var (name, factor) in config.ServiceTiers)
        {
            text.ServiceTiers[name] = factor;
        }

        return PriceRule.TryParse(text, out var rule, out var errors)
            ? rule!
            : throw new FormatException(string.Join("; ", errors));
    }

    private static PriceSheet Fallback(PricesConfig config)
    {
        const string Name = "fallback";
        var rule = Parse(new PriceOverrideConfig
        {
            Provider = Name,
            Model = "*",
            Prices = { ["input"] = config.FallbackInput, ["output"] = config.FallbackOutput },
        });
        return PriceBook.Default.With([rule]).Find(Name, Name, 0)
            ?? throw new InvalidOperationException("The fallback price is not in the book it was added to.");
    }
}
