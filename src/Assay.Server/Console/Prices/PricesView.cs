
namespace Assay.Server.Console.Prices;

/// <summary>One model of the price book, its prices per million tokens as text; null where the book says nothing.</summary>
public sealed record PriceRow(
    string Provider, string Model, string? Note, string? Input, string? CacheRead, string? CacheWrite, string? Output, string? LongContext)
{
    /// <summary>What is charged on other days, in their order.</summary>
    public IReadOnlyList<OtherDays> Others { get; init; } = [];
}

/// <summary>The prices of a model on days before or after today.</summary>
/// <param name="Days">Which days, as in <c>until 31 Aug 2026</c>.</param>
public sealed record OtherDays(string Days, string? Input, string? CacheRead, string? CacheWrite, string? Output, string? LongContext);

/// <summary>The catalogue of the price book, narrowed down.</summary>
public sealed record PricesView(
    string Version,
    IReadOnlyList<PriceRow> Rows,
    int Matching,
    int All,
    string Search,
    string Provider,
    IReadOnlyList<string> Providers,
    string Sort,
    IReadOnlyDictionary<string, string> SortLinks);
