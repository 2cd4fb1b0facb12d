using System.Text;
using Assay.Ledger.Prices;
using Assay.Ledger.Usage;

namespace Assay.Ledger.Tests.Prices;

/// <summary>Price books and sheets for tests, from the JSON that a price file has.</summary>
internal static class Some
{
    public const long Noon = 1_785_585_600_000; // 2026-08-01T12:00:00Z

    public const long Day = 86_400_000;

    public static PriceBook BookOf(string models, string shared = "") => PriceBook.Load(new MemoryStream(Encoding.UTF8.GetBytes(
        $$"""{"format":"assay-prices/1","date":"2026-08-21","providers":[{"id":"acme"{{shared}},"models":[{{models}}]}]}""")));

    /// <summary>A sheet of one model with these prices.</summary>
    public static PriceSheet Sheet(string prices, string shared = "") =>
        BookOf($$"""{"id":"m","prices":{{prices}}}""", shared).Find("acme", "m", Noon).ShouldNotBeNull();

    public static UsageCounts Counts(params (UsageClass Class, long Count)[] counts)
    {
        var made = default(UsageCounts);
        foreach (var (usageClass, count) in counts)
        {
            made[usageClass] = count;
        }

        return made;
    }

    public static PriceRule Rule(string provider, string model, Action<PriceRuleText> more)
    {
        var text = new PriceRuleText { Provider = provider, Model = model };
        more(text);
        PriceRule.TryParse(text, out var rule, out var errors).ShouldBeTrue(string.Join('\n', errors));
        return rule!;
    }
}
