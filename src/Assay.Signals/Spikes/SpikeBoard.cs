using System.Runtime.InteropServices;
using Assay.Signals.Series;

namespace Assay.Signals.Spikes;

/// <summary>
/// Watches what every person, agent, key, team, use, model and the company spend, and tells one incident for one cause. Not
/// safe for use by several threads: one feeds it, in about the order of time.
/// </summary>
public sealed partial class SpikeBoard
{
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;
    private const int SeriesMax = 4_000_000;
    private const int HoursToKnow = 24;
    private const int RestMax = 48;
    private const double UnitRate = 0.01;
    private const long LookEveryMs = 30_000;
    private const int RecentCallsKept = 32_768;

    private readonly SpikeSettings _settings;
    private readonly Dictionary<SpikeScope, int> _index = [];
    private readonly PeerPeaks[] _peers;
    private readonly RecentCalls _recent = new(RecentCallsKept);
    private readonly List<SpikeIncident> _open = [];
    private readonly List<SpikeIncident> _found = [];
    private readonly double _forgetPerHour;
    private SpikeSeries[] _series = new SpikeSeries[1024];
    private int _count;
    private int _incidents;
    private long _alertDay;
    private int _alertsToday;

    /// <summary>A board that has seen nothing.</summary>
    public SpikeBoard(SpikeSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _peers = [.. Enum.GetValues<SpikeScopeKind>().Select(_ => new PeerPeaks(settings.PeerQuantile))];
        _forgetPerHour = Math.Pow(0.5, 1 / (24 * settings.PeakHalfLifeDays));
    }

    /// <summary>How many series are watched.</summary>
    public int SeriesCount => _count;

    /// <summary>Sees a settled call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="localHour">The hour in the org's time zone, counted from 1970.</param>
    /// <param name="above">The teams above the call's team, nearest first.</param>
    /// <returns>What was found by it: mostly nothing.</returns>
    public IReadOnlyList<SpikeIncident> See(in SpikeCall call, long localHour, ReadOnlySpan<int> above = default)
    {
        _found.Clear();
        _recent.Add(call);
        Close(call.AtMs);
        One(SpikeScopeKind.Key, call.Key, call, localHour);
        One(SpikeScopeKind.Agent, call.Agent, call, localHour);
        One(SpikeScopeKind.Person, call.Person, call, localHour);
        One(SpikeScopeKind.Team, call.Team, call, localHour);
        foreach (var team in above)
        {
            One(SpikeScopeKind.Team, team, call, localHour);
        }

        One(SpikeScopeKind.UseCase, call.UseCase, call, localHour);
        One(SpikeScopeKind.Model, call.Model, call, localHour);
        One(SpikeScopeKind.Company, 1, call, localHour);
        return _found;
    }

    /// <summary>Somebody said that a level is as it should be: from now on it is usual.</summary>
    public void Teach(SpikeScope scope)
    {
        if (_index.TryGetValue(scope, out var at))
        {
            ref var series = ref _series[at];
            for (var i = 0; i < SpikeSeries.Horizons; i++)
            {
                series.Peak[i] = Math.Max(series.Peak[i], Math.Max(series.PeakOfHour[i], series.Now[i]));
            }
        }
    }

    private void One(SpikeScopeKind kind, int number, in SpikeCall call, long localHour)
    {
        // Who comes when there is no room is not watched.
        var scope = new SpikeScope(kind, number);
        if (number == 0 || (_count >= SeriesMax && !_index.ContainsKey(scope)))
        {
            return;
        }

        ref var series = ref Series(scope, call.AtMs, localHour);
        var reading = default(SeriesReading);
        if (localHour > series.Hour)
        {
            reading = EndHours(ref series, kind, localHour);
        }

        var elapsed = Math.Max(0, call.AtMs - series.LastMs) / 1000.0;
        series.LastMs = Math.Max(series.LastMs, call.AtMs);
        series.HourCost += (float)call.CostUsd;
        var worst = -1;
        for (var i = 0; i < SpikeSeries.Horizons; i++)
        {
            var faded = series.Now[i] * Math.Exp(-elapsed / _settings.HorizonSeconds[i]);
            var sum = (float)(faded + call.CostUsd);
            series.Now[i] = sum;
            series.PeakOfHour[i] = Math.Max(series.PeakOfHour[i], sum);
            if (i == SpikeSeries.Horizons - 1)
            {
                series.TokensNow = (float)((series.TokensNow * Math.Exp(-elapsed / _settings.HorizonSeconds[i])) + call.Tokens);
            }

            if (sum >= _settings.ImpactUsd[i] && worst < 0 && IsSpike(series, kind, i))
            {
                worst = i;
            }
        }

        // Why is asked once in a while, not for every call of a rise.
        if (call.AtMs - series.LookedMs < LookEveryMs)
        {
            return;
        }

        if (worst >= 0)
        {
            series.LookedMs = call.AtMs;
            Found(scope, call, worst, series.Now[worst], Usual(series, kind, worst));
        }
        else if (UnitExcess(series, kind) is > 0 and var dearer)
        {
            series.LookedMs = call.AtMs;
            Found(scope, call, SpikeSeries.Horizons - 1, series.Now[^1], series.Now[^1] - dearer);
        }
        else if (reading.IsAlert && series.HourCost >= 0 && IsHourOff(series, reading))
        {
            Found(scope, call, SpikeSeries.Horizons - 1, series.PeakOfHour[^1], reading.High);
        }
    }

    private bool IsSpike(in SpikeSeries series, SpikeScopeKind kind, int horizon)
    {
        var usual = Usual(series, kind, horizon);
        return series.Now[horizon] >= _settings.Ratio[horizon] * usual
            && series.Now[horizon] - usual >= _settings.ImpactUsd[horizon];
    }

    /// <summary>The highest sum that is usual: the scope's own peak, and for one that is new or small that of its peers.</summary>
    private double Usual(in SpikeSeries series, SpikeScopeKind kind, int horizon)
    {
        // Nothing is usual for the company before it has run for a day.
        if (series.HoursSeen < HoursToKnow && kind is not (SpikeScopeKind.Person or SpikeScopeKind.Key or SpikeScopeKind.Agent))
        {
            return double.PositiveInfinity;
        }

        var peers = kind is SpikeScopeKind.Company ? 0 : _peers[(int)kind][horizon];
        return Math.Max(series.Peak[horizon], peers);
    }

    /// <summary>What the last hour cost more than its tokens usually do; 0 unless that is unusual.</summary>
    private double UnitExcess(in SpikeSeries series, SpikeScopeKind kind)
    {
        if (kind is not (SpikeScopeKind.Team or SpikeScopeKind.UseCase or SpikeScopeKind.Model)
            || series.UnitHours < HoursToKnow || series.Now[^1] < _settings.UnitImpactUsd || series.TokensNow <= 0)
        {
            return 0;
        }

        var above = Math.Log(series.Now[^1] / series.TokensNow) - series.UnitMean;
        var excess = series.Now[^1] * (1 - Math.Exp(-above));
        return above >= Math.Max(Math.Log(_settings.UnitRatio), _settings.UnitDeviations * Math.Sqrt(series.UnitVariance))
            && excess >= _settings.UnitImpactUsd ? excess : 0;
    }

    private static void LearnUnit(ref SpikeSeries series)
    {
        if (series.TokensNow <= 0 || series.HourCost <= 0)
        {
            return;
        }

        var price = Math.Log(series.Now[^1] / series.TokensNow);
        if (series.UnitHours == 0)
        {
            series.UnitMean = (float)price;
        }

        var rate = Math.Max(UnitRate, 1.0 / (series.UnitHours + 1));
        var off = price - series.UnitMean;
        var most = series.UnitHours < HoursToKnow ? double.MaxValue : 2 * Math.Sqrt(series.UnitVariance);
        off = Math.Clamp(off, -most, most);
        series.UnitMean += (float)(rate * off);
        series.UnitVariance += (float)(rate * ((off * off) - series.UnitVariance));
        series.UnitHours++;
    }

    private bool IsHourOff(in SpikeSeries series, in SeriesReading reading) =>
        series.Peak[^1] - reading.High >= _settings.ImpactUsd[^1] && series.Peak[^1] >= 2 * _settings.Ratio[^1] * reading.High
        && reading.What != Unusual.Nothing && series.HoursSeen >= 7 * HoursToKnow;

    private ref SpikeSeries Series(SpikeScope scope, long atMs, long localHour)
    {
        ref var at = ref CollectionsMarshal.GetValueRefOrAddDefault(_index, scope, out var exists);
        if (!exists)
        {
            if (_count == _series.Length)
            {
                Array.Resize(ref _series, _count * 2);
            }

            at = _count++;
            _series[at] = new SpikeSeries { LastMs = atMs, Hour = localHour };
        }

        return ref _series[at];
    }

    /// <summary>Takes the hours that have ended into the series, and what was their peak into the peaks.</summary>
    private SeriesReading EndHours(ref SpikeSeries series, SpikeScopeKind kind, long localHour)
    {
        var hours = localHour - series.Hour;
        var reading = SeriesDetector.Observe(ref series.Hours, series.Hour * 3600, series.HourCost, SeriesSettings.Standard);
        for (var rest = 1; rest < Math.Min(hours, RestMax); rest++)
        {
            SeriesDetector.Observe(ref series.Hours, (series.Hour + rest) * 3600, 0, SeriesSettings.Standard);
        }

        LearnUnit(ref series);
        _peers[(int)kind].Learn(series);
        var forget = Math.Pow(_forgetPerHour, Math.Min(hours, 24 * 365));
        for (var i = 0; i < SpikeSeries.Horizons; i++)
        {
            double peak = series.PeakOfHour[i];
            var usual = Math.Max(series.Peak[i], _peers[(int)kind][i]);
            var learned = series.HoursSeen < HoursToKnow ? peak : Math.Min(peak, usual * _settings.PeakGrowth);
            series.Peak[i] = (float)Math.Max(series.Peak[i] * forget, learned);
            series.PeakOfHour[i] = 0;
        }

        series.HoursSeen++;
        series.Hour = localHour;
        series.HourCost = 0;
        return reading;
    }

    private void Found(SpikeScope scope, in SpikeCall call, int horizon, double spent, double usual)
    {
        if (_open.Find(incident => Covers(incident, scope)) is { } known)
        {
            known.LastMs = call.AtMs;
            return;
        }

        var since = call.AtMs - (long)(_settings.HorizonSeconds[horizon] * 1000);
        var cause = Cause(scope, since);
        if (_open.Find(incident => incident.Cause == cause || Explains(incident, cause, since)) is { } same)
        {
            same.LastMs = call.AtMs;
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
        foreach (var (person, _) in _recent.By(c => c.Of(cause.Kind) == cause.Number, since, SpikeScopeKind.Person).Take(20))
        {
            incident.PeopleSeen.Add(person);
        }

        incident.IsAlert = MayAlert(incident);
        _open.Add(incident);
        _found.Add(incident);
    }

    private bool MayAlert(SpikeIncident incident)
    {
        var day = incident.FoundMs / DayMs;
        (_alertDay, _alertsToday) = day == _alertDay ? (_alertDay, _alertsToday) : (day, 0);
        if (_alertsToday >= _settings.AlertsPerDay)
        {
            return false;
        }

        _alertsToday++;
        return true;
    }

    private static bool Covers(SpikeIncident incident, SpikeScope scope) =>
        incident.Cause == scope
        || (scope.Kind == SpikeScopeKind.Person && incident.PeopleSeen.Contains(scope.Number))
        || (scope.Kind == SpikeScopeKind.Team && incident.Team == scope.Number);

    /// <summary>Whether an incident under way explains most of what is spent in a scope.</summary>
    private bool Explains(SpikeIncident incident, SpikeScope cause, long since)
    {
        if (cause.Kind is SpikeScopeKind.Person or SpikeScopeKind.Agent or SpikeScopeKind.Key)
        {
            return incident.PeopleSeen.Contains(_recent.By(c => c.Of(cause.Kind) == cause.Number, since, SpikeScopeKind.Person)
                .Select(p => p.Number).FirstOrDefault());
        }

        var people = _recent.By(c => c.Of(cause.Kind) == cause.Number, since, SpikeScopeKind.Person);
        return people.Where(p => incident.PeopleSeen.Contains(p.Number)).Sum(p => p.CostUsd) >= 0.3 * people.Sum(p => p.CostUsd);
    }

    /// <summary>The most particular thing that most of a scope's spend comes from.</summary>
    private SpikeScope Cause(SpikeScope scope, long since)
    {
        if (scope.Kind is SpikeScopeKind.Person)
        {
            return scope;
        }

        foreach (var kind in (ReadOnlySpan<SpikeScopeKind>)[SpikeScopeKind.Person, SpikeScopeKind.Team])
        {
            var parts = _recent.By(c => c.Of(scope.Kind) == scope.Number, since, kind);
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
            var sums = _recent.By(c => c.Of(cause.Kind) == cause.Number, since, kind);
            var total = sums.Sum(s => s.CostUsd);
            parts.AddRange(sums.Take(3).Select(s => new Contribution(
                new SpikeScope(kind, s.Number), total > 0 ? s.CostUsd / total : 0, s.CostUsd)));
        }

        return parts;
    }

    private void Close(long nowMs)
    {
        if (_open.Count > 0)
        {
            _open.RemoveAll(incident => nowMs - incident.LastMs > _settings.QuietMinutes * 60_000L);
        }
    }
}
