namespace Assay.Server.Budgets.Forecasting;

internal static class Quantiles
{
    /// <summary>The value with <paramref name="share"/> of the sorted values below it, between two of them where it must.</summary>
    public static double Of(ReadOnlySpan<double> sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var below = (int)at;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (at - below));
    }
}
