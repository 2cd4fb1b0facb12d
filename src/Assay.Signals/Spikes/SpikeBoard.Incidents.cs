namespace Assay.Signals.Spikes;

/// <content>From a rise to an incident: what it comes from, and whether one under way explains it.</content>
public sealed partial class SpikeBoard
{
    // Sums fade: what still stands in one may have been spent before the time that it is about.
    private const double SpentShare = 0.5;

    /// <param name="since">From when on what was found was spent.</param>
    private void Found(SpikeScope scope, in SpikeCall call, int horizon, double spent, double usual, long since)
    {
        if (_open.Find(incident => Covers(incident, scope)) is { } known)
        {
            known.LastMs = call.AtMs;
            return;
        }

        // What was spent before was told of then, and is not the doing of whoever calls next.
        if (_recent.Reach(since) && _recent.By(scope, since, scope.Kind).Sum(part => part.CostUsd) < SpentShare * spent)
        {
            return;
        }

        var cause = Cause(scope, since);
        var people = _recent.By(cause, since, SpikeScopeKind.Person);
        if (_open.Find(incident => incident.Cause == cause || Explains(incident, cause, people)) is { } same)
        {
            same.LastMs = call.AtMs;
            return;
        }

        if (_told.Exists(incident => incident.LastMs >= since && (incident.Cause == cause || Explains(incident, cause, people))))
        {
            return;
        }

        var callTeam = call.Team;

        // A second person of the same team within the time: the team is the cause, and there is one incident.
        if (cause.Kind == SpikeScopeKind.Person
            && _open.Find(incident => incident.Cause.Kind == SpikeScopeKind.Person && incident.Team == callTeam) is { } neighbour)
        {
            neighbour.Cause = new SpikeScope(SpikeScopeKind.Team, call.Team);
            neighbour.LastMs = call.AtMs;
            neighbour.PeopleSeen.Add(call.Person);
            return;
        }

        var incident = new SpikeIncident(++_incidents, cause, call.AtMs)
        {
            HorizonSeconds = _settings.HorizonSeconds[horizon],
            SpentUsd = spent,
            UsualUsd = usual,
            Team = call.Team,
        };
        incident.Contributions = Contributions(cause, since);
        foreach (var (person, _) in people.Take(20))
        {
            incident.PeopleSeen.Add(person);
        }

        incident.IsAlert = MayAlert(incident);
        _open.Add(incident);
        _found.Add(incident);
    }

    private bool MayAlert(SpikeIncident incident)
    {
        _told.RemoveAll(told => incident.FoundMs - told.FoundMs > _settings.CoolDownDays * DayMs);
        if (_told.Exists(told => told.Cause == incident.Cause && told.Early?.Kind == incident.Early?.Kind && incident.ExcessUsd < 3 * told.ExcessUsd))
        {
            return false;
        }

        var day = incident.FoundMs / DayMs;
        (_alertDay, _alertsToday) = day == _alertDay ? (_alertDay, _alertsToday) : (day, 0);
        if (_alertsToday >= _settings.AlertsPerDay)
        {
            return false;
        }

        _alertsToday++;
        _told.Add(incident);
        return true;
    }

    private static bool Covers(SpikeIncident incident, SpikeScope scope) =>
        incident.Cause == scope
        || (scope.Kind == SpikeScopeKind.Person && incident.PeopleSeen.Contains(scope.Number))
        || (scope.Kind == SpikeScopeKind.Team && incident.Team == scope.Number);

    /// <summary>Whether an incident under way explains most of what is spent in a scope.</summary>
    /// <param name="people">Who spent it, the largest first.</param>
    private static bool Explains(SpikeIncident incident, SpikeScope cause, List<(int Number, double CostUsd)> people) =>
        cause.Kind is SpikeScopeKind.Person or SpikeScopeKind.Agent or SpikeScopeKind.Key
            ? incident.PeopleSeen.Contains(people.Count > 0 ? people[0].Number : 0)
            : people.Where(p => incident.PeopleSeen.Contains(p.Number)).Sum(p => p.CostUsd) >= 0.3 * people.Sum(p => p.CostUsd);

    /// <summary>The most particular thing that most of a scope's spend comes from.</summary>
    private SpikeScope Cause(SpikeScope scope, long since)
    {
        if (scope.Kind is SpikeScopeKind.Person)
        {
            return scope;
        }

        foreach (var kind in (ReadOnlySpan<SpikeScopeKind>)[SpikeScopeKind.Person, SpikeScopeKind.Team])
        {
            var parts = _recent.By(scope, since, kind);
            if (parts.Count > 0 && parts[0].CostUsd >= _settings.CauseShare * parts.Sum(p => p.CostUsd))
            {
                return new SpikeScope(kind, parts[0].Number);
            }
        }

        return scope;
    }

    private List<Contribution> Contributions(SpikeScope cause, long since)
    {
        var parts = new List<Contribution>();
        foreach (var kind in Enum.GetValues<SpikeScopeKind>())
        {
            var sums = _recent.By(cause, since, kind);
            var total = sums.Sum(s => s.CostUsd);
            parts.AddRange(sums.Take(3).Select(s => new Contribution(
                new SpikeScope(kind, s.Number), total > 0 ? s.CostUsd / total : 0, s.CostUsd)));
        }

        return parts;
    }

    private void Close(long nowMs)
    {
        if (_open.Count > 0 && nowMs >= _closeMs)
        {
            _closeMs = nowMs + CloseEveryMs;
            _open.RemoveAll(incident => nowMs - incident.LastMs > _settings.QuietMinutes * 60_000L);
        }
    }
}
