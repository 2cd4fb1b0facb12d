using System.Runtime.InteropServices;
using Assay.Signals.Early;
using Assay.Signals.Spikes;
using Assay.Sim.Workforce;

namespace Assay.Signals;

/// <summary>What a company's calls look like to the board of spikes once they are settled, and what it found.</summary>
internal sealed class SpikeTrial(WorkCompany company, string[] names)
{
    private const long DayMs = 86_400_000;
    private const long HourMs = 3_600_000;
    private readonly SpikeBoard _board = new(SpikeSettings.Standard);
    private readonly List<(WorkCall Call, double Usd)> _waiting = [];
    private readonly Dictionary<int, Truth> _truth = [];
    private long _day;
    private long _firstDay;

    /// <summary>What really happened in an incident.</summary>
    public sealed record Truth(WorkIncident Incident)
    {
        public double ExcessUsd { get; set; }

        public long FirstMs { get; set; } = long.MaxValue;

        /// <summary>When its excess had come to 50 dollars.</summary>
        public long FiftyMs { get; set; } = long.MaxValue;

        public long FoundMs { get; set; } = long.MaxValue;

        public bool IsAlerted { get; set; }

        /// <summary>What was seen first; null for what was spent.</summary>
        public EarlyKind? Early { get; set; }

        /// <summary>How many of its calls were settled within a minute of the first, and what they cost.</summary>
        public int CallsAtFirst { get; set; }

        public double UsdAtFirst { get; set; }
    }

    [StructLayout(LayoutKind.Auto)]
    public readonly record struct Told(SpikeIncident Incident, bool IsTrue);

    public List<Told> Found { get; } = [];

    public IEnumerable<Truth> Incidents => _truth.Values;

    public double Days => _day - _firstDay + 1;

    public void See(in WorkCall call, double usd)
    {
        var day = call.AtMs / DayMs;
        if (day != _day)
        {
            Flush(call.AtMs);
            _firstDay = _firstDay == 0 ? day : _firstDay;
            _day = day;
        }

        _waiting.Add((call, usd));
    }

    public void End() => Flush(long.MaxValue);

    /// <summary>Calls are seen when they are settled: in the order of their ends.</summary>
    private void Flush(long until)
    {
        _waiting.Sort(static (a, b) => End(a.Call).CompareTo(End(b.Call)));
        var seen = 0;
        foreach (var (call, usd) in _waiting)
        {
            if (End(call) >= until)
            {
                break;
            }

            seen++;
            Settle(call, usd);
        }

        _waiting.RemoveRange(0, seen);

        static long End(WorkCall call) => call.AtMs + call.DurationMs;
    }

    private void Settle(in WorkCall call, double usd)
    {
        var at = call.AtMs + call.DurationMs;
        if (call.Incident != 0)
        {
            Note(call, usd, at);
        }

        var team = company.People[call.Person].Team;
        ReadOnlySpan<int> above = [1_000_000 + (team / 12)];
        var spike = new SpikeCall(
            at, usd, call.Tokens, call.Person + 1 + (call.IsAgent ? names.Length : 0), call.IsAgent ? call.Person + 1 : 0, call.Person + 1, team + 1,
            call.UseCase + 1, call.Model + 1)
        {
            Session = call.Session,
            Input = (long)call.Input + call.CacheRead + call.CacheWrite,
            CacheRead = call.CacheRead,
            CacheWrite = call.CacheWrite,
        };
        foreach (var incident in _board.See(spike, at / HourMs, above))
        {
            var truth = Matching(incident, team);
            Found.Add(new Told(incident, truth is not null));
            if (truth is not null && truth.FoundMs == long.MaxValue)
            {
                (truth.FoundMs, truth.IsAlerted, truth.Early) = (incident.FoundMs, incident.IsAlert, incident.Early?.Kind);
            }
        }
    }

    private void Note(in WorkCall call, double usd, long at)
    {
        if (!_truth.TryGetValue(call.Incident, out var truth))
        {
            _truth[call.Incident] = truth = new Truth(company.Incidents[call.Incident - 1]);
        }

        // Of a call that was only made dearer, the part beyond what it would have cost counts.
        var part = truth.Incident.Kind switch { "cache-off" => 0.8, "wrong-model" => 0.5, _ => 1 };
        truth.ExcessUsd += part * usd;
        truth.FirstMs = Math.Min(truth.FirstMs, at);
        if (at - truth.FirstMs <= 60_000)
        {
            truth.CallsAtFirst++;
            truth.UsdAtFirst += part * usd;
        }

        if (truth.ExcessUsd >= 50 && truth.FiftyMs == long.MaxValue)
        {
            truth.FiftyMs = at;
        }
    }

    private Truth? Matching(SpikeIncident incident, int team)
    {
        foreach (var truth in _truth.Values)
        {
            var isThen = incident.FoundMs >= truth.Incident.FromMs && incident.FoundMs <= truth.Incident.ToMs + HourMs;
            var isThere = truth.Incident.Person >= 0
                ? incident.People.Contains(truth.Incident.Person + 1)
                : truth.Incident.Team == team || incident.Cause == new SpikeScope(SpikeScopeKind.Team, truth.Incident.Team + 1);
            if (isThen && isThere)
            {
                return truth;
            }
        }

        return null;
    }
}
