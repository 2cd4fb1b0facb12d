using Assay.Outcomes.Ladder;

namespace Assay.Outcomes.Reverts;

/// <summary>What happens to an outcome when things undo it, and when they are undone themselves, and so on.</summary>
public static class RevertChain
{
    /// <summary>The steps of an outcome that follow from acts.</summary>
    /// <param name="outcome">Its id.</param>
    /// <param name="acts">The acts of its repository, in any order.</param>
    public static IReadOnlyList<(OutcomeEvent What, RevertAct Act)> Effects(string outcome, IReadOnlyCollection<RevertAct> acts)
    {
        var effects = new List<(OutcomeEvent, RevertAct)>();
        var seen = new HashSet<RevertAct>();
        foreach (var act in acts.Where(a => a.TargetOutcome == outcome && a.ByOutcome != outcome))
        {
            Follow(act, OutcomeEvent.Reverted);
        }

        return effects;

        void Follow(RevertAct act, OutcomeEvent what)
        {
            if (!seen.Add(act))
            {
                return;
            }

            effects.Add((what, act));
            foreach (var undoing in acts.Where(a => a.AtMs >= act.AtMs && Undoes(a, act)))
            {
                Follow(undoing, what == OutcomeEvent.Reverted ? OutcomeEvent.Restored : OutcomeEvent.Reverted);
            }
        }
    }

    private static bool Undoes(RevertAct later, RevertAct earlier) =>
        (earlier.ByOutcome.Length > 0 && later.TargetOutcome == earlier.ByOutcome)
        || (earlier.ByCommit.Length > 0 && later.TargetCommit == earlier.ByCommit);
}
