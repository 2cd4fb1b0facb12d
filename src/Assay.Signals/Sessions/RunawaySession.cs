namespace Assay.Signals.Sessions;

/// <summary>Why a session counts as running away.</summary>
public enum RunawayKind
{
    /// <summary>It spends too fast.</summary>
    Cost,

    /// <summary>It goes round in a circle.</summary>
    Loop,
}

/// <summary>A session that runs away: told once for each kind.</summary>
/// <param name="Kind">How.</param>
/// <param name="SpentUsd">What it has spent within about a minute, or in its circle.</param>
/// <param name="Repeats">How many calls in a row said nearly what was just said.</param>
/// <param name="Calls">All its calls so far.</param>
public sealed record RunawaySession(RunawayKind Kind, double SpentUsd, int Repeats, int Calls);
