using Assay.Signals.Early;

namespace Assay.Signals.Spikes;

/// <content>What is seen before it has cost much, as incidents of the same kind: one for each cause, within the day's alerts.</content>
public sealed partial class SpikeBoard
{
    private readonly EarlyBoard _early;
    private readonly List<EarlyBoard.Sign> _signs = [];

    private void Early(in SpikeCall call, long localHour)
    {
        _signs.Clear();
        var person = _index.Find(SpikeScopeKind.Person, call.Person);
        var team = _index.Find(SpikeScopeKind.Team, call.Team);
        if (person < 0 || team < 0)
        {
            return;
        }

        ref readonly var days = ref _past[team].Hours;
        _early.See(
            call,
            localHour,
            new EarlyBoard.Known(
                days.Observations < HoursToKnow ? 0 : days.Slow * HoursToKnow,
                _series[person].Now[0],
                _past[person].Peak[0]),
            _signs);
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

    /// <summary>The logarithm of the usual price of a model's tokens.</summary>
    private double ModelPrice(int model) =>
        _index.Find(SpikeScopeKind.Model, model) is >= 0 and var at && _past[at].UnitHours >= HoursToKnow ? _past[at].UnitMean : double.NaN;
}
