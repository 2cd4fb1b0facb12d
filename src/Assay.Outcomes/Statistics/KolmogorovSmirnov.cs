using System.Runtime.InteropServices;

namespace Assay.Outcomes.Statistics;

/// <summary>Whether two samples come from one distribution.</summary>
/// <param name="Distance">The largest distance between their cumulated distributions, 0 to 1.</param>
/// <param name="Probability">How unlikely at least that distance is for samples of one distribution.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct KolmogorovSmirnov(double Distance, double Probability)
{
    /// <summary>Compares two samples. With equal values among them the probability errs towards no difference.</summary>
    public static KolmogorovSmirnov Compare(IEnumerable<double> first, IEnumerable<double> second)
    {
        double[] a = [.. first.Order()];
        double[] b = [.. second.Order()];
        if (a.Length == 0 || b.Length == 0)
        {
            return new KolmogorovSmirnov(0, 1);
        }

        var (i, j, distance) = (0, 0, 0.0);
        while (i < a.Length && j < b.Length)
        {
            var value = Math.Min(a[i], b[j]);
            while (i < a.Length && a[i] <= value)
            {
                i++;
            }

            while (j < b.Length && b[j] <= value)
            {
                j++;
            }

            distance = Math.Max(distance, Math.Abs(((double)i / a.Length) - ((double)j / b.Length)));
        }

        var root = Math.Sqrt((double)a.Length * b.Length / (a.Length + b.Length));
        // Stephens' correction makes the limit good from samples of four on.
        return new KolmogorovSmirnov(distance, Beyond((root + 0.12 + (0.11 / root)) * distance));
    }

    /// <summary>Kolmogorov's distribution: the probability of more than <paramref name="x"/>.</summary>
    public static double Beyond(double x)
    {
        if (x < 0.2)
        {
            return 1;
        }

        var sum = 0.0;
        for (var k = 1; k <= 100; k++)
        {
            var term = Math.Exp(-2.0 * k * k * x * x);
            sum += k % 2 == 1 ? term : -term;
            if (term < 1e-18)
            {
                break;
            }
        }

        return Math.Clamp(2 * sum, 0, 1);
    }
}
