using System.Runtime.InteropServices;
using Assay.Outcomes.Statistics;

namespace Assay.Outcomes.Goodhart;

/// <summary>
/// When a measure becomes a target, it ceases to be a good measure. This watches when: it compares the weeks since a
/// metric became a target with those before, and asks whether the metric still stands for what it stood for.
/// </summary>
/// <remarks>
/// To be asked once a week. Probabilities of one look are adjusted for the number of questions (Bonferroni, with a weight), and
/// what the first four looks allow sums to 5 %: of metrics where nothing changes no more than one in twenty alarms in them.
/// </remarks>
public static class GoodhartAudit
{
    private const int Week = 7;
    private const double MainPart = 0.7;

    /// <summary>Looks once.</summary>
    /// <param name="input">What is known.</param>
    /// <param name="settings">How to look.</param>
    public static AuditReport Look(AuditInput input, AuditSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        settings ??= new AuditSettings();
        // Whole weeks: a window with one weekend more than another would differ by itself.
        var weeks = Math.Min((input.LastDay - input.TargetDay + 1) / Week, Math.Min(settings.WindowDays, settings.BaselineDays) / Week);
        var windowFrom = input.LastDay - (weeks * Week) + 1;
        var baselineFrom = input.TargetDay - (settings.BaselineDays / Week * Week);
        var units = Units(input, input.TargetDay - (weeks * Week), windowFrom);
        var report = new AuditReport
        {
            BaselineFrom = baselineFrom,
            WindowFrom = windowFrom,
            WindowTo = input.LastDay,
            Units = units.Count,
            Findings = [],
        };
        if (weeks < 1 || units.Count < settings.UnitsMin)
        {
            return report;
        }

        var draws = new Draws(settings.Seed);
        AuditFinding?[] answers =
        [
            Decoupling.Ask(units, UnitMove.Of(input, baselineFrom, windowFrom), settings, draws),
            CorrelationLoss.Ask(units, settings, draws),
            SizeShift.Ask(input, baselineFrom, windowFrom, settings, draws),
            Extremes.Ask(input, baselineFrom, windowFrom, Growth(units)),
            RatingDrop.Ask(input, baselineFrom, windowFrom, settings, draws),
            BunchingShift.Ask(input, baselineFrom, windowFrom, settings),
        ];
        var alpha = weeks switch { 1 => settings.AlphaFirst, 2 => settings.AlphaSecond, _ => settings.AlphaLate };
        var found = answers.OfType<AuditFinding>().ToList();
        return report with
        {
            Findings = [.. found.Select(f =>
            {
                var adjusted = Math.Min(1, f.Probability / Part(f, found));
                return f with { Adjusted = adjusted, IsAlarm = adjusted <= alpha };
            })],
        };
    }

    // Of the alarms that are allowed where nothing changed, decoupling, which asks what matters, has most; the others share the rest.
    private static double Part(AuditFinding finding, List<AuditFinding> all)
    {
        var hasMain = all.Exists(f => f.Question == AuditQuestion.Decoupling);
        return finding.Question == AuditQuestion.Decoupling ? (all.Count == 1 ? 1 : MainPart)
            : hasMain ? (1 - MainPart) / (all.Count - 1)
            : 1.0 / all.Count;
    }

    private static double Growth(List<UnitSums> units)
    {
        var before = units.Sum(u => u.GoldBefore);
        return before > 0 ? units.Sum(u => u.GoldAfter) / before : 1;
    }

    private static List<UnitSums> Units(AuditInput input, long beforeFrom, long windowFrom)
    {
        var sums = new Dictionary<string, UnitSums>(StringComparer.Ordinal);
        foreach (var day in input.Days)
        {
            if (!(day.Proxy >= 0 && day.Gold >= 0 && double.IsFinite(day.Proxy + day.Gold)))
            {
                throw new ArgumentException("Metrics are finite and not negative.", nameof(input));
            }

            var isBefore = day.Day >= beforeFrom && day.Day < input.TargetDay;
            if (!isBefore && (day.Day < windowFrom || day.Day > input.LastDay))
            {
                continue;
            }

            var sum = sums.GetValueOrDefault(day.Unit);
            sums[day.Unit] = isBefore
                ? sum with { ProxyBefore = sum.ProxyBefore + day.Proxy, GoldBefore = sum.GoldBefore + day.Gold }
                : sum with { ProxyAfter = sum.ProxyAfter + day.Proxy, GoldAfter = sum.GoldAfter + day.Gold };
        }

        return [.. sums.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => s.Value)];
    }
}

/// <summary>One unit's sums over two windows of one length, one just before the target and one of now.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct UnitSums(double ProxyBefore, double ProxyAfter, double GoldBefore, double GoldAfter);
