using Assay.Outcomes.Statistics;
using FsCheck;
using FsCheck.Fluent;

namespace Assay.Outcomes.Tests.Statistics;

public sealed class ClusterBootstrapTests
{
    [Fact]
    public void Intervals_of_a_skew_ratio_contain_the_truth_about_as_often_as_they_say()
    {
        // Log-normal costs, results that come with them: the truth is exp(1/2) / 2.
        var draws = new Draws(20);
        var (within, tries) = (0, 400);
        for (var i = 0; i < tries; i++)
        {
            var parts = Enumerable.Range(0, 30).Select(_ => Part(ref draws)).ToList();
            var interval = ClusterBootstrap.Ratio(parts, new Draws((ulong)i), 0.9, 199)!.Value;
            within += interval.Contains(Math.Exp(0.5) / 2) ? 1 : 0;
        }

        (within / (double)tries).ShouldBeInRange(0.84, 0.95);
    }

    [Fact]
    public void The_same_parts_and_seed_give_the_same_interval_whatever_the_unit() =>
        Prop.ForAll(Arb.From(Gen.ListOf(Gen.Choose(1, 1000).Two(), 12)), pairs =>
        {
            var parts = pairs.Select(p => new RatioPart(p.Item1, p.Item2)).ToList();
            var interval = ClusterBootstrap.Ratio(parts, new Draws(5), resamples: 99);
            ClusterBootstrap.Ratio(parts, new Draws(5), resamples: 99).ShouldBe(interval);
            var scaled = ClusterBootstrap.Ratio([.. parts.Select(p => p with { Numerator = p.Numerator * 4 })], new Draws(5), resamples: 99);
            if (interval is { } some)
            {
                scaled!.Value.Low.ShouldBe(some.Low * 4, some.Low * 1e-6);
                some.Low.ShouldBeLessThanOrEqualTo(some.High);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_small_group_borrows_how_much_people_differ_from_all()
    {
        var draws = new Draws(9);
        var (within, alone, tries) = (0, 0, 300);
        for (var i = 0; i < tries; i++)
        {
            var pool = Enumerable.Range(0, 120).Select(_ => Part(ref draws)).ToList();
            within += ClusterBootstrap.Ratio(pool[..8], pool, new Draws((ulong)i), 0.9, 199)!.Value.Contains(Math.Exp(0.5) / 2) ? 1 : 0;
            alone += ClusterBootstrap.Ratio(pool[..8], new Draws((ulong)i), 0.9, 199) is { } some && some.Contains(Math.Exp(0.5) / 2) ? 1 : 0;
        }

        (within / (double)tries).ShouldBeInRange(0.84, 0.95);
        alone.ShouldBeLessThan(within + 10);
        ClusterBootstrap.Ratio([], [new(1, 1)], new Draws(1)).ShouldBeNull();
    }

    [Fact]
    public void Too_few_clusters_or_no_result_give_no_interval()
    {
        ClusterBootstrap.Ratio([new(1, 1), new(2, 1), new(3, 1), new(4, 1)], new Draws(1)).ShouldBeNull();
        ClusterBootstrap.Ratio([.. Enumerable.Repeat(new RatioPart(3, 0), 20)], new Draws(1)).ShouldBeNull();
        Should.Throw<ArgumentException>(() => ClusterBootstrap.Ratio([new(double.NaN, 1)], new Draws(1)));
    }

    private static RatioPart Part(ref Draws draws)
    {
        var normal = Normal.Quantile((draws.Below(1_000_000) + 0.5) / 1e6);
        return new RatioPart(Math.Exp(normal), draws.Below(5));
    }
}
