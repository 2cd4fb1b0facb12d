using System.Runtime.InteropServices;

namespace Assay.Outcomes.Statistics;

/// <summary>What one cluster (a person, a pull request) adds to a ratio of sums.</summary>
/// <param name="Numerator">What is added above the line.</param>
/// <param name="Denominator">What is added below it.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RatioPart(double Numerator, double Denominator);

/// <summary>
/// Where a ratio of sums (cost over results) may lie. Whole clusters are drawn again with replacement, since what one
/// person does is alike; each draw is judged in its own standard errors and on the scale of logarithms (a bootstrap-t),
/// and scaled with the jackknife's error, since costs are skew and a plain percentile interval is then too short.
/// </summary>
public static class ClusterBootstrap
{
    /// <summary>How often clusters are drawn again unless said otherwise.</summary>
    public const int Usual = 999;

    /// <summary>The interval of sum of numerators over sum of denominators; null where clusters are too few or alike in nothing.</summary>
    /// <param name="parts">One for each cluster; numerators and denominators are not negative.</param>
    /// <param name="draws">Where to draw from.</param>
    /// <param name="confidence">How often such an interval contains the truth.</param>
    /// <param name="resamples">How often to draw.</param>
    public static Interval? Ratio(IReadOnlyList<RatioPart> parts, Draws draws, double confidence = 0.9, int resamples = Usual)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 99);
        RatioPart[] all = [.. parts];
        if (all.Any(p => !(p.Numerator >= 0 && p.Denominator >= 0 && double.IsFinite(p.Numerator + p.Denominator))))
        {
            throw new ArgumentException("Parts of a ratio are finite and not negative.", nameof(parts));
        }

        var whole = Fit(all);
        if (all.Length < 5 || whole is not { Log: var log, Error: > 0 and var error })
        {
            return null;
        }

        var drawn = new RatioPart[all.Length];
        var distances = new List<double>(resamples);
        for (var i = 0; i < resamples; i++)
        {
            for (var j = 0; j < drawn.Length; j++)
            {
                drawn[j] = all[draws.Below(all.Length)];
            }

            if (Fit(drawn) is { Error: > 0 } fit)
            {
                // A draw that misses the one large cluster takes itself for very sure; so its error has a floor.
                distances.Add((fit.Log - log) / Math.Max(fit.Error, error / 2));
            }
        }

        // Draws without any result have no ratio; where they are many, there is nothing to say.
        if (distances.Count < resamples * 0.95)
        {
            return null;
        }

        distances.Sort();
        var alpha = (1 - confidence) / 2;
        var wide = Math.Max(error, Jackknife(all));
        return new Interval(
            Math.Exp(log - (wide * Quantile(distances, 1 - alpha))),
            Math.Exp(log - (wide * Quantile(distances, alpha))));
    }

    /// <summary>
    /// The same for a group too small to show how much clusters differ: as far as groups of its size, drawn from all
    /// clusters, lie from the whole. A team of ten rarely has the one person who spends as much as thirty.
    /// </summary>
    /// <param name="parts">The group's clusters.</param>
    /// <param name="pool">All clusters, the group's among them.</param>
    /// <param name="draws">Where to draw from.</param>
    /// <param name="confidence">How often such an interval contains the truth.</param>
    /// <param name="resamples">How often to draw.</param>
    public static Interval? Ratio(
        IReadOnlyList<RatioPart> parts, IReadOnlyList<RatioPart> pool, Draws draws, double confidence = 0.9, int resamples = Usual)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(pool);
        RatioPart[] all = [.. pool];
        if (parts.Count == 0 || pool.Count < parts.Count || Fit([.. parts]) is not { } group || Fit(all) is not { } whole)
        {
            return null;
        }

        var drawn = new RatioPart[parts.Count];
        var distances = new List<double>(resamples);
        for (var i = 0; i < resamples; i++)
        {
            for (var j = 0; j < drawn.Length; j++)
            {
                drawn[j] = all[draws.Below(all.Length)];
            }

            if (Fit(drawn) is { } fit)
            {
                distances.Add(fit.Log - whole.Log);
            }
        }

        if (distances.Count < resamples * 0.95)
        {
            return null;
        }

        distances.Sort();
        var alpha = (1 - confidence) / 2;
        return new Interval(
            Math.Exp(group.Log - Quantile(distances, 1 - alpha)), Math.Exp(group.Log - Quantile(distances, alpha)));
    }

    // The standard error from leaving out one cluster at a time: larger than the linearised one where single clusters weigh much.
    private static double Jackknife(RatioPart[] parts)
    {
        var (above, below) = (parts.Sum(p => p.Numerator), parts.Sum(p => p.Denominator));
        var logs = new double[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            var (a, b) = (above - parts[i].Numerator, below - parts[i].Denominator);
            if (a <= 0 || b <= 0)
            {
                return 0;
            }

            logs[i] = Math.Log(a / b);
        }

        var mean = logs.Average();
        return Math.Sqrt(logs.Sum(l => (l - mean) * (l - mean)) * (parts.Length - 1.0) / parts.Length);
    }

    // The logarithm of the ratio and its linearised standard error.
    private static (double Log, double Error)? Fit(RatioPart[] parts)
    {
        var (above, below) = (0.0, 0.0);
        foreach (var part in parts)
        {
            (above, below) = (above + part.Numerator, below + part.Denominator);
        }

        if (above <= 0 || below <= 0)
        {
            return null;
        }

        var (ratio, squares) = (above / below, 0.0);
        foreach (var part in parts)
        {
            var rest = part.Numerator - (ratio * part.Denominator);
            squares += rest * rest;
        }

        var n = parts.Length;
        return (Math.Log(ratio), Math.Sqrt(squares * n / (n - 1.0)) / above);
    }

    private static double Quantile(List<double> sorted, double part)
    {
        var place = part * (sorted.Count - 1);
        var low = (int)place;
        var high = Math.Min(low + 1, sorted.Count - 1);
        return sorted[low] + ((place - low) * (sorted[high] - sorted[low]));
    }
}
