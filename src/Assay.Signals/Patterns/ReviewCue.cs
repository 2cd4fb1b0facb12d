namespace Assay.Signals.Patterns;

/// <summary>One day on which a pattern was seen.</summary>
/// <param name="Day">The day, as days since 1970 of the org's time zone.</param>
/// <param name="Calls">The calls in question.</param>
/// <param name="Of">The calls they were compared with.</param>
/// <param name="Measure">The pattern's own number: a share, a length, a ratio; docs/signals.md says which.</param>
/// <param name="CostUsd">What the calls in question cost.</param>
/// <param name="Tokens">Their tokens.</param>
/// <param name="Weight">1, or less when the work was declared and something came of it.</param>
public sealed record CueDay(int Day, int Calls, int Of, double Measure, double CostUsd, long Tokens, double Weight);

/// <summary>
/// Something that a person should be asked about: what was seen, on which days, how much of it, what it cost. It is a
/// reason to ask, not a verdict.
/// </summary>
/// <param name="Person">Whose calls.</param>
/// <param name="Kind">What was seen.</param>
/// <param name="Days">The days, oldest first.</param>
public sealed record ReviewCue(string Person, PatternKind Kind, IReadOnlyList<CueDay> Days)
{
    /// <summary>
    /// The most tokens that one agent which works without a pause uses in a day: 28.3 seconds and 153,700 tokens a step, as
    /// measured on 357,161 steps (TraceLab).
    /// </summary>
    public const double AgentDayTokens = 469e6;

    /// <summary>On the last day: how alike each text was to those before it, for cues that are about that; else empty.</summary>
    public IReadOnlyList<Likeness> Alike { get; init; } = [];

    /// <summary>What the calls in question cost on all days.</summary>
    public double CostUsd => Days.Sum(day => day.CostUsd);

    /// <summary>The day of most tokens, told as that many agents which never pause.</summary>
    public double AlwaysOnAgents => Days.Max(day => day.Tokens) / AgentDayTokens;
}
