namespace Assay.Sim;

/// <summary>Options of the simulated providers.</summary>
public sealed record SimOptions
{
    /// <summary>The seed that every answer derives from.</summary>
    public int Seed { get; init; } = 1;
}
