using Assay.Outcomes.Measures;

namespace Assay.Outcomes.Tests.Measures;

public sealed class LineSurvivalTests
{
    private static readonly AcceptedLines[] s_changes =
    [
        new(90, 40, null, new CountedLines(100, 80, 60)), // The host counted other lines; what was followed counts.
        new(100, 20, null, new CountedLines(100, 100, null)),
        new(100, 40, 20, null),
        new(100, 5, 3, null),
        new(0, 40, null, null),
    ];

    [Fact]
    public void Counted_lines_count_and_else_whole_changes_and_what_is_too_young_says_nothing()
    {
        var (at14, at30) = (LineSurvival.At(14, s_changes), LineSurvival.At(30, s_changes));

        // Of 300 lines that were watched for 14 days 20 were gone; of the 180 left that were watched for 30, 120 more.
        at14.Share!.Value.ShouldBe(280 / 300.0, 1e-9);
        at30.Share!.Value.ShouldBe(280 / 300.0 * (60 / 180.0), 1e-9);
        (at14.Counted, at14.Whole, at14.Young, at14.Lines).ShouldBe((2, 1, 1, 400));
        (at30.Counted, at30.Whole, at30.Young).ShouldBe((1, 1, 2));
        at30.Interval!.Value.Low.ShouldBeLessThan(at30.Share.Value);
        at30.Interval.Value.High.ShouldBeGreaterThan(at30.Share.Value);
        LineSurvival.At(30, s_changes[3..]).ShouldBe(new LineSurvival(null, null, 0, 0, 1, 100));
    }

    [Fact]
    public void The_interval_contains_what_is_true_of_changes_whose_lines_die_together()
    {
        var random = new Random(7);
        var hits = 0;
        for (var world = 0; world < 200; world++)
        {
            // Of each change a part dies that is its own; 75 % of lines are alive in the end.
            var changes = Enumerable.Range(0, 60).Select(_ =>
            {
                var alive = random.Next(4) == 0 ? 0 : 200;
                return new AcceptedLines(0, 40, null, new CountedLines(200, alive, alive));
            });
            var interval = LineSurvival.At(14, changes).Interval!.Value;
            hits += interval.Low <= 0.75 && interval.High >= 0.75 ? 1 : 0;
        }

        hits.ShouldBeInRange(168, 195, "a 90 % interval, were lines independent it would be a few percent");
    }
}
