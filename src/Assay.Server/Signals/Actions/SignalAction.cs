using Assay.Server.Hosting;

namespace Assay.Server.Signals.Actions;

/// <summary>What is done when something unusual is seen, the mildest first.</summary>
internal enum SignalAction : byte
{
    /// <summary>It is listed, and nobody is told.</summary>
    Off,

    /// <summary>The person is told.</summary>
    Notify,

    /// <summary>Answers to their calls lead to the question, too.</summary>
    Ask,

    /// <summary>Each call waits for a few seconds.</summary>
    Slow,

    /// <summary>Calls have to name the work that they serve.</summary>
    WorkRef,

    /// <summary>Only so many calls a minute.</summary>
    RateLimit,

    /// <summary>No calls.</summary>
    Stop,
}

/// <summary>The words by which actions are configured, stored and shown.</summary>
internal static class SignalActions
{
    public static readonly IReadOnlyDictionary<string, SignalAction> Words =
        Enum.GetValues<SignalAction>().ToDictionary(Word, action => action, StringComparer.Ordinal);

    public static string Word(SignalAction action) => action switch
    {
        SignalAction.Off => "off",
        SignalAction.Notify => "notify",
        SignalAction.Ask => "ask",
        SignalAction.Slow => "slow",
        SignalAction.WorkRef => "work-ref",
        SignalAction.RateLimit => "rate-limit",
        _ => "stop",
    };

    /// <summary>What calls feel, in a sentence without its end.</summary>
    public static string Say(Signal signal, SignalsConfig config)
    {
        var whose = signal.ActionOn.StartsWith("session:", StringComparison.Ordinal) ? "of this session"
            : signal.ActionOn.StartsWith("key:", StringComparison.Ordinal) ? "with this key"
            : "of this person";
        return signal.Action switch
        {
            SignalAction.Ask => $"Answers to calls {whose} lead here, in the header x-assay-signal",
            SignalAction.Slow => $"Each call {whose} waits {config.SlowSeconds} seconds",
            SignalAction.WorkRef => $"Calls {whose} have to name the work they serve, as x-assay-work: JIRA-12",
            SignalAction.RateLimit => $"{config.CallsPerMinute} calls a minute {whose} pass",
            _ => $"Calls {whose} are refused",
        };
    }

    /// <summary>Whether calls feel it, so that it has an end and can be lifted.</summary>
    public static bool IsFelt(this SignalAction action) => action >= SignalAction.Ask;
}
