using System.Runtime.InteropServices;

namespace Assay.Outcomes.Statistics;

/// <summary>What is watched: one thing, or many that begin and are sampled together, as the lines of a change.</summary>
/// <param name="Until">How long it was watched.</param>
/// <param name="Weight">Of how many things it consists.</param>
/// <param name="Ended">How many of them ended when, in the order of time; at most all, and not after <paramref name="Until"/>.</param>
public sealed record WatchedCase(double Until, double Weight, IReadOnlyList<(double Time, double Weight)> Ended);

/// <summary>One step of a survival curve.</summary>
/// <param name="Time">When something ended.</param>
/// <param name="AtRisk">How much was still watched just before.</param>
/// <param name="Ended">How much ended then.</param>
/// <param name="Survival">The part that outlives this moment.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SurvivalStep(double Time, double AtRisk, double Ended, double Survival);

/// <summary>
/// How long things last when many are still alive at the end: lines of code, merged changes. What is still alive counts
/// for as long as it was watched, and neither as lasting for ever nor as ended. What a case consists of may end together: the
/// error is that of cases (infinitesimal jackknife, which is Greenwood's formula where each case is one thing).
/// </summary>
public sealed class KaplanMeier
{
    private readonly IReadOnlyList<WatchedCase> _cases;

    private KaplanMeier(IReadOnlyList<WatchedCase> cases, IReadOnlyList<SurvivalStep> steps, double watched) =>
        (_cases, Steps, Watched) = (cases, steps, watched);

    /// <summary>The steps, in the order of time.</summary>
    public IReadOnlyList<SurvivalStep> Steps { get; }

    /// <summary>Up to when anything was watched; the curve says nothing of later.</summary>
    public double Watched { get; }

    /// <summary>Makes a curve.</summary>
    /// <param name="cases">Those of no weight are left out.</param>
    public static KaplanMeier Of(IEnumerable<WatchedCase> cases)
    {
        ArgumentNullException.ThrowIfNull(cases);
        var all = cases.Where(c => c.Weight > 0).ToList();
        if (!all.TrueForAll(c => c.Until >= 0 && double.IsFinite(c.Until) && c.Ended.Sum(e => e.Weight) <= c.Weight
            && c.Ended.All(e => e.Time >= 0 && e.Time <= c.Until && e.Weight >= 0)))
        {
            throw new ArgumentException("Times are finite and not negative, and no more ends than there is, while it is watched.", nameof(cases));
        }

        var ends = all.SelectMany(c => c.Ended).Where(e => e.Weight > 0).GroupBy(e => e.Time).OrderBy(g => g.Key)
            .Select(g => (Time: g.Key, Weight: g.Sum(e => e.Weight)));
        var left = all.Select(c => (c.Until, Weight: c.Weight - c.Ended.Sum(e => e.Weight))).OrderBy(c => c.Until).ToList();
        var steps = new List<SurvivalStep>();
        var (survival, atRisk, gone) = (1.0, all.Sum(c => c.Weight), 0);
        foreach (var (time, weight) in ends)
        {
            for (; gone < left.Count && left[gone].Until < time; gone++)
            {
                atRisk -= left[gone].Weight;
            }

            survival *= 1 - (weight / atRisk);
            steps.Add(new SurvivalStep(time, atRisk, weight, survival));
            atRisk -= weight;
        }

        return new KaplanMeier(all, steps, left.Count == 0 ? 0 : left[^1].Until);
    }

    /// <summary>The part that outlives a time; null when nothing was watched for so long.</summary>
    public double? At(double time) => time > Watched || _cases.Count == 0 ? null : StepsTo(time) is 0 ? 1 : Steps[StepsTo(time) - 1].Survival;

    /// <summary>The standard error of that part; zero where nothing or everything has ended.</summary>
    public double ErrorAt(double time)
    {
        var count = StepsTo(time);
        if (count == 0 || Steps[count - 1].Survival <= 0)
        {
            return 0;
        }

        // Of each step what a thing at risk adds to the logarithm of the survival, summed up to the step.
        var hazard = new double[count + 1];
        for (var i = 0; i < count; i++)
        {
            hazard[i + 1] = hazard[i] + (Steps[i].Ended / (Steps[i].AtRisk * (Steps[i].AtRisk - Steps[i].Ended)));
        }

        return Steps[count - 1].Survival * Math.Sqrt(_cases.Sum(c =>
        {
            var (influence, weight, from) = (0.0, c.Weight, 0);
            foreach (var (at, ended) in c.Ended.Where(e => e.Weight > 0 && e.Time <= time))
            {
                var to = StepsTo(at);
                influence += (weight * (hazard[to] - hazard[from])) - (ended / (Steps[to - 1].AtRisk - Steps[to - 1].Ended));
                (weight, from) = (weight - ended, to);
            }

            influence += weight * (hazard[Math.Max(from, StepsTo(Math.Min(c.Until, time)))] - hazard[from]);
            return influence * influence;
        }));
    }

    /// <summary>Where that part may lie (log-log transform of the error, which stays within 0 and 1).</summary>
    public Interval? IntervalAt(double time, double confidence = 0.95)
    {
        if (At(time) is not { } survival)
        {
            return null;
        }

        if (survival >= 1 || survival <= 0)
        {
            var watched = _cases.Count(c => c.Until >= time);
            return Proportion.Wilson(survival >= 1 ? watched : 0, watched, confidence);
        }

        var width = Normal.TwoSided(1 - confidence) * ErrorAt(time) / (survival * Math.Log(survival));
        return new Interval(Math.Pow(survival, Math.Exp(-width)), Math.Pow(survival, Math.Exp(width)));
    }

    /// <summary>How many steps there are up to a time.</summary>
    private int StepsTo(double time)
    {
        var (low, high) = (0, Steps.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Steps[middle].Time <= time ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
