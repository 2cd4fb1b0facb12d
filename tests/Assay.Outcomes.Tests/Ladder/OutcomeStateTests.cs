using Assay.Outcomes.Ladder;

namespace Assay.Outcomes.Tests.Ladder;

public sealed class OutcomeStateTests
{
    private const long Day = 24L * 60 * 60 * 1000;

    [Fact]
    public void A_change_climbs_the_ladder_and_is_provisional_until_its_window_has_passed()
    {
        var state = Of((OutcomeEvent.Proposed, 1), (OutcomeEvent.Accepted, 2), (OutcomeEvent.Deployed, 3));

        state.SettlesMs.ShouldBe(17 * Day);
        Rungs(state, 16, 17).ShouldBe([OutcomeRung.Deployed, OutcomeRung.Settled]);
        (state.IsProvisional((17 * Day) - 1), state.IsProvisional(17 * Day)).ShouldBe((true, false));
        Rungs(Of((OutcomeEvent.Proposed, 1)), 40).ShouldBe([OutcomeRung.Proposed]);
        Rungs(Of((OutcomeEvent.Proposed, 1), (OutcomeEvent.Abandoned, 2)), 40).ShouldBe([OutcomeRung.Abandoned]);
        Rungs(Of((OutcomeEvent.Accepted, 2), (OutcomeEvent.Held, 20)), 3, 30).ShouldBe([OutcomeRung.Accepted, OutcomeRung.Reviewed]);
        Of((OutcomeEvent.Accepted, 2), (OutcomeEvent.Held, 20), (OutcomeEvent.Failed, 25)).ReviewHeld.ShouldBe(false);
    }

    [Fact]
    public void What_is_undone_within_the_window_does_not_settle_and_what_is_undone_after_it_did()
    {
        Rungs(Of((OutcomeEvent.Accepted, 1), (OutcomeEvent.Reverted, 10)), 40).ShouldBe([OutcomeRung.Reverted]);

        var late = Of((OutcomeEvent.Accepted, 1), (OutcomeEvent.Reverted, 16));
        Rungs(late, 40).ShouldBe([OutcomeRung.Settled]);
        late.RevertedMs.ShouldBe(16 * Day);
    }

    [Fact]
    public void What_comes_back_starts_its_window_anew()
    {
        var state = Of((OutcomeEvent.Accepted, 1), (OutcomeEvent.Reverted, 5), (OutcomeEvent.Restored, 7));

        (state.AcceptedMs, state.RestoredMs, state.RevertedMs, state.SettlesMs).ShouldBe((1 * Day, 7 * Day, null, 21 * Day));
        Rungs(Of((OutcomeEvent.Accepted, 1), (OutcomeEvent.Reverted, 5), (OutcomeEvent.Restored, 7), (OutcomeEvent.Reverted, 9)), 40)
            .ShouldBe([OutcomeRung.Reverted]);
    }

    [Theory]
    [InlineData(OutcomeEvent.Reopened)]
    [InlineData(OutcomeEvent.Incident)]
    public void What_is_reopened_is_provisional_again_once_it_is_closed_again(OutcomeEvent broke)
    {
        Rungs(Of((OutcomeEvent.Accepted, 1), (broke, 5)), 40).ShouldBe([OutcomeRung.Reopened]);

        var again = Of((OutcomeEvent.Accepted, 1), (broke, 5), (OutcomeEvent.Accepted, 8));
        (again.AcceptedMs, again.ReopenedMs, again.SettlesMs).ShouldBe((8 * Day, 5 * Day, 22 * Day));
    }

    [Fact]
    public void A_late_deployment_takes_back_nothing_and_only_the_first_counts()
    {
        Of((OutcomeEvent.Accepted, 1), (OutcomeEvent.Deployed, 30)).SettlesMs.ShouldBe(15 * Day);
        var twice = Of((OutcomeEvent.Accepted, 1), (OutcomeEvent.Deployed, 3), (OutcomeEvent.Deployed, 9));
        (twice.DeployedMs, twice.SettlesMs).ShouldBe((3 * Day, 17 * Day));
    }

    [Fact]
    public void Neither_the_order_nor_the_number_of_tellings_matters()
    {
        OutcomeStep[] steps =
        [
            new(OutcomeEvent.Proposed, 1 * Day), new(OutcomeEvent.Abandoned, 2 * Day), new(OutcomeEvent.Proposed, 3 * Day),
            new(OutcomeEvent.Accepted, 4 * Day), new(OutcomeEvent.Deployed, 5 * Day), new(OutcomeEvent.Reverted, 6 * Day),
            new(OutcomeEvent.Restored, 7 * Day), new(OutcomeEvent.Held, 30 * Day),
        ];
        var expected = OutcomeState.Of(steps, 14);
        expected.Rung(40 * Day).ShouldBe(OutcomeRung.Reviewed);

        var random = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            OutcomeStep[] told = [.. steps, .. random.GetItems(steps, 4)];
            random.Shuffle(told);
            OutcomeState.Of(told, 14).ShouldBe(expected);
        }
    }

    private static OutcomeState Of(params (OutcomeEvent What, int Day)[] steps) =>
        OutcomeState.Of(steps.Select(s => new OutcomeStep(s.What, s.Day * Day)), 14);

    private static OutcomeRung[] Rungs(OutcomeState state, params int[] days) => [.. days.Select(d => state.Rung(d * Day))];
}
