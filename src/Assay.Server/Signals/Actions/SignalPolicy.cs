using System.Globalization;
using Assay.Server.Hosting;
using Assay.Signals.Sessions;

namespace Assay.Server.Signals.Actions;

/// <summary>What the configuration says should follow on each kind of signal.</summary>
internal sealed class SignalPolicy(SignalsConfig config)
{
    private readonly Dictionary<string, SignalAction> _actions =
        config.Actions.ToDictionary(each => each.Key, each => SignalActions.Words[each.Value], StringComparer.Ordinal);

    public SignalsConfig Config => config;

    /// <summary>Whether any call can ever feel a signal.</summary>
    public bool MayBeFelt => _actions.Values.Any(action => action.IsFelt());

    public SessionSettings Sessions { get; } = new()
    {
        CostMax = double.Parse(config.SessionUsdPerMinute, CultureInfo.InvariantCulture),
        RepeatsMax = config.SessionRepeats,
    };

    /// <summary>What is done about a signal, and to whose calls.</summary>
    /// <param name="kind">The signal's kind.</param>
    /// <param name="on">Whose calls it came from, the most particular first; empty when it concerns no single person.</param>
    public (SignalAction Action, string On) For(string kind, ActionTargets on)
    {
        var action = _actions.GetValueOrDefault(kind, SignalAction.Notify);
        if (!action.IsFelt())
        {
            return (action, "");
        }

        // What a team, a use or a model spends is nobody's calls in particular.
        if (on.IsNobody)
        {
            return (SignalAction.Notify, "");
        }

        // All that a person does is never stopped: it is slowed where no session and no key is the cause.
        return action == SignalAction.Stop && on.Narrow.Length == 0
            ? (SignalAction.RateLimit, on.Person)
            : (action, on.Narrow.Length > 0 ? on.Narrow : on.Person);
    }
}

/// <summary>Whose calls a signal came from.</summary>
/// <param name="Person"><c>person:…</c>; empty if of no single person.</param>
/// <param name="Narrow"><c>session:…</c> or <c>key:…</c>, where one explains it; else empty.</param>
internal readonly record struct ActionTargets(string Person, string Narrow)
{
    public bool IsNobody => Person.Length == 0;

    public static string OfPerson(string person) => $"person:{person}";

    public static string OfKey(string key) => $"key:{key}";

    public static string OfSession(string person, string session) => $"session:{person}/{session}";
}
