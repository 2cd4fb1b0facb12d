using Assay.Server.Directory;
using Assay.Server.Signals;
using Assay.Sim.Workforce;

namespace Assay.Demo.Past;

/// <summary>What somebody says to a signal.</summary>
internal sealed record PastAnswer(long AtMs, Person Who, SignalAnswer Answer, string Text);

/// <summary>
/// What the people of the past say when they are asked: they know what they did, as the simulation does. Some never answer, as
/// those mostly who work for the count.
/// </summary>
internal sealed class PastAnswers(DemoPast past, DirectorySnapshot directory, int seed)
{
    private const long HourMs = 3_600_000;

    private readonly Random _random = new(seed + 401);

    /// <summary>Who will answer, when and what; null if nobody does.</summary>
    public PastAnswer? To(Signal signal)
    {
        var incident = past.Company.Incidents.FirstOrDefault(incident => Caused(incident, signal));
        var kind = Kind(signal);
        var (answer, text) = incident is not null ? Say(incident.Kind)
            : signal.PersonId.Length == 0 ? (SignalAnswer.Unclear, "I have asked the team what has changed.")
            : Say(kind);
        var atMs = signal.AtMs + (long)(HourMs * Math.Pow(_random.NextDouble(), 2) * 20) + 120_000;
        return _random.NextDouble() < (incident is null && kind.IsGaming() ? 0.35 : 0.75) && Owner(signal) is { } who
            ? new PastAnswer(atMs, who, answer, text)
            : null;
    }

    /// <summary>Whether an incident was under way where a signal was seen.</summary>
    public bool Caused(WorkIncident incident, Signal signal)
    {
        var players = past.Cast.Seats.Where(seat => incident.Person >= 0 ? seat.Truth.Index == incident.Person : seat.Truth.Team == incident.Team);
        return signal.AtMs >= incident.FromMs && signal.AtMs <= incident.ToMs + HourMs
            && players.Any(seat => signal.PersonId.Length == 0 ? incident.Person < 0 || seat.Team == signal.TeamId : IdOf(seat) == signal.PersonId);
    }

    /// <summary>What the person is whom a signal is about; an agent's is that of who plays it.</summary>
    public WorkKind Kind(Signal signal)
    {
        var isAgent = signal.Cause.StartsWith("agent:", StringComparison.Ordinal);
        return past.Cast.Seats.FirstOrDefault(seat => IdOf(seat) == signal.PersonId && seat.Key.OwnerIsAgent == isAgent)?.Truth.Kind ?? WorkKind.Ordinary;
    }

    private string IdOf(PastSeat seat) => past.Names.Identity(seat, isAgent: false).PersonId;

    /// <summary>The person, or who answers for the team.</summary>
    private Person? Owner(Signal signal)
    {
        if (signal.PersonId.Length > 0)
        {
            return directory.FindPerson(signal.PersonId);
        }

        var above = directory.Teams.PathOf(signal.TeamId).SelectMany(directory.Managers.Of).Concat(directory.Managers.Treasurers);
        return above.FirstOrDefault() is { } id ? directory.FindPerson(id) : null;
    }

    private static (SignalAnswer Answer, string Text) Say(string incident) => incident switch
    {
        "runaway" => (SignalAnswer.Mistake, "An agent of mine went round in a circle. I have stopped it."),
        "leaked-key" => (SignalAnswer.Mistake, "That was not me: the key stood in a build log. I have asked for another one."),
        "retry-storm" => (SignalAnswer.Mistake, "My script tried again without a pause. It waits now."),
        "wrong-model" => (SignalAnswer.Mistake, "The new settings asked for the large model. They are back to the usual one."),
        _ => (SignalAnswer.Mistake, "The last update of the tool had switched caches off. It is on again."),
    };

    private (SignalAnswer Answer, string Text) Say(WorkKind kind) => kind switch
    {
        WorkKind.Migration => (SignalAnswer.Planned, "We are moving the tariff tables: every file is touched until the end of next week."),
        WorkKind.BuildAgent => (SignalAnswer.Expected, "This agent runs with every build, and each run is reported."),
        WorkKind.OnCall => (SignalAnswer.Planned, "I was on call, and the depot import was down."),
        WorkKind.DocumentReview => (SignalAnswer.Expected, "I read long contracts; that is my work."),
        WorkKind.EvaluationSuite => (SignalAnswer.Planned, "Our questions against the new models, once a sprint."),
        WorkKind.Learner => (SignalAnswer.Expected, "I am new here and ask a lot."),
        WorkKind.Swarm => (SignalAnswer.Planned, "Several agents, each with a part of the same refactoring."),
        _ when kind.IsGaming() => (SignalAnswer.Unclear, "I cannot say what that was."),
        _ => _random.Next(3) == 0
            ? (SignalAnswer.Planned, "The release had to go out this week.")
            : (SignalAnswer.Expected, "A long day of ordinary work."),
    };
}
