using System.Runtime.InteropServices;

namespace Assay.Outcomes.Statistics;

/// <summary>One step of a survival curve.</summary>
/// <param name="Time">When something ended.</param>
/// <param name="AtRisk">How many were still watched just before.</param>
/// <param name="Ended">How many ended then.</param>
/// <param name="Survival">The part that outlives this moment.</param>
/// <param name="Error">Greenwood's standard error of it.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SurvivalStep(double Time, int AtRisk, int Ended, double Survival, double Error);

/// <summary>
/// How long things last when many are still alive at the end: lines of code, merged changes. What is still alive counts
/// for as long as it was watched, and neither as lasting for ever nor as ended.
/// </summary>
public sealed class KaplanMeier
{
    private KaplanMeier(IReadOnlyList<SurvivalStep> steps, int cases, double watched) =>
        (Steps, Cases, Watched) = (steps, cases, watched);

    /// <summary>The steps, in the order of time.</summary>
    public IReadOnlyList<SurvivalStep> Steps { get; }

    /// <summary>How many cases there were.</summary>
    public int Cases { get; }

    /// <summary>Up to when anything was watched; the curve says nothing of later.</summary>
    public double Watched { get; }

    /// <summary>Makes a curve.</summary>
    /// <param name="cases">For each case how long it was seen alive, and whether it then ended.</param>
    public static KaplanMeier Of(IEnumerable<(double Time, bool Ended)> cases)
    {
        ArgumentNullException.ThrowIfNull(cases);
        var sorted = cases.OrderBy(c => c.Time).ToList();
        if (sorted.Count > 0 && !(sorted[0].Time >= 0 && double.IsFinite(sorted[^1].Time)))
        {
            throw new ArgumentException("Times are finite and not negative.", nameof(cases));
        }

        var steps = new List<SurvivalStep>();
        var (survival, greenwood) = (1.0, 0.0);
        for (var i = 0; i < sorted.Count;)
        {
            var (time, atRisk, ended) = (sorted[i].Time, sorted.Count - i, 0);
            for (; i < sorted.Count && sorted[i].Time == time; i++)
            {
                ended += sorted[i].Ended ? 1 : 0;
            }

            if (ended > 0)
            {
                survival *= 1 - ((double)ended / atRisk);
                greenwood += atRisk == ended ? 0 : (double)ended / ((double)atRisk * (atRisk - ended));
                steps.Add(new SurvivalStep(time, atRisk, ended, survival, survival * Math.Sqrt(greenwood)));
            }
        }

        return new KaplanMeier(steps, sorted.Count, sorted.Count == 0 ? 0 : sorted[^1].Time);
    }

    /// <summary>The part that outlives a time; null when nothing was watched for so long.</summary>
    public double? At(double time) => time > Watched || Cases == 0 ? null : Step(time)?.Survival ?? 1;

    /// <summary>Where that part may lie (log-log transform of Greenwood's error, which stays within 0 and 1).</summary>
    public Interval? IntervalAt(double time, double confidence = 0.95)
    {
        if (At(time) is not { } survival)
        {
            return null;
        }

        if (Step(time) is not { } step)
        {
            return Proportion.Wilson(Cases, Cases, confidence);
        }

        if (survival <= 0)
        {
            return Proportion.Wilson(0, step.AtRisk, confidence);
        }

        var width = Normal.TwoSided(1 - confidence) * step.Error / (survival * Math.Log(survival));
        return new Interval(Math.Pow(survival, Math.Exp(-width)), Math.Pow(survival, Math.Exp(width)));
    }

    private SurvivalStep? Step(double time)
    {
        SurvivalStep? last = null;
        foreach (var step in Steps)
        {
            if (step.Time > time)
            {
                break;
            }

            last = step;
        }

        return last;
    }
}
