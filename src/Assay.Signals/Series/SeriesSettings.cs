namespace Assay.Signals.Series;

/// <summary>
/// How a series is judged. There is one set for every series, in production and in every evaluation:
/// <see cref="Standard"/>. Rates are per observation; the larger, the faster something is learned and forgotten.
/// </summary>
public sealed record SeriesSettings
{
    /// <summary>The one configuration in use; docs/signals.md says how it was chosen.</summary>
    public static SeriesSettings Standard { get; } = new();

    /// <summary>How fast the level of now follows: about the last 20 observations.</summary>
    public double FastRate { get; init; } = 0.05;

    /// <summary>How fast the usual level and its spread follow: about the last 2,000 observations.</summary>
    public double SlowRate { get; init; } = 0.0005;

    /// <summary>How fast an hour of the day is learned, once it is known at all.</summary>
    public double HourRate { get; init; } = 0.02;

    /// <summary>How fast a day of the week is learned, once it is known at all.</summary>
    public double DayRate { get; init; } = 0.002;

    /// <summary>From how many standard deviations something is unusual.</summary>
    public double Threshold { get; init; } = 2.75;

    /// <summary>The weight of a change of level that the time of day and week does not explain.</summary>
    public double SeasonalWeight { get; init; } = 0.8;

    /// <summary>The weight of a single observation: heavy tails make one far value common.</summary>
    public double PointWeight { get; init; } = 0.4;

    /// <summary>Observations before the first alert.</summary>
    public int WarmUp { get; init; } = 50;

    /// <summary>After an alert the series keeps still for this part of what it has seen, within the two bounds below.</summary>
    public double CoolDownShare { get; init; } = 0.1;

    /// <summary>The shortest stillness after an alert, in observations.</summary>
    public int CoolDownMin { get; init; } = 20;

    /// <summary>The longest stillness after an alert, in observations.</summary>
    public int CoolDownMax { get; init; } = 150;
}
