using System.Runtime.InteropServices;

namespace Assay.Outcomes.Attribution;

/// <summary>A part of a call's cost, and where it went.</summary>
/// <param name="Call">The call's position among those given.</param>
/// <param name="Outcome">The outcome's position among those given, or -1.</param>
/// <param name="Tier">How that is known.</param>
/// <param name="Reason">Why not, when it is not.</param>
/// <param name="Nanos">The part, in nano-dollars.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SpendPart(int Call, int Outcome, EvidenceTier Tier, UnattributedReason Reason, long Nanos);

/// <summary>The least and the most that any of the five rules gives, in nano-dollars.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct NanosRange(long Low, long High);

/// <summary>What one outcome cost.</summary>
public sealed record OutcomeSpend
{
    /// <summary>The outcome's position among those given.</summary>
    public required int Outcome { get; init; }

    /// <summary>Nano-dollars by tier, in the order of <see cref="EvidenceTier"/> up to inferred, by the rule asked for.</summary>
    public required IReadOnlyList<long> ByTier { get; init; }

    /// <summary>Proved and declared: what charts show unless asked for more.</summary>
    public long SureNanos => ByTier[0] + ByTier[1];

    /// <summary>All tiers: "up to".</summary>
    public long UpToNanos => ByTier.Sum();

    /// <summary>How far the choice of a rule matters for proved and declared spend.</summary>
    public required NanosRange SureOverRules { get; init; }

    /// <summary>How far it matters for all tiers.</summary>
    public required NanosRange UpToOverRules { get; init; }
}

/// <summary>Where the money went. All parts sum to what was metered, to the nano-dollar, under every rule.</summary>
public sealed record AttributionResult
{
    /// <summary>The rule that <see cref="Parts"/> and tiers follow.</summary>
    public required SplitRule Rule { get; init; }

    /// <summary>Every part of every call, in the order of calls.</summary>
    public required IReadOnlyList<SpendPart> Parts { get; init; }

    /// <summary>One for each outcome given, in their order.</summary>
    public required IReadOnlyList<OutcomeSpend> Outcomes { get; init; }

    /// <summary>Nano-dollars by tier, in the order of <see cref="EvidenceTier"/>, unattributed last.</summary>
    public required IReadOnlyList<long> ByTier { get; init; }

    /// <summary>Unattributed nano-dollars by reason.</summary>
    public required IReadOnlyDictionary<UnattributedReason, long> ByReason { get; init; }

    /// <summary>What was metered.</summary>
    public long TotalNanos => ByTier.Sum();

    /// <summary>The part of all spend that is proved or declared; null when nothing was spent.</summary>
    public double? Coverage => TotalNanos == 0 ? null : (ByTier[0] + ByTier[1]) / (double)TotalNanos;
}
