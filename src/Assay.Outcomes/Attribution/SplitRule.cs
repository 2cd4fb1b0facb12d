using System.Runtime.InteropServices;

namespace Assay.Outcomes.Attribution;

/// <summary>How one session's spend is divided when it served several outcomes. Applied when asked, never stored.</summary>
public enum SplitRule
{
    /// <summary>Each call goes to the first commit after it, as in a ledger; what comes after the last commit goes to that, as inferred.</summary>
    NextAnchor,

    /// <summary>All goes to what was touched first.</summary>
    First,

    /// <summary>All goes to what was touched last.</summary>
    Last,

    /// <summary>All that was touched gets the same.</summary>
    Linear,

    /// <summary>By lines changed; the same for all where no lines are known.</summary>
    LineWeighted,
}

/// <summary>Something that a call may have served.</summary>
/// <param name="Outcome">The outcome's position, or -1 for none.</param>
/// <param name="Reason">Why none.</param>
/// <param name="AtMs">When it was touched.</param>
/// <param name="Lines">How many lines.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Touch(int Outcome, UnattributedReason Reason, long AtMs, long Lines);

/// <summary>What each rule gives to each touch.</summary>
internal static class SplitRules
{
    public static ReadOnlySpan<SplitRule> All =>
        [SplitRule.NextAnchor, SplitRule.First, SplitRule.Last, SplitRule.Linear, SplitRule.LineWeighted];

    /// <summary>Writes a weight for each touch; at least one is above zero.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="touches">At least one, in the order of time.</param>
    /// <param name="atMs">When the call was.</param>
    /// <param name="weights">As long as the touches.</param>
    public static void Weigh(SplitRule rule, ReadOnlySpan<Touch> touches, long atMs, Span<long> weights)
    {
        weights.Clear();
        switch (rule)
        {
            case SplitRule.First:
                weights[0] = 1;
                break;
            case SplitRule.Last:
                weights[^1] = 1;
                break;
            case SplitRule.Linear:
                Linear(touches, weights);
                break;
            case SplitRule.LineWeighted:
                var lines = 0L;
                for (var i = 0; i < touches.Length; i++)
                {
                    lines += weights[i] = Math.Clamp(touches[i].Lines, 0, int.MaxValue);
                }

                if (lines == 0)
                {
                    Linear(touches, weights);
                }

                break;
            default:
                weights[Next(touches, atMs) ?? touches.Length - 1] = 1;
                break;
        }
    }

    /// <summary>The first touch at or after a time.</summary>
    public static int? Next(ReadOnlySpan<Touch> touches, long atMs)
    {
        for (var i = 0; i < touches.Length; i++)
        {
            if (touches[i].AtMs >= atMs)
            {
                return i;
            }
        }

        return null;
    }

    // The same for each outcome, however often it was touched; commits that led nowhere count as one.
    private static void Linear(ReadOnlySpan<Touch> touches, Span<long> weights)
    {
        for (var i = 0; i < touches.Length; i++)
        {
            var seen = false;
            for (var j = 0; j < i && !seen; j++)
            {
                seen = touches[j].Outcome == touches[i].Outcome;
            }

            weights[i] = seen ? 0 : 1;
        }
    }
}
