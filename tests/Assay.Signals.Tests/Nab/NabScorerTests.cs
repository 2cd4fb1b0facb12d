using Assay.Signals.Nab;

namespace Assay.Signals.Tests.Nab;

public sealed class NabScorerTests
{
    private static readonly NabProfile s_standard = NabProfile.All[0];

    [Fact]
    public void Nobody_who_never_alerts_scores_more_than_nothing() =>
        NabScorer.Count(1000, [(300, 399)], []).Score(s_standard).ShouldBe(0);

    [Fact]
    public void Alerts_at_the_left_edges_alone_are_perfect() =>
        NabScorer.Count(1000, [(300, 399), (700, 799)], [300, 700]).Score(s_standard).ShouldBe(100, 1e-9);

    [Fact]
    public void Only_the_first_alert_in_a_window_counts()
    {
        var once = NabScorer.Count(1000, [(300, 399)], [350]);
        var often = NabScorer.Count(1000, [(300, 399)], [350, 360, 399]);
        often.Gain.ShouldBe(once.Gain);
        // (2 / (1 + e^-2.5) - 1) / (2 / (1 + e^-5) - 1): half way through the window.
        once.Gain.ShouldBe(0.848284 / 0.986614, 1e-5);
    }

    [Fact]
    public void A_false_alert_costs_less_shortly_after_a_window_than_far_away()
    {
        var near = NabScorer.Count(1000, [(300, 399)], [400]).Loss;
        var far = NabScorer.Count(1000, [(300, 399)], [900]).Loss;
        near.ShouldBeInRange(-0.03, -0.02);
        far.ShouldBe(-1);
        NabScorer.Count(1000, [(300, 399)], [200]).Loss.ShouldBe(-1);
    }

    [Fact]
    public void The_probationary_part_does_not_count()
    {
        var tally = NabScorer.Count(1000, [(50, 100), (300, 399)], [60, 149, 150]);
        tally.Windows.ShouldBe(1);
        tally.Alerts.ShouldBe(1);
        NabScorer.ProbationRows(1000).ShouldBe(150);
        NabScorer.ProbationRows(100_000).ShouldBe(750);
    }

    [Theory]
    [InlineData(0, 0.11, 1)]
    [InlineData(1, 0.22, 1)]
    [InlineData(2, 0.11, 2)]
    public void Profiles_weigh_as_published(int profile, double falsePositive, double falseNegative)
    {
        var tally = NabScorer.Count(1000, [(300, 399), (700, 799)], [200, 300]);
        var raw = 1 - falsePositive - falseNegative;
        tally.Score(NabProfile.All[profile]).ShouldBe(
            100 * (raw + (2 * falseNegative)) / (2 + (2 * falseNegative)), 1e-9);
    }

    [Fact]
    public void A_line_that_is_no_observation_is_named() =>
        Should.Throw<FormatException>(() => NabSeries.Read(["timestamp,value", "2014-04-01 00:00:00,1", "noon,2"]))
            .Message.ShouldStartWith("line 3 ");
}
