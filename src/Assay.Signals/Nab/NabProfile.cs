namespace Assay.Signals.Nab;

/// <summary>What the Numenta Anomaly Benchmark gives and takes for an alert. The three are published with it.</summary>
/// <param name="Name">As NAB calls it.</param>
/// <param name="TruePositive">For a window found at its left edge.</param>
/// <param name="FalsePositive">The most that an alert outside all windows costs.</param>
/// <param name="FalseNegative">What a missed window costs.</param>
public sealed record NabProfile(string Name, double TruePositive, double FalsePositive, double FalseNegative)
{
    /// <summary>NAB's three profiles.</summary>
    public static IReadOnlyList<NabProfile> All { get; } =
    [
        new("standard", 1, 0.11, 1),
        new("reward_low_FP_rate", 1, 0.22, 1),
        new("reward_low_FN_rate", 1, 0.11, 2),
    ];
}
