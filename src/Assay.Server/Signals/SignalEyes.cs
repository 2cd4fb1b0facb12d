using System.Globalization;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Server.Directory;
using Assay.Server.Outcomes;
using Assay.Server.Signals.Actions;
using Assay.Signals.Memory;
using Assay.Signals.Patterns;
using Assay.Signals.Sessions;
using Assay.Signals.Spikes;

namespace Assay.Server.Signals;

/// <summary>
/// The detectors with names for what they number, and their findings as signals. One thread looks; what they have learned
/// lives in this process.
/// </summary>
internal sealed class SignalEyes(DirectorySnapshots directory, TimeZoneInfo zone, TimeProvider clock, SessionSettings sessions)
{
    // A key explains a rise when so much of it comes from it.
    private const double KeyShare = 0.9;

    private const long HourMs = 3_600_000;

    private SpikeBoard _spikes = new(SpikeSettings.Standard);
    private PatternBoard _patterns = new(PatternSettings.Standard);
    private readonly SessionBoard _sessions = new(sessions);
    private DeclaredWork _work = new();
    private Numbering[] _names = NoNames();

    /// <summary>A signal, and whether it is to be told or only to be listed.</summary>
    /// <param name="Targets">Whose calls it came from.</param>
    /// <param name="NowMs">When it was found.</param>
    public sealed record Finding(Signal Signal, bool IsTold, ActionTargets Targets, long NowMs);

    /// <summary>Looks at a settled call.</summary>
    public IReadOnlyList<Finding> See(in SettledCall call)
    {
        var facts = call.Facts;
        var endMs = facts.StartedAtMs + facts.DurationMs;
        var usd = (double)facts.Cost.Nanos / NanoUsd.PerDollar;
        var local = endMs + (long)zone.GetUtcOffset(DateTimeOffset.FromUnixTimeMilliseconds(endMs)).TotalMilliseconds;
        var spike = new SpikeCall(
            endMs,
            usd,
            facts.Counts.TotalTokens,
            Number(SpikeScopeKind.Key, facts.KeyId),
            Number(SpikeScopeKind.Agent, facts.AgentId),
            Number(SpikeScopeKind.Person, facts.PersonId),
            Number(SpikeScopeKind.Team, facts.TeamId),
            Number(SpikeScopeKind.UseCase, facts.UseCase),
            Number(SpikeScopeKind.Model, facts.Model))
        {
            Session = Conversation(facts),
            Input = facts.Counts.UncachedInputTokens + facts.Counts.CacheWriteTokens + facts.Counts.CacheReadTokens,
            CacheRead = facts.Counts.CacheReadTokens,
            CacheWrite = facts.Counts.CacheWriteTokens,
        };
        Span<int> above = stackalloc int[Math.Max(0, Math.Min(16, call.TeamPath.Count - 1))];
        for (var i = 0; i < above.Length; i++)
        {
            above[i] = Number(SpikeScopeKind.Team, call.TeamPath[i + 1]);
        }

        // Nearly always nothing is found.
        List<Finding>? found = null;
        var incidents = _spikes.See(spike, local / HourMs, above);
        for (var i = 0; i < incidents.Count; i++)
        {
            (found ??= []).Add(Spike(incidents[i], facts));
        }

        var today = (int)(local / (24 * HourMs));
        _work.See(facts.WorkRef, facts.PersonId, today);
        var seen = new CallSeen(
            facts.StartedAtMs,
            spike.Session,
            spike.UseCase,
            facts.WorkRef.Length > 0,
            call.IsHuman,
            facts.Counts.UncachedInputTokens + facts.Counts.CacheWriteTokens,
            facts.Counts.CacheReadTokens,
            facts.Counts.TotalOutputTokens,
            usd,
            call.Sketch);
        var cues = _patterns.See(facts.PersonId, spike.Team, today, seen, spike.Person);
        for (var i = 0; i < cues.Count; i++)
        {
            (found ??= []).Add(Cue(cues[i]));
        }

        if (_sessions.See(facts.PersonId, facts.Session, seen) is { } runaway)
        {
            (found ??= []).Add(Session(runaway, facts, endMs));
        }

        return (IReadOnlyList<Finding>?)found ?? [];
    }

    /// <summary>
    /// Something came of somebody's work: it counts for its author, and for whoever declared that they worked on it.
    /// </summary>
    public void Accepted(Outcome outcome)
    {
        var day = DayOf(DateTimeOffset.FromUnixTimeMilliseconds(outcome.State.AcceptedMs ?? outcome.AtMs));
        foreach (var person in _work.By([outcome.Ref, .. outcome.WorkRefs]).Append(outcome.PersonId).Distinct(StringComparer.Ordinal))
        {
            if (person.Length > 0)
            {
                _patterns.Outcome(person, day);
            }
        }
    }

    /// <summary>Ends the day if it has ended and nobody has called since.</summary>
    public IReadOnlyList<Finding> LookAtDay()
    {
        var today = DayOf(clock.GetUtcNow());
        var cues = _patterns.AdvanceTo(today);
        _work.Forget(today);
        return [.. cues.Select(Cue)];
    }

    private int DayOf(DateTimeOffset at) => (int)(TimeZoneInfo.ConvertTime(at, zone).DateTime - DateTime.UnixEpoch).TotalDays;

    /// <summary>What somebody said is as it should be becomes usual.</summary>
    public void Teach(Signal signal)
    {
        var at = signal.Cause.IndexOf(':', StringComparison.Ordinal);
        if (at > 0 && s_kinds.TryGetValue(signal.Cause[..at], out var kind))
        {
            _spikes.Teach(new SpikeScope(kind, Number(kind, signal.Cause[(at + 1)..])));
        }
    }

    public void ForgetSketches()
    {
        _patterns.ForgetSketches();
        _sessions.ForgetSketches();
    }

    /// <summary>Writes what was learned: numbers, and names of what they are about.</summary>
    public void Save(IMemoryWriter to)
    {
        foreach (var names in _names)
        {
            names.Save(to);
        }

        _work.Save(to);
        _spikes.Save(to);
        _patterns.Save(to);
    }

    /// <summary>Reads it; if that fails, nothing is known, as before.</summary>
    public void Load(IMemoryReader from)
    {
        var (names, work, spikes, patterns) = (NoNames(), new DeclaredWork(), new SpikeBoard(SpikeSettings.Standard), new PatternBoard(PatternSettings.Standard));
        foreach (var each in names)
        {
            each.Load(from);
        }

        work.Load(from);
        spikes.Load(from);
        patterns.Load(from);
        (_names, _work, _spikes, _patterns) = (names, work, spikes, patterns);
    }

    private static Numbering[] NoNames() => [.. Enum.GetValues<SpikeScopeKind>().Select(_ => new Numbering())];

    private static readonly Dictionary<string, SpikeScopeKind> s_kinds =
        Enum.GetValues<SpikeScopeKind>().ToDictionary(Word, kind => kind, StringComparer.Ordinal);

    private static string Word(SpikeScopeKind kind) => kind switch
    {
        SpikeScopeKind.UseCase => "use",
        SpikeScopeKind.Company => "org",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private static ulong Conversation(UsageEvent facts) =>
        facts.Session.Length == 0 ? 0 : 1 | (ulong)string.GetHashCode(facts.Session, StringComparison.Ordinal) << 1;

    private int Number(SpikeScopeKind kind, string name) => kind == SpikeScopeKind.Company ? 1 : _names[(int)kind][name];

    private string Name(SpikeScope scope) =>
        scope.Kind == SpikeScopeKind.Company ? Team.OrgId : _names[(int)scope.Kind].Name(scope.Number);

    private Finding Spike(SpikeIncident incident, UsageEvent facts)
    {
        var (kind, name) = (incident.Cause.Kind, Name(incident.Cause));
        var isPersonal = kind is SpikeScopeKind.Person or SpikeScopeKind.Key or SpikeScopeKind.Agent;
        var span = Span(incident.HorizonSeconds);
        return new Finding(
            new Signal
            {
                Id = DirectoryIds.NewSignal(clock),
                Kind = Signal.Spike,
                PersonId = isPersonal ? facts.PersonId : "",
                TeamId = isPersonal ? facts.TeamId : kind == SpikeScopeKind.Team ? name : Team.OrgId,
                Cause = $"{Word(kind)}:{name}",
                AtMs = incident.FoundMs,
                Cost = (long)(incident.ExcessUsd * NanoUsd.PerDollar),
                Subject = incident.Early is { } early
                    ? SignalWords.Subject(early, Say(kind, name))
                    : $"{Say(kind, name)}: {Usd(incident.SpentUsd)} within {span}, {Usd(incident.UsualUsd)} at most is usual",
                Evidence = new SignalEvidence
                {
                    Seen = incident.Early is { } seen
                        ? SignalWords.Seen(seen, Time(seen.SinceMs), Usd(seen.ProjectedUsd))
                        :
                        [
                            $"{Usd(incident.SpentUsd)} were spent within {span} before {Time(incident.FoundMs)}.",
                            $"The most that is usual within {span} is {Usd(incident.UsualUsd)}.",
                        ],
                    Explanations = SignalWords.Explanations(incident.Early?.Kind),
                    Early = incident.Early is { } why ? EarlySigns.From(why) : null,
                    SpentUsd = Math.Round(incident.SpentUsd, 4),
                    UsualUsd = Math.Round(incident.UsualUsd, 4),
                    HorizonSeconds = incident.HorizonSeconds,

                    // Whose spend it is, is told only of the person whom the signal concerns: nobody is ranked.
                    Parts =
                    [
                        .. incident.Contributions.Where(part => isPersonal || part.Scope.Kind is SpikeScopeKind.Team or SpikeScopeKind.UseCase or SpikeScopeKind.Model)
                            .Where(part => part.Scope.Kind is not SpikeScopeKind.Company)
                            .Select(part => new SignalPart(
                                Word(part.Scope.Kind), Say(part.Scope.Kind, Name(part.Scope)), Math.Round(part.Share, 4), Math.Round(part.CostUsd, 4))),
                    ],
                },
                DedupeKey = $"spike:{Word(kind)}:{name}:{incident.FoundMs / (3 * HourMs)}",
            },
            incident.IsAlert,
            isPersonal ? new ActionTargets(ActionTargets.OfPerson(facts.PersonId), KeyBehind(incident)) : default,
            NowMs);
    }

    /// <summary>The key that a rise comes from; empty if it comes from several.</summary>
    private string KeyBehind(SpikeIncident incident) =>
        incident.Contributions.FirstOrDefault(part => part.Scope.Kind == SpikeScopeKind.Key && part.Share >= KeyShare) is { } key
            ? ActionTargets.OfKey(Name(key.Scope))
            : "";

    private Finding Session(RunawaySession runaway, UsageEvent facts, long atMs)
    {
        var isCost = runaway.Kind == RunawayKind.Cost;
        var kind = isCost ? Signal.SessionCost : Signal.SessionLoop;
        var subject = isCost
            ? $"A session spent {Usd(runaway.SpentUsd)} within a minute"
            : $"A session said nearly the same {runaway.Repeats} times in a row";
        return new Finding(
            new Signal
            {
                Id = DirectoryIds.NewSignal(clock),
                Kind = kind,
                PersonId = facts.PersonId,
                TeamId = facts.TeamId,
                Cause = $"person:{facts.PersonId}",
                AtMs = atMs,
                Cost = (long)(runaway.SpentUsd * NanoUsd.PerDollar),
                Subject = subject,
                Evidence = new SignalEvidence
                {
                    Seen =
                    [
                        $"Session {facts.Session}, {runaway.Calls:N0} calls until {Time(atMs)}, with {facts.Model}.",
                        isCost
                            ? $"It spent {Usd(runaway.SpentUsd)} within a minute; from {Usd(sessions.CostMax)} on it is told."
                            : $"Its last {runaway.Repeats:N0} calls without a human turn cost {Usd(runaway.SpentUsd)}, and each said nearly what one of the 8 before it had said; from {sessions.RepeatsMax:N0} on it is told.",
                    ],
                    Explanations = SignalWords.Explanations(runaway.Kind),
                    SpentUsd = Math.Round(runaway.SpentUsd, 4),
                },
                DedupeKey = $"{kind}:{facts.PersonId}:{facts.Session}:{atMs / (24 * HourMs)}",
            },
            IsTold: true,
            new ActionTargets(ActionTargets.OfPerson(facts.PersonId), ActionTargets.OfSession(facts.PersonId, facts.Session)),
            NowMs);
    }

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private Finding Cue(ReviewCue cue)
    {
        var person = directory.Current.FindPerson(cue.Person);
        var word = SignalWords.Word(cue.Kind);
        var days = cue.Days.Select(day => new SignalDay(
            Day(day.Day), day.Calls, day.Of, Math.Round(day.Measure, 4), Math.Round(day.CostUsd, 4), day.Tokens)).ToList();
        return new Finding(
            new Signal
            {
                Id = DirectoryIds.NewSignal(clock),
                Kind = word,
                PersonId = cue.Person,
                TeamId = person?.TeamId ?? Team.OrgId,
                Cause = $"person:{cue.Person}",
                AtMs = clock.GetUtcNow().ToUnixTimeMilliseconds(),
                Cost = (long)(cue.CostUsd * NanoUsd.PerDollar),
                Subject = SignalWords.Subject(cue.Kind),
                Evidence = new SignalEvidence
                {
                    Seen = [.. days.Select(day => $"{day.Day}: {day.Calls:N0} of {day.Of:N0} calls, {Usd(day.CostUsd)}.")],
                    Explanations = SignalWords.Explanations(cue.Kind),
                    Days = days,
                    AlwaysOnAgents = Math.Round(cue.AlwaysOnAgents, 3),
                    Alike = [.. cue.Alike.Select(each => new SignalLikeness(each.AtMs, Math.Round(each.Similarity, 2)))],
                },

                // Within a week the same is asked once.
                DedupeKey = $"{word}:{cue.Person}:{cue.Days[^1].Day / 7}",
            },
            IsTold: true,
            new ActionTargets(ActionTargets.OfPerson(cue.Person), ""),
            NowMs);
    }

    private string Say(SpikeScopeKind kind, string name) => kind switch
    {
        SpikeScopeKind.Person => directory.Current.FindPerson(name)?.Name ?? name,
        SpikeScopeKind.Agent => directory.Current.FindAgent(name)?.Name ?? name,
        SpikeScopeKind.Key => directory.Current.FindKeyById(name)?.Name is { Length: > 0 } key ? $"key {key}" : name,
        SpikeScopeKind.Team => directory.Current.Teams.Find(name)?.Name ?? name,
        SpikeScopeKind.Company => "The company",
        _ => name,
    };

    private string Time(long ms) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(ms), zone)
        .ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Day(int day) =>
        DateOnly.FromDayNumber(day + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Span(double seconds) => seconds >= 3600 ? "an hour" : seconds >= 600 ? "ten minutes" : "a minute";

    private static string Usd(double usd) => "$" + usd.ToString("#,##0.00", CultureInfo.InvariantCulture);
}
