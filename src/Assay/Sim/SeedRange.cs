using System.Globalization;

namespace Assay.Sim;

/// <summary>The seeds of simulated companies, as an option says them: <c>11-20</c> or <c>7</c>.</summary>
internal static class SeedRange
{
    /// <summary>The seeds.</summary>
    /// <param name="most">How many there may be.</param>
    /// <exception cref="FormatException">It says something else.</exception>
    public static IEnumerable<int> Read(string text, int most)
    {
        var ends = text.Split('-');
        return ends.Length <= 2
            && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && last >= first && last - first < most
                ? Enumerable.Range(first, last - first + 1)
                : throw new FormatException($"write --seeds as 11-20 or 7, at most {most} of them");
    }
}
