using System.Runtime.InteropServices;

namespace Assay.Signals.Nab;

/// <summary>What the alerts in one or more series came to, before a profile weighs it.</summary>
/// <param name="Windows">Windows that can be found, i.e. that end after the probationary part.</param>
/// <param name="Found">Windows with an alert in them.</param>
/// <param name="Alerts">Alerts after the probationary part.</param>
/// <param name="FalseAlerts">Those outside all windows.</param>
/// <param name="Gain">The sum of the found windows' weights, each between 0 and 1: the earlier, the more.</param>
/// <param name="Loss">The sum of the false alerts' weights, each between 0 and -1: shortly after a window costs less.</param>
/// <param name="Delay">Rows from the left edge of each found window to its first alert, summed.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct NabTally(
    int Windows, int Found, int Alerts, int FalseAlerts, double Gain, double Loss, long Delay)
{
    /// <summary>The sum of two.</summary>
    public static NabTally operator +(NabTally a, NabTally b) => new(
        a.Windows + b.Windows,
        a.Found + b.Found,
        a.Alerts + b.Alerts,
        a.FalseAlerts + b.FalseAlerts,
        a.Gain + b.Gain,
        a.Loss + b.Loss,
        a.Delay + b.Delay);

    /// <summary>The sum of two.</summary>
    public static NabTally Add(NabTally a, NabTally b) => a + b;

    /// <summary>NAB's normalised score: 0 for a detector that never alerts, 100 for a perfect one; NaN without windows.</summary>
    public double Score(NabProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var raw = (Gain * profile.TruePositive) + (Loss * profile.FalsePositive) - ((Windows - Found) * profile.FalseNegative);
        var nothing = -Windows * profile.FalseNegative;
        var perfect = Windows * profile.TruePositive;
        return Windows == 0 ? double.NaN : 100 * (raw - nothing) / (perfect - nothing);
    }
}
