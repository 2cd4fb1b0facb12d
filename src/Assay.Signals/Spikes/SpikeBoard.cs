using System.Runtime.InteropServices;
using Assay.Signals.Early;
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
    private const long CloseEveryMs = 10_000;

    // A price is compared as a float first, and then to the last digit.
    private const double PriceSlack = 0.999;
    private const int RecentCallsKept = 32_768;

    private readonly SpikeSettings _settings;
    private readonly SpikeIndex _index = new();
    private readonly PeerPeaks[] _peers;
    private readonly RecentCalls _recent = new(RecentCallsKept);
    private readonly List<SpikeIncident> _open = [];
    private readonly List<SpikeIncident> _found = [];
    private readonly List<SpikeIncident> _told = [];
    private readonly double _forgetPerHour;
    private readonly Fading _fading;
    private readonly double[] _impacts;
    private SpikeSeries[] _series = new SpikeSeries[1024];
    private SpikePast[] _past = new SpikePast[1024];
    private int _count;
    private int _incidents;
    private long _closeMs;
    private long _alertDay;
    private int _alertsToday;

    /// <summary>A board that has seen nothing.</summary>
    public SpikeBoard(SpikeSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _fading = new Fading(settings.HorizonSeconds);
        _impacts = [.. settings.ImpactUsd];
        _peers = [.. Enum.GetValues<SpikeScopeKind>().Select(_ => new PeerPeaks(settings.PeerQuantile))];
        _early = new EarlyBoard(EarlySettings.Standard, this);
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

        // First where all of them stand and when each was last seen: none waits for another, so they come from memory side by
        // side, which is most of what a call costs.
        Span<Seen> seen = stackalloc Seen[6 + above.Length + 1];
        var count = 0;
        var fetched = _early.Fetch(call);
        count = Look(seen, count, SpikeScopeKind.Key, call.Key, call, localHour);
        count = Look(seen, count, SpikeScopeKind.Agent, call.Agent, call, localHour);
        count = Look(seen, count, SpikeScopeKind.Person, call.Person, call, localHour);
        count = Look(seen, count, SpikeScopeKind.Team, call.Team, call, localHour);
        foreach (var team in above)
        {
            count = Look(seen, count, SpikeScopeKind.Team, team, call, localHour);
        }

        count = Look(seen, count, SpikeScopeKind.UseCase, call.UseCase, call, localHour);
        count = Look(seen, count, SpikeScopeKind.Model, call.Model, call, localHour);
        count = Look(seen, count, SpikeScopeKind.Company, 1, call, localHour);
        foreach (ref readonly var one in seen[..count])
        {
            One(one, call, localHour);
        }

        Early(call, localHour, fetched);
        return _found;
    }

    /// <summary>Somebody said that a level is as it should be: from now on it is usual.</summary>
    public void Teach(SpikeScope scope)
    {
        _early.Teach(scope);
        var at = _index.Find(scope.Kind, scope.Number);
        if (at >= 0)
        {
            ref var series = ref _series[at];
            ref var peak = ref _past[at].Peak;
            for (var i = 0; i < SpikeSeries.Horizons; i++)
            {
                peak[i] = Math.Max(peak[i], Math.Max(series.PeakOfHour[i], series.Now[i]));
            }
        }
    }

    private int Look(Span<Seen> seen, int count, SpikeScopeKind kind, int number, in SpikeCall call, long localHour)
    {
        if (number == 0 || PlaceOf(kind, number, call.AtMs, localHour) is not (>= 0 and var at))
        {
            return count;
        }

        seen[count] = new Seen(kind, number, at, Math.Max(0, call.AtMs - _series[at].LastMs));
        return count + 1;
    }

    private void One(in Seen seen, in SpikeCall call, long localHour)
    {
        var (kind, number, at, elapsedMs) = seen;
        ref var series = ref _series[at];
        var reading = default(SeriesReading);
        var (endedCost, endedMs) = (0.0, 0L);
        if (localHour > series.Hour)
        {
            (endedCost, endedMs) = (series.HourCost, call.AtMs - (call.AtMs % HourMs) - ((localHour - series.Hour) * HourMs));
            reading = EndHours(ref series, ref _past[at], kind, localHour);
        }

        _fading.Over(elapsedMs, out var fades);
        series.LastMs = Math.Max(series.LastMs, call.AtMs);
        series.HourCost += (float)call.CostUsd;
        series.TokensNow = (float)((series.TokensNow * fades[SpikeSeries.Horizons - 1]) + call.Tokens);
        var worst = -1;
        for (var i = 0; i < SpikeSeries.Horizons; i++)
        {
            var sum = (float)((series.Now[i] * fades[i]) + call.CostUsd);
            series.Now[i] = sum;
            series.PeakOfHour[i] = Math.Max(series.PeakOfHour[i], sum);
            if (sum >= _impacts[i] && worst < 0 && IsSpike(series, _past[at], kind, i))
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
            Found(new SpikeScope(kind, number), call, worst, series.Now[worst], Usual(series, _past[at], kind, worst), Since(call, worst));
        }
        else if (UnitExcess(series, _past[at]) is > 0 and var dearer)
        {
            series.LookedMs = call.AtMs;
            Found(new SpikeScope(kind, number), call, SpikeSeries.Horizons - 1, series.Now[^1], series.Now[^1] - dearer, Since(call, SpikeSeries.Horizons - 1));
        }
        else if (reading.IsAlert && IsHourOff(series, endedCost, reading))
        {
            // The hour has ended with the first call after it, which may have come much later and be anybody's.
            Found(new SpikeScope(kind, number), call, SpikeSeries.Horizons - 1, endedCost, reading.High, endedMs);
        }
    }

    private long Since(in SpikeCall call, int horizon) => call.AtMs - (long)(_settings.HorizonSeconds[horizon] * 1000);

    private bool IsSpike(in SpikeSeries series, in SpikePast past, SpikeScopeKind kind, int horizon)
    {
        var usual = Usual(series, past, kind, horizon);
        return series.Now[horizon] >= _settings.Ratio[horizon] * usual
            && series.Now[horizon] - usual >= _settings.ImpactUsd[horizon];
    }

    /// <summary>The highest sum that is usual: the scope's own peak, and for one that is new or small that of its peers.</summary>
    private double Usual(in SpikeSeries series, in SpikePast past, SpikeScopeKind kind, int horizon)
    {
        // Nothing is usual for the company before it has run for a day.
        if (series.HoursSeen < HoursToKnow && kind is not (SpikeScopeKind.Person or SpikeScopeKind.Key or SpikeScopeKind.Agent))
        {
            return double.PositiveInfinity;
        }

        var peers = kind is SpikeScopeKind.Company ? 0 : _peers[(int)kind][horizon];
        return Math.Max(past.Peak[horizon], peers);
    }

    /// <summary>What the last hour cost more than its tokens usually do; 0 unless that is unusual.</summary>
    private double UnitExcess(in SpikeSeries series, in SpikePast past)
    {
        // Nearly all calls end here, without what is learned of the scope having been read.
        if (series.Now[^1] < _settings.UnitImpactUsd || !(series.Now[^1] >= PriceSlack * series.PriceMax * series.TokensNow) || series.TokensNow <= 0)
        {
            return 0;
        }

        var above = Math.Log(series.Now[^1] / series.TokensNow) - past.UnitMean;
        var excess = series.Now[^1] * (1 - Math.Exp(-above));
        return above >= UnitAbove(past) && excess >= _settings.UnitImpactUsd ? excess : 0;
    }

    /// <summary>How far above the usual price of a token is unusual, as a logarithm.</summary>
    private double UnitAbove(in SpikePast past) =>
        Math.Max(Math.Log(_settings.UnitRatio), _settings.UnitDeviations * Math.Sqrt(past.UnitVariance));

    private float PriceMax(in SpikePast past, SpikeScopeKind kind) =>
        kind is not (SpikeScopeKind.Team or SpikeScopeKind.UseCase or SpikeScopeKind.Model) || past.UnitHours < HoursToKnow
            ? float.PositiveInfinity
            : (float)Math.Exp(past.UnitMean + UnitAbove(past));

    private static void LearnUnit(in SpikeSeries series, ref SpikePast past)
    {
        if (series.TokensNow <= 0 || series.HourCost <= 0)
        {
            return;
        }

        var price = Math.Log(series.Now[^1] / series.TokensNow);
        if (past.UnitHours == 0)
        {
            past.UnitMean = (float)price;
        }

        var rate = Math.Max(UnitRate, 1.0 / (past.UnitHours + 1));
        var off = price - past.UnitMean;
        var most = past.UnitHours < HoursToKnow ? double.MaxValue : 2 * Math.Sqrt(past.UnitVariance);
        off = Math.Clamp(off, -most, most);
        past.UnitMean += (float)(rate * off);
        past.UnitVariance += (float)(rate * ((off * off) - past.UnitVariance));
        past.UnitHours++;
    }

    /// <summary>Whether the hour that has ended cost far more than this hour of the week does.</summary>
    private bool IsHourOff(in SpikeSeries series, double cost, in SeriesReading reading) =>
        cost - reading.High >= _settings.ImpactUsd[^1] && cost >= _settings.Ratio[^1] * reading.High
        && series.HoursSeen >= 7 * HoursToKnow;

    /// <summary>Where the series of a scope stands, which begins if it is new; -1 if there is no room for it.</summary>
    private int PlaceOf(SpikeScopeKind kind, int number, long atMs, long localHour)
    {
        var at = _index.Find(kind, number);
        if (at >= 0 || _count >= SeriesMax)
        {
            return at;
        }

        if (_count == _series.Length)
        {
            Array.Resize(ref _series, _count * 2);
            Array.Resize(ref _past, _count * 2);
        }

        at = _count++;
        _series[at] = new SpikeSeries { LastMs = atMs, Hour = (int)localHour, PriceMax = float.PositiveInfinity };
        _index.Add(kind, number, at);
        return at;
    }

    /// <summary>Takes the hours that have ended into the series, and what was their peak into the peaks.</summary>
    private SeriesReading EndHours(ref SpikeSeries series, ref SpikePast past, SpikeScopeKind kind, long localHour)
    {
        var hours = localHour - series.Hour;
        var reading = SeriesDetector.Observe(ref past.Hours, series.Hour * 3600L, series.HourCost, SeriesSettings.Standard);
        for (var rest = 1; rest < Math.Min(hours, RestMax); rest++)
        {
            SeriesDetector.Observe(ref past.Hours, (series.Hour + rest) * 3600L, 0, SeriesSettings.Standard);
        }

        LearnUnit(series, ref past);
        _peers[(int)kind].Learn(series);
        var forget = Math.Pow(_forgetPerHour, Math.Min(hours, 24 * 365));
        for (var i = 0; i < SpikeSeries.Horizons; i++)
        {
            double peak = series.PeakOfHour[i];
            var usual = Math.Max(past.Peak[i], _peers[(int)kind][i]);
            var learned = series.HoursSeen < HoursToKnow ? peak : Math.Min(peak, usual * _settings.PeakGrowth);
            past.Peak[i] = (float)Math.Max(past.Peak[i] * forget, learned);
            series.PeakOfHour[i] = 0;
        }

        series.HoursSeen++;
        series.Hour = (int)localHour;
        series.PriceMax = PriceMax(past, kind);
        series.HourCost = 0;
        return reading;
    }

    /// <summary>A scope that a call belongs to, where its series stands, and how long ago its last call was.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Seen(SpikeScopeKind Kind, int Number, int At, long ElapsedMs);
}
