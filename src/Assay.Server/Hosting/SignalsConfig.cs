namespace Assay.Server.Hosting;

/// <summary>What follows on signals: told to the person, and nothing else, where silent.</summary>
public sealed class SignalsConfig
{
    /// <summary>
    /// By kind of signal: <c>off</c>, <c>notify</c>, <c>ask</c>, <c>slow</c>, <c>work-ref</c>, <c>rate-limit</c> or <c>stop</c>.
    /// </summary>
    public IDictionary<string, string> Actions { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>For how long calls feel it, unless the person answers or somebody lifts it.</summary>
    public int HoldMinutes { get; set; } = 60;

    /// <summary>With <c>slow</c>: how long each call waits.</summary>
    public int SlowSeconds { get; set; } = 5;

    /// <summary>With <c>rate-limit</c>: how many calls a minute are left.</summary>
    public int CallsPerMinute { get; set; } = 6;

    /// <summary>A session that spends more within a minute is told of as <c>session-cost</c>; in USD.</summary>
    public string SessionUsdPerMinute { get; set; } = "20";

    /// <summary>A session that says nearly the same so often in a row is told of as <c>session-loop</c>.</summary>
    public int SessionRepeats { get; set; } = 40;
}
