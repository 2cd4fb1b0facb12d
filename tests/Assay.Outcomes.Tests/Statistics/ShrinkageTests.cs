using Assay.Outcomes.Statistics;

namespace Assay.Outcomes.Tests.Statistics;

public sealed class ShrinkageTests
{
    [Fact]
    public void Eight_of_ten_with_a_prior_of_six_of_ten_is_seven_tenths() =>
        Shrinkage.BetaBinomial(8, 10, 6, 10).ShouldBe(0.70, 1e-12);

    [Fact]
    public void Two_of_two_no_longer_beats_eight_of_ten() =>
        Shrinkage.BetaBinomial(2, 2, 6, 10).ShouldBe(0.6667, 0.0001);

    [Fact]
    public void A_rate_is_drawn_towards_the_whole()
    {
        Shrinkage.GammaPoisson(0, 2, 5, 10).ShouldBe(5.0 / 12, 1e-12);
        Shrinkage.GammaPoisson(500, 1000, 5, 10).ShouldBe(0.5, 1e-9);
    }

    [Fact]
    public void Groups_that_differ_by_chance_alone_are_drawn_in_wholly()
    {
        (long, long)[] alike = [(50, 100), (52, 100), (49, 100), (51, 100)];
        Shrinkage.BetaWeight(alike, most: 150).ShouldBe(150);
    }

    [Fact]
    public void Groups_that_truly_differ_keep_what_they_show()
    {
        (long, long)[] apart = [(90, 100), (10, 100), (70, 100), (30, 100)];
        Shrinkage.BetaWeight(apart).ShouldBeLessThan(4);
    }

    // Benjamini and Hochberg 1995, section 3.2: four of the fifteen are pointed at with 0.05.
    [Fact]
    public void Of_the_fifteen_published_probabilities_four_remain()
    {
        double[] published =
        [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
        ];
        var adjusted = BenjaminiHochberg.Adjust(published);
        adjusted.Count(p => p <= 0.05).ShouldBe(4);
        adjusted[3].ShouldBe(0.0095 * 15 / 4, 1e-12);
        adjusted[^1].ShouldBe(1.0);
        BenjaminiHochberg.Adjust([0.04, 0.001]).ShouldBe([0.04, 0.002]);
    }
}
