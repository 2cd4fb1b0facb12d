namespace Assay.Outcomes.Statistics;

/// <summary>
/// When many groups are looked at together, some differ by chance. This bounds the expected part of chance among those
/// that are pointed at.
/// </summary>
public static class BenjaminiHochberg
{
    /// <summary>Adjusts probabilities for how many were looked at, in the order given: point at those up to the wanted rate.</summary>
    public static IReadOnlyList<double> Adjust(IReadOnlyList<double> probabilities)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        var order = Enumerable.Range(0, probabilities.Count).OrderByDescending(i => probabilities[i]).ToList();
        var adjusted = new double[probabilities.Count];
        var least = 1.0;
        for (var i = 0; i < order.Count; i++)
        {
            least = Math.Min(least, probabilities[order[i]] * order.Count / (order.Count - i));
            adjusted[order[i]] = least;
        }

        return adjusted;
    }
}
