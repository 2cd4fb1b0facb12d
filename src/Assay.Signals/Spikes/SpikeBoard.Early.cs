using Assay.Signals.Early;

namespace Assay.Signals.Spikes;

/// <content>What is seen before it has cost much, as incidents of the same kind: one for each cause, within the day's alerts.</content>
public sealed partial class SpikeBoard : IEarlyContext
{
    private readonly EarlyBoard _early;
    private readonly List<EarlyBoard.Sign> _signs = [];

    double IEarlyContext.ModelPrice(int model) =>
        _index.Find(SpikeScopeKind.Model, model) is >= 0 and var at && _past[at].UnitHours >= HoursToKnow ? _past[at].UnitMean : double.NaN;

    bool IEarlyContext.IsTold(int person) => _open.Exists(incident => incident.PeopleSeen.Contains(person));

    double IEarlyContext.TeamUsdPerDay(int team) =>
        _index.Find(SpikeScopeKind.Team, team) is >= 0 and var at && _past[at].Hours.Observations >= HoursToKnow
            ? _past[at].Hours.Slow * HoursToKnow
            : 0;

    double IEarlyContext.PersonUsdNow(int person) =>
        _index.Find(SpikeScopeKind.Person, person) is >= 0 and var at ? _series[at].Now[0] : 0;

    double IEarlyContext.PersonUsdUsual(int person) =>
        _index.Find(SpikeScopeKind.Person, person) is >= 0 and var at ? _past[at].Peak[0] : 0;

    private void Early(in SpikeCall call, long localHour, long fetched)
    {
        _signs.Clear();
        _early.See(call, localHour, fetched, _signs);
        foreach (var sign in _signs)
        {
            Take(sign, call);
        }
    }

    private void Take(in EarlyBoard.Sign sign, in SpikeCall call)
    {
        var (kind, scope, team, person) = (sign.Kind, sign.Scope, call.Team, call.Person);
        if (_open.Find(incident => incident.PeopleSeen.Contains(person) || (incident.Early?.Kind == kind && incident.Team == team)) is { } known)
        {
            known.LastMs = call.AtMs;
            if (kind != EarlyKind.Pace && known.Early?.Kind == kind && known.PeopleSeen.Add(person) && known.Cause.Kind == SpikeScopeKind.Person)
            {
                known.Cause = new SpikeScope(SpikeScopeKind.Team, team);
            }

            return;
        }

        if (sign.Evidence is not { } evidence)
        {
            return;
        }

        var incident = new SpikeIncident(++_incidents, scope, call.AtMs)
        {
            HorizonSeconds = kind == EarlyKind.Pace ? _settings.HorizonSeconds[0] : Math.Max(1, (call.AtMs - evidence.SinceMs) / 1000.0),
            SpentUsd = sign.SpentUsd,
            UsualUsd = sign.UsualUsd,
            Team = team,
            Early = evidence,
        };
        incident.PeopleSeen.Add(person);
        incident.Contributions = Contributions(scope, Math.Min(evidence.SinceMs, call.AtMs - (long)(_settings.HorizonSeconds[0] * 1000)));
        incident.IsAlert = MayAlert(incident);
        _open.Add(incident);
        _found.Add(incident);
    }
}
