using System.Globalization;
using System.Text.Json;
using Assay.Ledger.Money;
using Assay.Server.Directory;
using Assay.Server.Store;

namespace Assay.Server.Exports;

/// <summary>
/// One charge as FOCUS 1.2 (focus.finops.org) has it: what one team spent in one period on one model of one provider for
/// one use case. Costs are in US dollars and exact; what FOCUS has no column for stands under <c>x_</c>.
/// </summary>
/// <remarks>
/// The specification wants <c>PricingQuantity</c> and <c>PricingUnit</c> of every charge for usage. A row sums all token classes,
/// of which each has a price of its own: its SKU price is the model's entry in the price book, its quantity all tokens, and there
/// is no column of one unit price. Classes are under <c>x_</c>.
/// </remarks>
internal static class FocusRow
{
    internal const string ServiceCategory = "AI and Machine Learning";
    internal const string ServiceSubcategory = "Generative AI";
    internal const string PricingCategory = "Standard";

    /// <summary>The columns of every row, the specification's in its own spelling.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodStart", "BillingPeriodEnd",
        "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargeFrequency", "ChargePeriodStart", "ChargePeriodEnd",
        "ConsumedQuantity", "ConsumedUnit", "ContractedCost", "EffectiveCost", "InvoiceIssuerName", "ListCost",
        "PricingCategory", "PricingQuantity", "PricingUnit", "ProviderName", "PublisherName", "ServiceCategory",
        "ServiceSubcategory", "ServiceName", "SkuId", "SkuPriceId", "SubAccountId", "SubAccountName", "Tags",
        "x_UseCase", "x_Model", "x_Requests", "x_FailedRequests", "x_UnpricedRequests", "x_InputTokens", "x_CacheReadTokens",
        "x_CacheWriteTokens", "x_OutputTokens", "x_ReasoningTokens", "x_EstimatedCost",
    ];

    /// <summary>The cells of one row, in the order of <see cref="Columns"/>; null where the column is null.</summary>
    public static IReadOnlyList<string?> Cells(UsageRow row, in FocusPeriod period, DirectorySnapshot directory)
    {
        var (team, useCase, provider, model) = (row.Group[1], row.Group[2], row.Group[3], row.Group[4]);
        var org = directory.Teams.Find(Team.OrgId);
        var cost = Dollars(row.Cost);
        var (quantity, unit) = Quantity(row.InputTokens + row.CacheReadTokens + row.CacheWriteTokens + row.OutputTokens, row.Requests);
        return
        [
            cost, Team.OrgId, org?.Name ?? Team.OrgId, "USD", Utc(period.BillingStart), Utc(period.BillingEnd),
            "Usage", null, Describe(useCase, model, provider), "Usage-Based", Utc(period.Start), Utc(period.End),
            quantity, unit, cost, cost, provider, cost,
            PricingCategory, quantity, unit, provider, provider, ServiceCategory,
            ServiceSubcategory, provider, $"{provider}/{model}", $"{provider}/{model}", Known(team), Known(directory.Teams.Find(team)?.Name ?? team),
            JsonSerializer.Serialize(new Dictionary<string, string> { ["use_case"] = useCase }),
            Known(useCase), model, Number(row.Requests), Number(row.Errors), Number(row.Unpriced), Number(row.InputTokens),
            Number(row.CacheReadTokens), Number(row.CacheWriteTokens), Number(row.OutputTokens), Number(row.ReasoningTokens),
            Dollars(row.EstimatedCost),
        ];
    }

    internal static string Describe(string useCase, string model, string provider) => useCase.Length == 0
        ? $"Use of {model} at {provider}"
        : $"Use of {model} at {provider} for {useCase}";

    /// <summary>How much was used: tokens, or requests of what is not counted in tokens.</summary>
    internal static (string Quantity, string Unit) Quantity(long tokens, long requests) =>
        tokens > 0 ? (Number(tokens), "Tokens") : (Number(requests), "Requests");

    internal static string? Known(string value) => value.Length == 0 ? null : value;

    internal static string Dollars(NanoUsd amount) =>
        (amount.Nanos / 1_000_000_000m).ToString("0.#########", CultureInfo.InvariantCulture);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    internal static string Utc(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
