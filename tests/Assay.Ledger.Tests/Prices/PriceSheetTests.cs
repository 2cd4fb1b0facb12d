using System.Globalization;
using Assay.Ledger.Money;
using Assay.Ledger.Prices;
using Assay.Ledger.Usage;
using static Assay.Ledger.Tests.Prices.Some;

namespace Assay.Ledger.Tests.Prices;

public sealed class PriceSheetTests
{
    private const string Full =
        """
        {"input":2,"cache_read":0.2,"cache_write_5m":2.5,"cache_write_1h":4,"output":10,"reasoning":12,"audio_input":30,
         "audio_cache_read":3,"audio_output":60,"image_input":5,"image_output":40,"web_search":10000,"tool_call":2500,"request":5000}
        """;

    [Fact]
    public void Every_class_has_its_own_price()
    {
        var sheet = Sheet(Full);
        foreach (var usageClass in Enum.GetValues<UsageClass>())
        {
            var charge = sheet.Cost(Counts((usageClass, 1_000_000)), "", Noon);
            charge.Complete.ShouldBeTrue();
            charge.Amount.Nanos.ShouldBe(sheet.PriceOf(usageClass, "", 0, Noon).ShouldNotBeNull());
        }

        sheet.Cost(Counts((UsageClass.WebSearch, 3), (UsageClass.Request, 1)), "", Noon).Amount
            .ShouldBe(new NanoUsd(30_000_000 + 5_000_000));
    }

    [Fact]
    public void The_worked_example_of_the_documentation_is_true()
    {
        var sheet = PriceBook.Default.Find("anthropic", "claude-sonnet-5", Noon).ShouldNotBeNull();
        var counts = Counts(
            (UsageClass.Input, 1_201), (UsageClass.CacheRead, 48_777), (UsageClass.CacheWrite5m, 3_001),
            (UsageClass.Output, 812), (UsageClass.WebSearch, 2));

        sheet.Cost(counts, "", Noon).ShouldBe(new Charge(new NanoUsd(47_779_900), true));
        sheet.Cost(Counts((UsageClass.CacheRead, 1)), "", Noon).Amount.Nanos.ShouldBe(200);
    }

    [Fact]
    public void A_sheet_knows_when_its_prices_change()
    {
        Sheet(Full).Changes.ShouldBeEmpty();
        var sheet = Sheet("""[{"input":1},{"from":"2026-09-01","input":2},{"from":"2026-09-01","hours":"16:30-00:30","input":1.5},{"from":"2026-06-01","input":3}]""");
        sheet.Changes.Select(at => DateTimeOffset.FromUnixTimeMilliseconds(at).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)).ShouldBe(["2026-06-01", "2026-09-01"]);
        sheet.DependsOnHour.ShouldBeTrue();
    }

    [Fact]
    public void Amounts_below_a_nano_are_rounded_up_once_per_line()
    {
        var sheet = Sheet("""{"input":0.0028,"output":0.0028}""");
        sheet.Cost(Counts((UsageClass.Input, 1_234_567)), "", Noon).Amount.Nanos.ShouldBe(3_456_788);
        sheet.Cost(Counts((UsageClass.Input, 1), (UsageClass.Output, 1)), "", Noon).Amount.Nanos.ShouldBe(6);
    }

    [Theory]
    [InlineData(200_000, 3)]
    [InlineData(200_001, 6)]
    public void A_tier_is_for_all_tokens_once_the_input_exceeds_its_start(long input, long dollars)
    {
        var sheet = Sheet("""{"input":{"base":3,"tiers":[{"above":200000,"price":6}]},"output":15}""");
        sheet.Cost(Counts((UsageClass.Input, input)), "", Noon).Amount.Nanos.ShouldBe(input * dollars * 1000);
    }

    [Fact]
    public void Cached_input_counts_towards_the_context_and_output_does_not()
    {
        var sheet = Sheet(
            """{"input":{"base":3,"tiers":[{"above":200000,"price":6}]},"cache_read":0.3,"output":{"base":15,"tiers":[{"above":200000,"price":20}]}}""");

        sheet.Cost(Counts((UsageClass.Input, 1), (UsageClass.Output, 900_000)), "", Noon).Amount.Nanos
            .ShouldBe(3_000 + (900_000L * 15_000));
        sheet.Cost(Counts((UsageClass.Input, 1), (UsageClass.CacheRead, 200_000), (UsageClass.Output, 1)), "", Noon).Amount.Nanos
            .ShouldBe(6_000 + (200_000L * 300) + 20_000);
    }

    [Fact]
    public void The_highest_tier_that_is_exceeded_applies()
    {
        var sheet = Sheet("""{"input":{"base":1,"tiers":[{"above":500,"price":3},{"above":100,"price":2}]}}""");
        sheet.PriceOf(UsageClass.Input, "", 100, Noon).ShouldBe(1_000_000_000);
        sheet.PriceOf(UsageClass.Input, "", 101, Noon).ShouldBe(2_000_000_000);
        sheet.PriceOf(UsageClass.Input, "", 501, Noon).ShouldBe(3_000_000_000);
    }

    [Theory]
    [InlineData(UsageClass.CacheRead, 2)]
    [InlineData(UsageClass.CacheWrite5m, 2)]
    [InlineData(UsageClass.CacheWrite1h, 2)]
    [InlineData(UsageClass.AudioInput, 2)]
    [InlineData(UsageClass.AudioCacheRead, 2)]
    [InlineData(UsageClass.ImageInput, 2)]
    [InlineData(UsageClass.Reasoning, 10)]
    [InlineData(UsageClass.AudioOutput, 10)]
    [InlineData(UsageClass.ImageOutput, 10)]
    [InlineData(UsageClass.Request, 0)]
    public void A_class_without_a_price_is_charged_as_its_nearest(UsageClass usageClass, long dollars)
    {
        var charge = Sheet("""{"input":2,"output":10}""").Cost(Counts((usageClass, 1_000_000)), "", Noon);
        charge.ShouldBe(new Charge(NanoUsd.FromDollars(dollars), true));
    }

    [Fact]
    public void A_one_hour_write_without_a_price_costs_what_a_five_minute_one_does() =>
        Sheet("""{"input":2,"cache_write_5m":2.5}""").PriceOf(UsageClass.CacheWrite1h, "", 0, Noon).ShouldBe(2_500_000_000);

    [Fact]
    public void Cached_audio_without_a_price_costs_what_audio_does_even_if_cached_text_is_cheap() =>
        Sheet("""{"input":2,"cache_read":0.2,"audio_input":30}""")
            .PriceOf(UsageClass.AudioCacheRead, "", 0, Noon).ShouldBe(30_000_000_000);

    [Theory]
    [InlineData(UsageClass.Output)]
    [InlineData(UsageClass.Reasoning)]
    [InlineData(UsageClass.ImageOutput)]
    [InlineData(UsageClass.WebSearch)]
    [InlineData(UsageClass.ToolCall)]
    public void What_has_no_defensible_price_leaves_the_charge_incomplete(UsageClass usageClass)
    {
        var sheet = Sheet("""{"input":2}""");
        sheet.Cost(Counts((UsageClass.Input, 1_000_000), (usageClass, 1)), "", Noon)
            .ShouldBe(new Charge(NanoUsd.FromDollars(2), false));
        sheet.PriceOf(usageClass, "", 0, Noon).ShouldBeNull();
    }

    [Fact]
    public void A_price_of_zero_that_is_stated_is_a_price()
    {
        var sheet = Sheet("""{"input":0,"output":0}""");
        sheet.Cost(Counts((UsageClass.Input, 5), (UsageClass.Reasoning, 5)), "", Noon).ShouldBe(new Charge(NanoUsd.Zero, true));
    }

    [Fact]
    public void Prices_change_at_midnight_utc_of_their_date()
    {
        var sheet = Sheet("""[{"input":2},{"from":"2026-09-01","input":3}]""");
        const long september = 1_788_220_800_000;
        sheet.PriceOf(UsageClass.Input, "", 0, september - 1).ShouldBe(2_000_000_000);
        sheet.PriceOf(UsageClass.Input, "", 0, september).ShouldBe(3_000_000_000);
    }

    [Fact]
    public void Before_its_first_date_a_model_has_no_price()
    {
        var book = BookOf("""{"id":"m","prices":[{"from":"2026-09-01","input":3}]}""");
        book.Find("acme", "m", Noon).ShouldBeNull();
        var sheet = book.Find("acme", "m", Noon + (60 * Day)).ShouldNotBeNull();
        sheet.Cost(Counts((UsageClass.Input, 1)), "", Noon).ShouldBe(new Charge(NanoUsd.Zero, false));
    }

    [Theory]
    [InlineData("00:30-16:30", 0, false)]
    [InlineData("00:30-16:30", 30, true)]
    [InlineData("00:30-16:30", 989, true)]
    [InlineData("00:30-16:30", 990, false)]
    [InlineData("16:30-00:30", 989, false)]
    [InlineData("16:30-00:30", 990, true)]
    [InlineData("16:30-00:30", 1439, true)]
    [InlineData("16:30-00:30", 0, true)]
    [InlineData("16:30-00:30", 30, false)]
    public void Hours_may_wrap_midnight(string hours, int minute, bool within)
    {
        var sheet = Sheet($$"""[{"input":1},{"hours":"{{hours}}","input":9}]""");
        foreach (var midnight in new[] { Noon - (Day / 2), -3 * Day })
        {
            sheet.PriceOf(UsageClass.Input, "", 0, midnight + (minute * 60_000L)).ShouldBe(within ? 9_000_000_000 : 1_000_000_000);
        }
    }

    [Fact]
    public void A_service_tier_multiplies_token_prices_but_not_fees()
    {
        var sheet = Sheet(
            """{"input":2,"cache_read":0.5,"output":10,"web_search":10000}""",
            ""","serviceTiers":{"batch":{"multiplier":"1/2","except":["cache_read"]},"priority":{"multiplier":1.75,"prices":{"output":20}}}""");

        sheet.PriceOf(UsageClass.Input, "batch", 0, Noon).ShouldBe(1_000_000_000);
        sheet.PriceOf(UsageClass.CacheRead, "batch", 0, Noon).ShouldBe(500_000_000);
        sheet.PriceOf(UsageClass.Reasoning, "BATCH", 0, Noon).ShouldBe(5_000_000_000);
        sheet.PriceOf(UsageClass.WebSearch, "batch", 0, Noon).ShouldBe(10_000_000_000_000);
        sheet.PriceOf(UsageClass.Input, "priority", 0, Noon).ShouldBe(3_500_000_000);
        sheet.PriceOf(UsageClass.Output, "priority", 0, Noon).ShouldBe(20_000_000_000);
        sheet.ServiceTiers.ShouldBe(["batch", "priority"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("default")]
    [InlineData("standard")]
    [InlineData("auto")]
    [InlineData("ON_DEMAND")]
    public void The_names_of_the_standard_tier_are_the_standard_tier(string tier) =>
        Sheet("""{"input":2}""").Cost(Counts((UsageClass.Input, 1_000_000)), tier, Noon)
            .ShouldBe(new Charge(NanoUsd.FromDollars(2), true));

    [Fact]
    public void A_tier_without_a_price_is_charged_as_the_standard_and_not_complete()
    {
        var sheet = Sheet("""{"input":2}""");
        sheet.Cost(Counts((UsageClass.Input, 1_000_000)), "priority", Noon).ShouldBe(new Charge(NanoUsd.FromDollars(2), false));
        sheet.PriceOf(UsageClass.Input, "priority", 0, Noon).ShouldBeNull();
    }

    [Fact]
    public void A_scaled_price_is_rounded_up_to_a_nano_per_million()
    {
        var sheet = Sheet("""{"input":0.000000003}""", ""","serviceTiers":{"batch":{"multiplier":"1/2"}}""");
        sheet.PriceOf(UsageClass.Input, "batch", 0, Noon).ShouldBe(2);
    }

    [Fact]
    public void Counts_that_no_call_can_have_are_cut_to_the_highest_charge_and_not_believed()
    {
        var counts = default(UsageCounts);
        foreach (var usageClass in Enum.GetValues<UsageClass>())
        {
            counts[usageClass] = long.MaxValue;
        }

        Sheet(Full).Cost(counts, "", Noon).ShouldBe(new Charge(PriceSheet.ChargeMax, false));
    }

    [Fact]
    public void A_cost_allocates_nothing()
    {
        var sheet = PriceBook.Default.Find("google", "gemini-2.5-pro", Noon).ShouldNotBeNull();
        var counts = Counts((UsageClass.Input, 300_000), (UsageClass.CacheRead, 7), (UsageClass.Output, 12));
        _ = sheet.Cost(counts, "batch", Noon);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            _ = sheet.Cost(counts, "batch", Noon + i);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }
}
