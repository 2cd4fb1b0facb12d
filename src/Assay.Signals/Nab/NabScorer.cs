namespace Assay.Signals.Nab;

/// <summary>
/// Counts alerts by the published rules of the Numenta Anomaly Benchmark (numenta/NAB, <c>nab/sweeper.py</c>): the first
/// 15 % of a series, at most 750 rows, are probationary and do not count; in a window only the earliest alert counts,
/// the earlier the more; each alerted row outside costs, shortly after a window less.
/// </summary>
public static class NabScorer
{
    private const double Steepness = 5;
    private const double FarAway = 3;

    /// <summary>How many rows at the start of a series do not count.</summary>
    public static int ProbationRows(int rows) => (int)Math.Min(Math.Floor(0.15 * rows), 750);

    /// <summary>Counts the alerts in one series.</summary>
    /// <param name="rows">The rows of the series.</param>
    /// <param name="windows">The labelled windows: first and last row, in order, without overlap.</param>
    /// <param name="alerts">The rows with an alert, ascending.</param>
    public static NabTally Count(int rows, IReadOnlyList<(int First, int Last)> windows, IReadOnlyList<int> alerts)
    {
        ArgumentNullException.ThrowIfNull(windows);
        ArgumentNullException.ThrowIfNull(alerts);
        var probation = ProbationRows(rows);
        var tally = new NabTally { Windows = windows.Count(w => w.Last >= probation) };
        var (next, foundWindow) = (0, -1);
        foreach (var row in alerts.Where(row => row >= probation))
        {
            while (next < windows.Count && windows[next].Last < row)
            {
                next++;
            }

            tally = tally with { Alerts = tally.Alerts + 1 };
            if (next < windows.Count && row >= windows[next].First)
            {
                // Later alerts in the window are worth less than the first, and NAB takes the best.
                if (foundWindow != next)
                {
                    foundWindow = next;
                    tally = tally with
                    {
                        Found = tally.Found + 1,
                        Gain = tally.Gain + Gain(windows[next], row),
                        Delay = tally.Delay + row - windows[next].First,
                    };
                }
            }
            else
            {
                var loss = next == 0 ? -1 : Loss(windows[next - 1], row);
                tally = tally with { FalseAlerts = tally.FalseAlerts + 1, Loss = tally.Loss + loss };
            }
        }

        return tally;
    }

    private static double Gain((int First, int Last) window, int row)
    {
        var width = window.Last - window.First + 1.0;
        return Weight(-(window.Last - row + 1) / width) / Weight(-1);
    }

    private static double Loss((int First, int Last) window, int row)
    {
        var width = window.Last - window.First + 1.0;
        return Weight((row - window.Last) / Math.Max(1, width - 1));
    }

    private static double Weight(double position) =>
        position >= FarAway ? -1 : (2 / (1 + Math.Exp(Steepness * position))) - 1;
}
