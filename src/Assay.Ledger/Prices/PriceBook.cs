using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace Assay.Ledger.Prices;

/// <summary>One line of the catalogue.</summary>
/// <param name="Provider">The price provider's id.</param>
/// <param name="ProviderName">The price provider's name for people.</param>
/// <param name="Model">The model's id in the price book.</param>
/// <param name="Name">The model's name for people.</param>
/// <param name="ContextWindow">The context window in tokens, if known.</param>
/// <param name="Deprecated">Whether the provider is retiring the model.</param>
/// <param name="Sheet">Its prices.</param>
public sealed record CatalogueEntry(
    string Provider, string ProviderName, string Model, string Name, long? ContextWindow, bool Deprecated, PriceSheet Sheet);

/// <summary>
/// The dated prices of every known provider and model. Immutable and thread-safe; the sheets that were found are kept,
/// so that finding one again costs one look-up and allocates nothing.
/// </summary>
public sealed class PriceBook
{
    private static readonly Lazy<PriceBook> s_default = new(LoadDefault);

    private readonly string _baseVersion;
    private readonly IReadOnlyList<PricedProvider> _providers;
    private readonly IReadOnlyList<PriceRule> _rules;
    private readonly FrozenDictionary<string, SheetFinder> _finders;

    private PriceBook(string baseVersion, IReadOnlyList<PricedProvider> providers, IReadOnlyList<PriceRule> rules)
    {
        _baseVersion = baseVersion;
        _providers = providers;
        _rules = rules;
        var byId = providers.ToDictionary(provider => provider.Id, StringComparer.OrdinalIgnoreCase);
        foreach (var rule in rules)
        {
            byId.TryAdd(rule.Provider, PricedProvider.Empty(rule.Provider));
        }

        _finders = byId.ToFrozenDictionary(
            one => one.Key,
            one => new SheetFinder(
                one.Value,
                [.. one.Value.Fallbacks.Where(byId.ContainsKey).Select(id => byId[id])],
                [.. rules.Where(rule => string.Equals(rule.Provider, one.Key, StringComparison.OrdinalIgnoreCase))]),
            StringComparer.OrdinalIgnoreCase);
        Version = rules.Count == 0 ? baseVersion : $"{baseVersion}+{Hash(Encoding.UTF8.GetBytes(string.Join('\n', rules)))}";
    }

    /// <summary>The price book that comes with this program.</summary>
    public static PriceBook Default => s_default.Value;

    /// <summary>
    /// The date of the prices and a hash of their file, as in <c>2026-08-21+3f2a41</c>; with overrides, a hash of them
    /// as well. It is stored with each cost.
    /// </summary>
    public string Version { get; }

    /// <summary>The price providers' ids.</summary>
    public IEnumerable<string> Providers => _finders.Keys.Order(StringComparer.Ordinal);

    /// <summary>Reads a price book from JSON; the format is described in docs/prices.md.</summary>
    /// <exception cref="FormatException">The file is not a price book; the message says where and why.</exception>
    public static PriceBook Load(Stream json)
    {
        ArgumentNullException.ThrowIfNull(json);
        using var copy = new MemoryStream();
        json.CopyTo(copy);
        var bytes = copy.ToArray();
        var (date, providers) = PriceBookReader.Read(bytes);
        return new PriceBook($"{date}+{Hash(bytes)}", providers, []);
    }

    /// <summary>
    /// This book under overrides. They win over the book, and later ones over earlier ones, each for the classes that
    /// it names; a provider or model that the book does not know is added.
    /// </summary>
    public PriceBook With(IEnumerable<PriceRule> overrides)
    {
        var rules = (PriceRule[])[.. _rules, .. overrides];
        return rules.Length == 0 ? this : new PriceBook(_baseVersion, _providers, rules);
    }

    /// <summary>The prices of a model at a provider; null if they are not known at that time.</summary>
    public PriceSheet? Find(string priceProvider, string model, long atMs) =>
        _finders.TryGetValue(priceProvider, out var finder) && finder.Find(model) is { } sheet && sheet.Covers(atMs)
            ? sheet
            : null;

    /// <summary>Every model of the book with its prices, provider by provider. Made anew on each call.</summary>
    public IEnumerable<CatalogueEntry> Catalogue()
    {
        foreach (var id in Providers)
        {
            var finder = _finders[id];
            foreach (var model in finder.Provider.Models)
            {
                if (finder.SheetOf(model) is { } sheet)
                {
                    yield return new CatalogueEntry(
                        id, finder.Provider.Name, model.Id, model.Name, model.ContextWindow, model.Deprecated, sheet);
                }
            }

            foreach (var name in _rules.Where(rule => IsNewModel(rule, finder)).Select(rule => rule.Model.Text).Distinct(StringComparer.Ordinal))
            {
                if (finder.Find(name) is { } sheet)
                {
                    yield return new CatalogueEntry(id, finder.Provider.Name, name, name, null, false, sheet);
                }
            }
        }
    }

    internal int KeptSheets(string priceProvider) => _finders[priceProvider].Kept;

    private static bool IsNewModel(PriceRule rule, SheetFinder finder) =>
        string.Equals(rule.Provider, finder.Provider.Id, StringComparison.OrdinalIgnoreCase)
        && !finder.Provider.Models.Any(model => rule.Model.Matches(model.Id) || model.Match(rule.Model.Text) is not null);

    private static PriceBook LoadDefault()
    {
        using var json = typeof(PriceBook).Assembly.GetManifestResourceStream("Assay.Ledger.Prices.prices.json")
            ?? throw new InvalidOperationException("The price book is missing from this build.");
        return Load(json);
    }

    private static string Hash(ReadOnlySpan<byte> bytes) =>
        Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 3));
}
