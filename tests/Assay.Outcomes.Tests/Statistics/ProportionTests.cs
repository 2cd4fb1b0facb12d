using Assay.Outcomes.Statistics;
using FsCheck;
using FsCheck.Fluent;
using Interval = Assay.Outcomes.Statistics.Interval;

namespace Assay.Outcomes.Tests.Statistics;

public sealed class ProportionTests
{
    [Theory]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.8, 0.841621233572914)]
    [InlineData(0.5, 0)]
    [InlineData(0.001, -3.090232306167813)]
    [InlineData(1e-10, -6.361340902404056)]
    public void Quantiles_of_the_normal_distribution_are_those_of_the_tables(double part, double value)
    {
        Normal.Quantile(part).ShouldBe(value, 1e-9);
        Normal.Below(value).ShouldBe(part, 1e-12);
    }

    // Newcombe 1998, table I of "Two-sided confidence intervals for the single proportion", method 3.
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Wilson_intervals_are_those_of_Newcombe(long successes, long cases, double low, double high)
    {
        var interval = Proportion.Wilson(successes, cases);
        interval.Low.ShouldBe(low, 0.00006);
        interval.High.ShouldBe(high, 0.00006);
    }

    // Newcombe 1998, table II of "Interval estimation for the difference between independent proportions", method 10.
    [Theory]
    [InlineData(56, 70, 48, 80, -0.3339, -0.0524)]
    [InlineData(9, 10, 3, 10, -0.8090, -0.1705)]
    [InlineData(10, 10, 0, 10, -1.0, -0.6075)]
    public void Intervals_of_a_difference_are_those_of_Newcombe(long s1, long n1, long s2, long n2, double low, double high)
    {
        var interval = Proportion.Difference(s1, n1, s2, n2);
        interval.Low.ShouldBe(low, 0.00006);
        interval.High.ShouldBe(high, 0.00006);
    }

    // What R's power.prop.test says of these.
    [Theory]
    [InlineData(0.05, 0.10, 434.43)]
    [InlineData(0.10, 0.15, 685.60)]
    [InlineData(0.20, 0.30, 293.15)]
    public void Cases_needed_for_a_gap_are_the_published_ones(double first, double second, double cases)
    {
        SampleSize.PerArm(first, second).ShouldBe(cases, 0.05);
        SampleSize.PerArm(second, first).ShouldBe(cases, 0.05);
    }

    [Theory]
    [InlineData(5, 2.5706)]
    [InlineData(10, 2.2281)]
    [InlineData(30, 2.0423)]
    [InlineData(1000, 1.9623)]
    public void Quantiles_of_Students_distribution_are_those_of_the_tables(double freedom, double value) =>
        StudentT.TwoSided(0.05, freedom).ShouldBe(value, value * 0.005);

    [Fact]
    public void Cases_that_come_in_clusters_tell_less_than_as_many_single_ones()
    {
        var single = Proportion.Wilson(60, 120, 0.9);
        var alike = Proportion.Clustered([.. Enumerable.Range(0, 12).Select(i => (i % 2 == 0 ? 10L : 0L, 10L))], 0.9);
        var mixed = Proportion.Clustered([.. Enumerable.Range(0, 12).Select(_ => (5L, 10L))], 0.9);
        (alike.High - alike.Low).ShouldBeGreaterThan(2 * (single.High - single.Low));
        (mixed.High - mixed.Low).ShouldBe(single.High - single.Low, 0.02);
        Proportion.Clustered([(0, 0)]).ShouldBe(new Interval(0, 1));
        Proportion.Clustered([(4, 4)]).High.ShouldBe(1);
    }

    [Fact]
    public void No_gap_can_not_be_found_with_any_number() => SampleSize.PerArm(0.3, 0.3).ShouldBe(double.PositiveInfinity);

    [Fact]
    public void An_interval_lies_within_0_and_1_contains_what_was_seen_and_narrows_with_cases() =>
        Prop.ForAll(Arb.From(Gen.Choose(0, 500).Two()), pair =>
        {
            var (successes, cases) = (Math.Min(pair.Item1, pair.Item2), Math.Max(1, Math.Max(pair.Item1, pair.Item2)));
            var interval = Proportion.Wilson(successes, cases);
            interval.Low.ShouldBeGreaterThanOrEqualTo(0);
            interval.High.ShouldBeLessThanOrEqualTo(1);
            interval.Contains((double)successes / cases).ShouldBeTrue();
            var more = Proportion.Wilson(successes * 4L, cases * 4L);
            (more.High - more.Low).ShouldBeLessThan(interval.High - interval.Low);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Nothing_seen_leaves_everything_possible()
    {
        Proportion.Wilson(0, 0).ShouldBe(new Interval(0, 1));
        Proportion.DifferenceP(0, 0, 3, 5).ShouldBe(1);
        Should.Throw<ArgumentOutOfRangeException>(() => Proportion.Wilson(3, 2));
    }
}
