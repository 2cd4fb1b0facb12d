using System.Runtime.InteropServices;

namespace Assay.Signals.Spikes;

/// <summary>What kind of thing spends.</summary>
public enum SpikeScopeKind
{
    /// <summary>A key.</summary>
    Key,

    /// <summary>An agent.</summary>
    Agent,

    /// <summary>A person.</summary>
    Person,

    /// <summary>A team with all below it.</summary>
    Team,

    /// <summary>A use case.</summary>
    UseCase,

    /// <summary>A model.</summary>
    Model,

    /// <summary>Everybody.</summary>
    Company,
}

/// <summary>Something that spends. Numbers are given by whoever feeds the board; 0 is nobody.</summary>
/// <param name="Kind">Of which kind.</param>
/// <param name="Number">Which.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SpikeScope(SpikeScopeKind Kind, int Number);

/// <summary>A settled call, as the board sees it.</summary>
/// <param name="AtMs">When it was settled, in Unix milliseconds.</param>
/// <param name="CostUsd">What it cost, in dollars; for judging, not for accounts.</param>
/// <param name="Tokens">How many tokens it took.</param>
/// <param name="Key">The key.</param>
/// <param name="Agent">The agent; 0 for none.</param>
/// <param name="Person">The person.</param>
/// <param name="Team">The person's team.</param>
/// <param name="UseCase">The use; 0 for none.</param>
/// <param name="Model">The model.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SpikeCall(
    long AtMs, double CostUsd, long Tokens, int Key, int Agent, int Person, int Team, int UseCase, int Model)
{
    /// <summary>A number for the conversation; 0 if it is not known.</summary>
    public ulong Session { get; init; }

    /// <summary>All input tokens.</summary>
    public long Input { get; init; }

    /// <summary>Input tokens that were read from a cache.</summary>
    public long CacheRead { get; init; }

    /// <summary>Input tokens that were written to one.</summary>
    public long CacheWrite { get; init; }

    /// <summary>The call's number in one dimension.</summary>
    public int Of(SpikeScopeKind kind) => kind switch
    {
        SpikeScopeKind.Key => Key,
        SpikeScopeKind.Agent => Agent,
        SpikeScopeKind.Person => Person,
        SpikeScopeKind.Team => Team,
        SpikeScopeKind.UseCase => UseCase,
        SpikeScopeKind.Model => Model,
        _ => 1,
    };
}
