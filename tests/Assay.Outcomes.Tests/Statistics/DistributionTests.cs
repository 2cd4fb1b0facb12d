using Assay.Outcomes.Statistics;

namespace Assay.Outcomes.Tests.Statistics;

public sealed class DistributionTests
{
    // Freireich et al. 1963, weeks of remission on 6-MP; the curve is in every textbook on survival.
    private static readonly (double Week, bool Ended)[] s_remission =
    [
        (6, true), (6, true), (6, true), (6, false), (7, true), (9, false), (10, true), (10, false), (11, false), (13, true),
        (16, true), (17, false), (19, false), (20, false), (22, true), (23, true), (25, false), (32, false), (32, false),
        (34, false), (35, false),
    ];

    [Theory]
    [InlineData(5, 1.0)]
    [InlineData(6, 0.8571)]
    [InlineData(7, 0.8067)]
    [InlineData(10, 0.7529)]
    [InlineData(13, 0.6902)]
    [InlineData(16, 0.6275)]
    [InlineData(22, 0.5378)]
    [InlineData(23, 0.4482)]
    [InlineData(35, 0.4482)]
    public void Survival_is_that_of_the_textbooks(double week, double survival) =>
        Remission().At(week)!.Value.ShouldBe(survival, 0.0001);

    [Fact]
    public void Its_errors_are_too_and_nothing_is_said_of_later()
    {
        var curve = Remission();
        curve.ErrorAt(6).ShouldBe(0.0764, 0.0001);
        curve.ErrorAt(35).ShouldBe(0.1346, 0.0001);
        curve.At(36).ShouldBeNull();
        var interval = curve.IntervalAt(10)!.Value;
        // R's survfit with conf.type = "log-log".
        interval.Low.ShouldBe(0.503, 0.001);
        interval.High.ShouldBe(0.889, 0.001);
    }

    [Fact]
    public void What_ends_together_is_as_sure_as_one_thing_that_ends()
    {
        var curve = KaplanMeier.Of(s_remission.Select(c => new WatchedCase(c.Week, 100, c.Ended ? [(c.Week, 100)] : [])));
        curve.At(23)!.Value.ShouldBe(0.4482, 0.0001);
        curve.ErrorAt(35).ShouldBe(0.1346, 0.0001);
        curve.IntervalAt(10)!.Value.Low.ShouldBe(0.503, 0.001);
    }

    private static KaplanMeier Remission() => KaplanMeier.Of(s_remission.Select(c => new WatchedCase(c.Week, 1, c.Ended ? [(c.Week, 1)] : [])));

    [Theory]
    [InlineData(1.2239, 0.10)]
    [InlineData(1.3581, 0.05)]
    [InlineData(1.6276, 0.01)]
    public void Kolmogorovs_distribution_is_that_of_the_tables(double x, double beyond) =>
        KolmogorovSmirnov.Beyond(x).ShouldBe(beyond, 0.0001);

    [Fact]
    public void The_distance_of_two_samples_is_the_largest_gap_of_their_steps()
    {
        KolmogorovSmirnov.Compare([1, 2, 3, 4], [3, 4, 5, 6]).Distance.ShouldBe(0.5, 1e-12);
        KolmogorovSmirnov.Compare([1, 2, 3], [10, 11, 12]).Distance.ShouldBe(1.0);
        KolmogorovSmirnov.Compare([7, 7, 7], [7, 7]).ShouldBe(new KolmogorovSmirnov(0, 1));
        KolmogorovSmirnov.Compare([], [1]).Probability.ShouldBe(1);
    }

    [Fact]
    public void Samples_of_one_distribution_differ_about_as_often_as_said()
    {
        var draws = new Draws(7);
        var found = 0;
        for (var i = 0; i < 1000; i++)
        {
            found += KolmogorovSmirnov.Compare(Uniform(ref draws, 60), Uniform(ref draws, 40)).Probability < 0.1 ? 1 : 0;
        }

        found.ShouldBeInRange(60, 130);
    }

    [Fact]
    public void Values_that_gather_above_a_threshold_are_seen()
    {
        var draws = new Draws(3);
        var values = Uniform(ref draws, 1000);
        Bunching.At(values, 0.5, 0.05).Probability.ShouldBeGreaterThan(0.02);
        var gathered = values.Select(v => v is >= 0.4 and < 0.5 && (v * 1000) % 2 < 1 ? 0.51 : v);
        var bunching = Bunching.At(gathered, 0.5, 0.05);
        bunching.Probability.ShouldBeLessThan(0.001);
        bunching.Excess!.Value.ShouldBeGreaterThan(1.4);
    }

    [Fact]
    public void Even_and_sloping_values_are_rarely_said_to_gather()
    {
        var draws = new Draws(11);
        var found = 0;
        for (var i = 0; i < 1000; i++)
        {
            var values = Uniform(ref draws, 400).Select(v => i % 2 == 0 ? v : Math.Sqrt(v));
            found += Bunching.At(values, 0.5, 0.05).Probability < 0.05 ? 1 : 0;
        }

        found.ShouldBeInRange(20, 90);
    }

    private static double[] Uniform(ref Draws draws, int count)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = draws.Below(1_000_000) / 1e6;
        }

        return values;
    }
}
