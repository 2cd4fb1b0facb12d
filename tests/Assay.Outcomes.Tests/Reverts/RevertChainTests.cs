using Assay.Outcomes.Ladder;
using Assay.Outcomes.Reverts;

namespace Assay.Outcomes.Tests.Reverts;

public sealed class RevertChainTests
{
    [Fact]
    public void Reverting_a_revert_brings_back_and_so_on()
    {
        RevertAct[] acts = [ByOutcome(1, "r1", "x"), ByOutcome(2, "r2", "r1"), ByOutcome(3, "r3", "r2")];

        Effects("x", acts).ShouldBe([(OutcomeEvent.Reverted, 1), (OutcomeEvent.Restored, 2), (OutcomeEvent.Reverted, 3)]);
        Effects("r1", acts).ShouldBe([(OutcomeEvent.Reverted, 2), (OutcomeEvent.Restored, 3)]);
        Effects("r3", acts).ShouldBeEmpty();
    }

    [Fact]
    public void Commits_that_are_no_outcome_are_followed_too()
    {
        RevertAct[] acts =
        [
            new(1, RevertRule.CommitTrailer, "", "c1", "x", "merge"),
            new(2, RevertRule.CommitTrailer, "", "c2", "", "c1"),
        ];

        Effects("x", acts).ShouldBe([(OutcomeEvent.Reverted, 1), (OutcomeEvent.Restored, 2)]);
    }

    [Fact]
    public void Acts_that_undo_one_another_in_a_circle_end()
    {
        RevertAct[] acts = [ByOutcome(1, "a", "b"), ByOutcome(1, "b", "a")];

        Effects("a", acts).ShouldBe([(OutcomeEvent.Reverted, 1), (OutcomeEvent.Restored, 1)]);
    }

    private static RevertAct ByOutcome(long at, string by, string target) => new(at, RevertRule.HostReference, by, "", target, "");

    private static IEnumerable<(OutcomeEvent, long)> Effects(string id, RevertAct[] acts) =>
        RevertChain.Effects(id, acts).Select(e => (e.What, e.Act.AtMs));
}
