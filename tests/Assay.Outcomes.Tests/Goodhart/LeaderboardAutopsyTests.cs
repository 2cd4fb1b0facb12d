using Assay.Outcomes.Goodhart;

namespace Assay.Outcomes.Tests.Goodhart;

public sealed class LeaderboardAutopsyTests
{
    [Fact]
    public void It_says_what_the_board_rewards_and_what_it_misses_and_names_only_the_reader()
    {
        // Ten burn for nothing; the other ninety use little and settle three each.
        var rows = Enumerable.Range(0, 100).Select(i => i < 10
            ? new AutopsyRow($"p{i:00}", 9_000_000, 100, 90, 0, 1)
            : new AutopsyRow($"p{i:00}", 1_000_000 + i, 10, 1, 3, 0)).ToList();
        var autopsy = LeaderboardAutopsy.Of(rows, "p50", places: 10);
        autopsy.IsEnough.ShouldBeTrue();
        autopsy.TokenShare.ShouldBe(0.5, 0.001);
        (autopsy.SettledShare, autopsy.OnBothBoards, autopsy.RewardedForNothing).ShouldBe((0.0, 0, 10));
        (autopsy.Missed, autopsy.MissedSettled, autopsy.UnattributedNanos).ShouldBe((90, 270, 900));
        (autopsy.NanosPerSettledOn, autopsy.NanosPerSettledOff!.Value).ShouldBe((null, 10.0 / 3));
        autopsy.Correlation!.Value.ShouldBeLessThan(0);
        autopsy.Own!.RankByTokens.ShouldBe(60);
        autopsy.Own.RankBySettled.ShouldBe(1);
        LeaderboardAutopsy.Of(rows, null, 20).Titles.ShouldHaveSingleItem().WithoutOutcome.ShouldBe(10);
    }

    [Fact]
    public void Few_people_are_not_dissected_but_everybody_sees_their_own_row()
    {
        var autopsy = LeaderboardAutopsy.Of([.. Enumerable.Range(0, 9).Select(i => new AutopsyRow($"p{i}", i, i, 0, i, 0))], "p8");
        autopsy.IsEnough.ShouldBeFalse();
        (autopsy.TokenShare, autopsy.Titles.Count, autopsy.Correlation).ShouldBe((0.0, 0, null));
        autopsy.Own!.Row.Settled.ShouldBe(8);
        LeaderboardAutopsy.Of([], "p8").Own.ShouldBeNull();
    }
}
