using Assay.Outcomes.Ladder;

namespace Assay.Server.Outcomes;

/// <summary>How far an outcome has come, as a sentence.</summary>
internal static class OutcomeStanding
{
    /// <param name="day">How a time is said as a day.</param>
    public static string Say(OutcomeState state, long nowMs, Func<long, string> day) => state.Rung(nowMs) switch
    {
        OutcomeRung.Proposed => state.ProposedMs is { } at ? $"proposed on {day(at)}" : "proposed",
        OutcomeRung.Accepted => $"accepted on {day(state.AcceptedMs!.Value)}, settles on {day(state.SettlesMs!.Value)}",
        OutcomeRung.Deployed => $"deployed on {day(state.DeployedMs!.Value)}, settles on {day(state.SettlesMs!.Value)}",
        OutcomeRung.Settled => $"settled on {day(state.SettlesMs!.Value)}",
        OutcomeRung.Reviewed => state.ReviewHeld == false ? "settled, and did not hold when it was reviewed" : "settled, and held when it was reviewed",
        OutcomeRung.Reverted => $"reverted on {day(state.RevertedMs!.Value)}",
        OutcomeRung.Abandoned => $"given up on {day(state.AbandonedMs!.Value)}",
        _ => state.ReopenedMs is { } at ? $"reopened on {day(at)}" : "reopened",
    };
}
