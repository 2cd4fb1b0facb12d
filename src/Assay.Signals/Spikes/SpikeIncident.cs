using Assay.Signals.Early;

namespace Assay.Signals.Spikes;

/// <summary>What part of a rise comes from one thing.</summary>
/// <param name="Scope">The thing.</param>
/// <param name="Share">Its part of what was spent in the horizon, 0 to 1.</param>
/// <param name="CostUsd">What that is, in dollars.</param>
public sealed record Contribution(SpikeScope Scope, double Share, double CostUsd);

/// <summary>One rise of spend with one cause, however many series show it.</summary>
public sealed class SpikeIncident
{
    internal SpikeIncident(int id, SpikeScope cause, long foundMs) => (Id, Cause, FoundMs, LastMs) = (id, cause, foundMs, foundMs);

    /// <summary>From 1.</summary>
    public int Id { get; }

    /// <summary>What explains the rise: the most particular thing that most of it comes from.</summary>
    public SpikeScope Cause { get; internal set; }

    /// <summary>When it was found.</summary>
    public long FoundMs { get; }

    /// <summary>Its last sign.</summary>
    public long LastMs { get; internal set; }

    /// <summary>The seconds of the horizon in which it was found.</summary>
    public double HorizonSeconds { get; internal init; }

    /// <summary>What was spent in the horizon, in dollars.</summary>
    public double SpentUsd { get; internal init; }

    /// <summary>What is usual at most.</summary>
    public double UsualUsd { get; internal init; }

    /// <summary>Whether it is within the day's alerts; else it is only listed.</summary>
    public bool IsAlert { get; internal set; }

    /// <summary>Who, which model and which use explain it, the largest part of each dimension.</summary>
    public IReadOnlyList<Contribution> Contributions { get; internal set; } = [];

    /// <summary>Why it was told before it had cost much; null for one that was seen in what was spent.</summary>
    public EarlyEvidence? Early { get; internal init; }

    /// <summary>The people whose calls belong to it.</summary>
    public IReadOnlyCollection<int> People => PeopleSeen;

    /// <summary>How much beyond the usual.</summary>
    public double ExcessUsd => SpentUsd - UsualUsd;

    internal HashSet<int> PeopleSeen { get; } = [];

    internal int Team { get; init; }
}
