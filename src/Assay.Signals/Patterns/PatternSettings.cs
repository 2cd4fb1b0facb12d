namespace Assay.Signals.Patterns;

/// <summary>
/// The thresholds of the review cues. There is one set for everybody, <see cref="Standard"/>, and it is shown to
/// everybody: docs/signals.md gives each its reason.
/// </summary>
public sealed record PatternSettings
{
    /// <summary>The thresholds in use.</summary>
    public static PatternSettings Standard { get; } = new();

    /// <summary>For how many days a day with a cue is remembered.</summary>
    public int WindowDays { get; init; } = 7;

    /// <summary>On how many of these days a cue must be seen; days with declared work that led to something count half.</summary>
    public double DaysMin { get; init; } = 2;

    /// <summary>What the calls in question must have cost on these days together, in dollars.</summary>
    public double CostMin { get; init; } = 5;

    /// <summary>So many near-duplicate asks a day.</summary>
    public int RepeatsMin { get; init; } = 12;

    /// <summary>The part of a day's asks that must be near duplicates.</summary>
    public double RepeatsShare { get; init; } = 0.5;

    /// <summary>So many calls in a session without a human turn between; of honest sessions 1 % have more than 133.</summary>
    public int LoopCalls { get; init; } = 140;

    /// <summary>The part of those calls whose new text says nearly what was said before.</summary>
    public double LoopRepeats { get; init; } = 0.45;

    /// <summary>So many new tokens in one call of a warm conversation; of honest calls 5 % bring more than 11,000.</summary>
    public int PaddingTokens { get; init; } = 18_000;

    /// <summary>How many tokens come back for one that was added, at most.</summary>
    public double PaddingReturn { get; init; } = 0.03;

    /// <summary>So many padded calls a day.</summary>
    public int PaddingCalls { get; init; } = 4;

    /// <summary>The part of the calls in running conversations, or of the day's cost.</summary>
    public double PaddingShare { get; init; } = 0.2;

    /// <summary>How many standard deviations a session's usual answer is longer than others' sessions for the same use.</summary>
    public double VerbosityDeviations { get; init; } = 3;

    /// <summary>So many tokens the usual answer must have at least.</summary>
    public int VerbosityTokens { get; init; } = 900;

    /// <summary>
    /// The part that a session's answers are of all that it is about, its longest input: who has long documents looked through gets
    /// long answers for a reason.
    /// </summary>
    public double VerbosityShare { get; init; } = 0.25;

    /// <summary>Answers in a session before it is judged.</summary>
    public int VerbosityCalls { get; init; } = 6;

    /// <summary>So many sessions with nearly the same task within <see cref="FanOutMinutes"/>.</summary>
    public int FanOutSessions { get; init; } = 6;

    /// <summary>Sessions begun within so many minutes belong together.</summary>
    public int FanOutMinutes { get; init; } = 30;

    /// <summary>So many calls a day that read nothing from a cache that should be warm.</summary>
    public int BustedCalls { get; init; } = 20;

    /// <summary>The part of the calls in running conversations.</summary>
    public double BustedShare { get; init; } = 0.3;

    /// <summary>After so many seconds a cache may be cold.</summary>
    public int WarmSeconds { get; init; } = 240;

    /// <summary>Days whose totals are so near each other, as a ratio, are bunched.</summary>
    public double BunchingRatio { get; init; } = 1.03;

    /// <summary>Smaller days are not compared: no rank begins there.</summary>
    public long BunchingTokens { get; init; } = 5_000_000;

    /// <summary>So many of the last 7 days with any use must be bunched.</summary>
    public int BunchingDays { get; init; } = 4;

    /// <summary>When so many people of a team miss their caches on one day, the cause is a setting and no one's habit.</summary>
    public int BustedPeople { get; init; } = 3;

    /// <summary>So many times their own usual day.</summary>
    public double RiseRatio { get; init; } = 1.6;

    /// <summary>On so many days.</summary>
    public double RiseDays { get; init; } = 3;

    /// <summary>Dollars a day beyond the usual.</summary>
    public double RiseCost { get; init; } = 8;

    /// <summary>The part of the spend without declared work; who never declares is not judged by it.</summary>
    public double UndeclaredShare { get; init; } = 0.6;
}
