using Assay.Sim.Prompts;

namespace Assay.Sim.Providers;

/// <summary>What outlives a call.</summary>
internal sealed class SimState(SimOptions options)
{
    public int Seed { get; } = options.Seed;

    public PromptCache Cache { get; } = new(options.Time, options.CacheTokensMin);
}
