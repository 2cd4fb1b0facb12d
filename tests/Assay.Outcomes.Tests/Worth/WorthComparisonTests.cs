using Assay.Outcomes.Worth;

namespace Assay.Outcomes.Tests.Worth;

public sealed class WorthComparisonTests
{
    [Fact]
    public void Like_is_compared_with_like_so_that_the_model_for_hard_tasks_does_not_look_worse()
    {
        // Within each stratum the second model is better by 0.1; over all it looks worse, since it gets the large changes.
        var comparison = WorthComparison.Of(
            [
                new("a", "web/small", 720, 900), new("b", "web/small", 90, 100),
                new("a", "web/large", 30, 100), new("b", "web/large", 360, 900),
            ],
            "a", "b");
        comparison.IsEnough.ShouldBeTrue();
        comparison.Difference!.Value.ShouldBe(0.1, 1e-9);
        comparison.Interval!.Value.Low.ShouldBeGreaterThan(0);
        comparison.Interval.Value.High.ShouldBeLessThan(0.2);
    }

    [Fact]
    public void In_one_stratum_it_is_the_plain_difference_with_the_plain_error()
    {
        var comparison = WorthComparison.Of([new("a", "", 500, 1000), new("b", "", 600, 1000)], "a", "b", confidence: 0.95);
        comparison.Difference!.Value.ShouldBe(0.1, 1e-12);
        // sqrt(.5*.5/1000 + .6*.4/1000) * 1.96
        (comparison.Interval!.Value.High - 0.1).ShouldBe(0.0434, 0.0001);
    }

    [Fact]
    public void Too_few_show_no_difference_but_how_many_are_needed()
    {
        var comparison = WorthComparison.Of([new("a", "x", 2, 40), new("b", "x", 8, 40), new("b", "y", 5, 9), new("c", "x", 1, 1)], "a", "b", gap: 0.05);
        (comparison.IsEnough, comparison.Difference, comparison.Unmatched).ShouldBe((false, null, 9L));
        comparison.Needed.ShouldBe(435);
    }
}
