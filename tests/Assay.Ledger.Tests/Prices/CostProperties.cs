using System.Numerics;
using Assay.Ledger.Prices;
using Assay.Ledger.Usage;
using FsCheck;
using FsCheck.Fluent;

namespace Assay.Ledger.Tests.Prices;

public sealed class CostProperties
{
    private static readonly Config s_thousand = Config.QuickThrowOnFailure.WithMaxTest(1_000);

    private static readonly Arbitrary<long> s_count = Gen.Frequency(
        (6, Gen.Choose(0, 2_000_000).Select(n => (long)n)),
        (1, Gen.Choose(0, int.MaxValue).Select(n => (long)n)),
        (1, Gen.Constant(0L))).ToArbitrary();

    private static readonly Arbitrary<long> s_price = Gen.Frequency(
        (6, Gen.Choose(0, int.MaxValue).Select(n => (long)n * 7)),
        (1, Gen.Choose(0, 100).Select(n => (long)n))).ToArbitrary();

    private static readonly PriceSheet s_sheet = Some.Sheet(
        """
        {"input":{"base":3,"tiers":[{"above":200000,"price":6}]},"cache_read":0.0028,"cache_write_5m":3.75,
         "output":{"base":15.000000001,"tiers":[{"above":200000,"price":22.5}]},"web_search":10000}
        """);

    [Fact]
    public void A_line_is_never_below_its_exact_cost_and_less_than_one_nano_above_it() =>
        Prop.ForAll(s_count, s_price, (count, price) =>
        {
            var exactTimesMillion = (BigInteger)count * price;
            var line = (BigInteger)PriceSheet.LineCost(count, price) * 1_000_000;
            return line >= exactTimesMillion && line - exactTimesMillion < 1_000_000;
        }).Check(s_thousand);

    [Fact]
    public void A_line_cannot_overflow_whatever_the_count() =>
        PriceSheet.LineCost(long.MaxValue, PriceText.PriceMax)
            .ShouldBe((((Int128)long.MaxValue * PriceText.PriceMax) + 999_999) / 1_000_000);

    [Fact]
    public void A_cost_is_the_sum_of_its_lines() =>
        Prop.ForAll(Counts(), counts =>
        {
            var lines = Enum.GetValues<UsageClass>().Sum(c => (decimal)PriceSheet.LineCost(
                counts[c], s_sheet.PriceOf(c, "", counts.TotalInputTokens, Some.Noon) ?? 0));
            return s_sheet.Cost(counts, "", Some.Noon).Amount.Nanos == lines;
        }).Check(s_thousand);

    [Fact]
    public void More_of_anything_never_costs_less() =>
        Prop.ForAll(Counts(), Counts(), (counts, more) =>
            s_sheet.Cost(counts + more, "", Some.Noon).Amount >= s_sheet.Cost(counts, "", Some.Noon).Amount)
        .Check(s_thousand);

    [Fact]
    public void A_price_is_read_as_it_is_printed() =>
        Prop.ForAll(s_price, price =>
            PriceText.TryParseUsd(PriceText.FormatUsd(price), out var read) && read == price
            && PriceText.TryParseNoisyUsd(PriceText.FormatUsd(price), out var noisy) && noisy == price)
        .Check(s_thousand);

    private static Arbitrary<UsageCounts> Counts() => Gen.ArrayOf(s_count.Generator, UsageCounts.ClassCount).Select(numbers =>
    {
        var counts = default(UsageCounts);
        foreach (var usageClass in Enum.GetValues<UsageClass>())
        {
            // Calls are counted in ones: a million searches would reach the highest charge.
            var number = numbers[(int)usageClass];
            counts[usageClass] = ClassNames.IsTokens(usageClass) ? number % 10_000_000 : number % 100;
        }

        return counts;
    }).ToArbitrary();
}
