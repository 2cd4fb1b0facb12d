using System.Globalization;
using Assay.Signals.Early;

namespace Assay.Signals;

/// <summary>How the board of spikes did on incidents whose truth is known.</summary>
internal sealed class SpikeScores
{
    private const double ImpactUsd = 50;
    private readonly List<SpikeTrial.Truth> _truths = [];
    private readonly List<SpikeTrial.Told> _told = [];
    private double _days;
    private int _dayMax;

    public void Add(SpikeTrial trial)
    {
        _truths.AddRange(trial.Incidents.Where(t => t.ExcessUsd >= ImpactUsd));
        _told.AddRange(trial.Found);
        _days += trial.Days;
        _dayMax = Math.Max(_dayMax, trial.Found.Where(t => t.Incident.IsAlert).GroupBy(t => t.Incident.FoundMs / 86_400_000)
            .Select(g => g.Count()).DefaultIfEmpty().Max());
    }

    public object ToJson() => new
    {
        incidents = _truths.Count,
        found = Found.Count(),
        within60SecondsOfFirstCall = Found.Count(AtOnce),
        alertedWithin60SecondsOfFirstCall = Found.Count(t => AtOnce(t) && t.IsAlerted),
        within60SecondsOf50Dollars = Found.Count(InTime),
        alertsPerDay = Math.Round(Alerts / Math.Max(1, _days), 3),
        falseAlertsPerDay = Math.Round(FalseAlerts / Math.Max(1, _days), 3),
    };

    private IEnumerable<SpikeTrial.Truth> Found => _truths.Where(t => t.FoundMs < long.MaxValue);

    private double Alerts => _told.Count(t => t.Incident.IsAlert);

    private double FalseAlerts => _told.Count(t => t.Incident.IsAlert && !t.IsTrue);

    private static bool AtOnce(SpikeTrial.Truth truth) => truth.FoundMs - truth.FirstMs <= 60_000;

    private static bool InTime(SpikeTrial.Truth truth) =>
        truth.FoundMs < long.MaxValue && truth.FoundMs <= truth.FiftyMs + 60_000;

    public void Print(TextWriter output)
    {
        output.WriteLine("| incident of at least $50 | planted | found | within 60 s of its first settled call | … and alerted | within 60 s of its 50th dollar | median seconds from the first call | seen first in |");
        output.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var kind in _truths.GroupBy(t => t.Incident.Kind, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            Row(kind.Key, [.. kind]);
        }

        Row("all", _truths);
        output.WriteLine();
        output.WriteLine(Inv(
            $"Spike alerts: {Alerts / Math.Max(1, _days):0.00} a day, at most {_dayMax}; {FalseAlerts / Math.Max(1, _days):0.00} a day with no planted cause; listed without alert: {_told.Count - Alerts}."));

        output.WriteLine();
        output.WriteLine("| not within 60 s | cost in all | calls in its first minute | which cost | found after |");
        output.WriteLine("|---|---|---|---|---|");
        foreach (var missed in _truths.Where(t => !AtOnce(t)).OrderBy(t => t.Incident.Kind, StringComparer.Ordinal).ThenByDescending(t => t.ExcessUsd))
        {
            output.WriteLine(Inv(
                $"| {missed.Incident.Kind} | ${missed.ExcessUsd:0} | {missed.CallsAtFirst} | ${missed.UsdAtFirst:0.00} | {(missed.FoundMs == long.MaxValue ? "never" : Inv($"{(missed.FoundMs - missed.FirstMs) / 1000} s"))} |"));
        }

        void Row(string name, List<SpikeTrial.Truth> all)
        {
            var found = all.Where(t => t.FoundMs < long.MaxValue).ToList();
            var delays = found.Select(t => (t.FoundMs - t.FirstMs) / 1000.0).Order().ToList();
            output.WriteLine(Inv(
                $"| {name} | {all.Count} | {Part(found.Count, all.Count)} | {Part(found.Count(AtOnce), all.Count)} | {Part(found.Count(t => AtOnce(t) && t.IsAlerted), all.Count)} | {Part(all.Count(InTime), all.Count)} | {(delays.Count > 0 ? delays[delays.Count / 2] : double.NaN):0} | {string.Join(", ", found.GroupBy(SeenIn).OrderByDescending(g => g.Count()).Select(g => Inv($"{g.Key} {g.Count()}")))} |"));
        }
    }

    private static string SeenIn(SpikeTrial.Truth truth) => truth.Early switch
    {
        EarlyKind.Cache => "caches",
        EarlyKind.Model => "models",
        EarlyKind.Pace => "pace",
        _ => "dollars",
    };

    private static string Part(int part, int of) =>
        of == 0 ? "–" : (100.0 * part / of).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    private static string Inv(FormattableString text) => FormattableString.Invariant(text);
}
