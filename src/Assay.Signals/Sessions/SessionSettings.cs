namespace Assay.Signals.Sessions;

/// <summary>When a conversation counts as one that runs away. An operator may set both; docs/signals.md gives reasons.</summary>
public sealed record SessionSettings
{
    /// <summary>What a session may spend within about a minute, in dollars.</summary>
    public double CostMax { get; init; } = 20;

    /// <summary>So many calls in a row, without a human turn between, whose new text says nearly what was just said.</summary>
    public int RepeatsMax { get; init; } = 40;

    /// <summary>A session that was silent for so long is forgotten, in minutes.</summary>
    public int QuietMinutes { get; init; } = 60;

    /// <summary>So many sessions are watched at once; who comes when there is no room is not.</summary>
    public int SessionsMax { get; init; } = 200_000;
}
