using System.Runtime.InteropServices;

namespace Assay.Outcomes.Statistics;

/// <summary>Whether values gather just above a threshold that something hangs on: a rank, a title, a target.</summary>
/// <param name="Seen">How many lie within one bin above the threshold.</param>
/// <param name="Expected">How many would, to judge by the bins around.</param>
/// <param name="Probability">How unlikely so many or more are.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Bunching(int Seen, double Expected, double Probability)
{
    /// <summary>How many times the expected number was seen; null where none is expected.</summary>
    public double? Excess => Expected > 0 ? Seen / Expected : null;

    /// <summary>
    /// Counts values in bins around a threshold and draws a straight line through them, without the one bin above, where those land who
    /// aim at it, and the one below, from which they are missing.
    /// </summary>
    /// <param name="values">All values.</param>
    /// <param name="threshold">What something hangs on.</param>
    /// <param name="width">How wide a bin is.</param>
    /// <param name="bins">How many bins on each side; at least 3.</param>
    public static Bunching At(IEnumerable<double> values, double threshold, double width, int bins = 5)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (!(width > 0) || bins < 3)
        {
            throw new ArgumentOutOfRangeException(nameof(width), width, "Bins are wider than nothing, and at least three on each side.");
        }

        var counts = new int[2 * bins];
        foreach (var value in values)
        {
            var bin = Math.Floor((value - threshold) / width) + bins;
            if (bin >= 0 && bin < counts.Length)
            {
                counts[(int)bin]++;
            }
        }

        // Least squares over the bins that nobody aims at; the line is asked for its value in the bin just above.
        var (n, sx, sy, sxx, sxy) = (0, 0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < counts.Length; i++)
        {
            if (i != bins && i != bins - 1)
            {
                (n, sx, sy, sxx, sxy) = (n + 1, sx + i, sy + counts[i], sxx + ((double)i * i), sxy + ((double)i * counts[i]));
            }
        }

        var slope = ((n * sxy) - (sx * sy)) / ((n * sxx) - (sx * sx));
        var mean = sx / n;
        var expected = Math.Max(0, (sy / n) + (slope * (bins - mean)));
        // The line itself is uncertain: its variance at the bin, with counts as Poisson numbers, is added to the bin's own.
        var leverage = (1.0 / n) + ((bins - mean) * (bins - mean) / (sxx - (sx * sx / n)));
        var spread = Math.Sqrt(Math.Max(0.5, expected) + (Math.Max(0.5, sy / n) * leverage));
        return new Bunching(counts[bins], expected, 1 - Normal.Below((counts[bins] - 0.5 - expected) / spread));
    }
}
