using Assay.Ledger.Money;
using Assay.Ledger.Prices;
using Assay.Ledger.Usage;
using static Assay.Ledger.Tests.Prices.Some;

namespace Assay.Ledger.Tests.Prices;

public sealed class PriceRuleTests
{
    private const long September = 1_788_220_800_000;

    private static readonly PriceBook s_book = BookOf(
        """{"id":"m","match":["m*"],"prices":{"input":2,"cache_read":0.5,"output":10}}""",
        ""","prices":{"web_search":10000},"serviceTiers":{"batch":{"multiplier":"1/2"}}""");

    [Fact]
    public void Prices_replace_the_books_class_by_class()
    {
        var sheet = Find(Rule("acme", "m-1", rule => rule.Prices["input"] = "1.50"), "m-1");
        Price(sheet, UsageClass.Input).ShouldBe(1_500_000_000);
        Price(sheet, UsageClass.CacheRead).ShouldBe(500_000_000);
        Price(sheet, UsageClass.WebSearch).ShouldBe(10_000_000_000_000);
        sheet.PriceOf(UsageClass.Input, "batch", 0, Noon).ShouldBe(750_000_000);
        sheet.Source.Overrides.ShouldBe(["acme/m-1 | input=1.5"]);

        Price(s_book.With([Rule("acme", "m-1", rule => rule.Prices["input"] = "1.50")]).Find("acme", "m-2", Noon)!, UsageClass.Input)
            .ShouldBe(2_000_000_000);
    }

    [Fact]
    public void A_multiplier_scales_token_prices_and_leaves_fees()
    {
        var sheet = Find(Rule("acme", "*", rule => rule.Multiplier = "0.8"), "m");
        Price(sheet, UsageClass.Output).ShouldBe(8_000_000_000);
        Price(sheet, UsageClass.WebSearch).ShouldBe(10_000_000_000_000);
        sheet.PriceOf(UsageClass.Output, "batch", 0, Noon).ShouldBe(4_000_000_000);
    }

    [Fact]
    public void A_rule_holds_from_its_date_on_and_later_rules_win()
    {
        var sheet = s_book.With([
            Rule("acme", "m*", rule =>
            {
                rule.Prices["input"] = "9";
                rule.From = "2026-09-01";
            }),
            Rule("acme", "m", rule => rule.Prices["output"] = "1"),
        ]).Find("acme", "m", Noon).ShouldNotBeNull();

        Price(sheet, UsageClass.Input).ShouldBe(2_000_000_000);
        Price(sheet, UsageClass.Output).ShouldBe(1_000_000_000);
        sheet.PriceOf(UsageClass.Input, "", 0, September).ShouldBe(9_000_000_000);
        sheet.PriceOf(UsageClass.Output, "", 0, September).ShouldBe(1_000_000_000);
    }

    [Fact]
    public void A_rule_is_laid_over_dated_prices_at_every_date()
    {
        var book = BookOf("""{"id":"m","prices":[{"input":2,"output":4},{"from":"2026-09-01","input":3,"output":6}]}""");
        var sheet = book.With([Rule("acme", "m", rule => rule.Multiplier = "1/2")]).Find("acme", "m", Noon).ShouldNotBeNull();
        Price(sheet, UsageClass.Input).ShouldBe(1_000_000_000);
        sheet.PriceOf(UsageClass.Input, "", 0, September).ShouldBe(1_500_000_000);
    }

    [Fact]
    public void A_rule_can_name_a_provider_and_a_model_that_the_book_does_not_know()
    {
        var book = s_book.With([Rule("metacode", "qwen3-*", rule =>
        {
            rule.Prices["input"] = "0.10; above 32000: 0.20";
            rule.Prices["output"] = "0";
            rule.ServiceTiers["night"] = "1/4";
        })]);

        var sheet = book.Find("metacode", "qwen3-coder", Noon).ShouldNotBeNull();
        sheet.PriceOf(UsageClass.Input, "", 32_001, Noon).ShouldBe(200_000_000);
        sheet.PriceOf(UsageClass.Input, "night", 0, Noon).ShouldBe(25_000_000);
        sheet.Cost(Counts((UsageClass.Output, 7)), "", Noon).ShouldBe(new Charge(NanoUsd.Zero, true));
        book.Find("metacode", "llama", Noon).ShouldBeNull();
    }

    [Fact]
    public void A_multiplier_alone_does_not_make_an_unknown_price_known() =>
        s_book.With([Rule("acme", "*", rule => rule.Multiplier = "0.8")]).Find("acme", "unknown", Noon).ShouldBeNull();

    [Theory]
    [InlineData("", "m", "input", "1", null, null, "provider: ")]
    [InlineData("acme", "", "input", "1", null, null, "model: ")]
    [InlineData("acme", "m", "inptu", "1", null, null, "prices.inptu: no such class; known are input, ")]
    [InlineData("acme", "m", "input", "cheap", null, null, "prices.input: \"cheap\" is not a price")]
    [InlineData("acme", "m", "input", "-1", null, null, "prices.input: ")]
    [InlineData("acme", "m", "input", "0.0000000001", null, null, "prices.input: ")]
    [InlineData("acme", "m", "input", "1; over 5: 2", null, null, "prices.input: ")]
    [InlineData("acme", "m", "input", "1", "0", null, "multiplier: ")]
    [InlineData("acme", "m", "input", "1", "1/0", null, "multiplier: ")]
    [InlineData("acme", "m", "input", "1", "5000", null, "multiplier: ")]
    [InlineData("acme", "m", "input", "1", null, "1 May", "from: ")]
    [InlineData("acme", "m", null, null, null, null, "prices: the rule says nothing")]
    public void Each_fault_of_a_rule_names_its_key(
        string provider, string model, string? usageClass, string? price, string? multiplier, string? from, string error)
    {
        var text = new PriceRuleText { Provider = provider, Model = model, Multiplier = multiplier, From = from };
        if (usageClass is not null)
        {
            text.Prices[usageClass] = price!;
        }

        PriceRule.TryParse(text, out var rule, out var errors).ShouldBeFalse();
        rule.ShouldBeNull();
        errors.ShouldHaveSingleItem().ShouldStartWith(error);
    }

    private static PriceSheet Find(PriceRule rule, string model) =>
        s_book.With([rule]).Find("acme", model, Noon).ShouldNotBeNull();

    private static long? Price(PriceSheet sheet, UsageClass usageClass) => sheet.PriceOf(usageClass, "", 0, Noon);
}
