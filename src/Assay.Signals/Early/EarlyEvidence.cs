namespace Assay.Signals.Early;

/// <summary>What changes at once when something breaks, before its cost can be seen in any sum.</summary>
public enum EarlyKind
{
    /// <summary>Calls no longer read what a cache must have.</summary>
    Cache,

    /// <summary>Calls go to another, dearer model than their people usually ask for.</summary>
    Model,

    /// <summary>Calls or conversations begin at a pace that nobody has.</summary>
    Pace,
}

/// <summary>Why an incident was told before it had cost much.</summary>
/// <param name="Kind">What changed.</param>
/// <param name="Seen">How many calls showed it.</param>
/// <param name="Of">Of how many that could have.</param>
/// <param name="Usual">Which part of calls usually shows it; for a pace, how many a minute are usual at most.</param>
/// <param name="Odds">How much likelier what was seen is under a cause than by accident, as a natural logarithm.</param>
/// <param name="ProjectedUsd">What it costs beyond the usual if it goes on.</param>
/// <param name="ProjectedHours">For so many hours.</param>
/// <param name="SinceMs">When its first call was settled.</param>
public sealed record EarlyEvidence(
    EarlyKind Kind, int Seen, int Of, double Usual, double Odds, double ProjectedUsd, double ProjectedHours, long SinceMs);
