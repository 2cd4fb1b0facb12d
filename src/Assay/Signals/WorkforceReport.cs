using System.Globalization;
using System.Text.Json;
using Assay.Signals.Patterns;
using Assay.Sim.Workforce;

namespace Assay.Signals;

/// <summary>What the detectors found in labelled companies, seed by seed and kind by kind.</summary>
internal sealed class WorkforceReport
{
    private const int InTimeDays = 5;

    private readonly List<SeedResult> _seeds = [];
    private readonly SortedDictionary<WorkKind, (int People, int InTime, int Ever)> _kinds = [];
    private readonly SortedDictionary<(WorkKind Kind, PatternKind Cue), int> _wrong = [];
    private readonly List<int> _days = [];
    private readonly SpikeScores _spikes = new();

    private sealed record SeedResult(
        int Seed, long Calls, double Usd, double GamingUsd, int Gamers, int InTime, int Ever, int Flagged, int Right, int Heavy, int HeavyFlagged,
        int RankingRight);

    public void Add(int seed, WorkforceTrial trial)
    {
        var flagged = new Dictionary<int, WorkforceTrial.Flag>();
        foreach (var flag in trial.Flags.OrderBy(f => f.Day))
        {
            flagged.TryAdd(flag.Person, flag);
        }

        var (gamers, inTime, ever, heavy, heavyFlagged) = (0, 0, 0, 0, 0);
        foreach (var person in trial.Company.People)
        {
            var isFlagged = flagged.TryGetValue(person.Index, out var flag);
            if (person.Kind.IsHonestHeavy())
            {
                heavy++;
                heavyFlagged += isFlagged ? 1 : 0;
            }

            if (isFlagged && !trial.Gamed(person.Index))
            {
                _wrong[(person.Kind, flag.Kind)] = _wrong.GetValueOrDefault((person.Kind, flag.Kind)) + 1;
            }

            if (trial.GamedFrom(person.Index) is not { } from)
            {
                continue;
            }

            gamers++;
            var took = isFlagged && flag.Day >= from ? trial.WorkingDays(from, flag.Day) : int.MaxValue;
            ever += took < int.MaxValue ? 1 : 0;
            inTime += took <= InTimeDays ? 1 : 0;
            if (took < int.MaxValue)
            {
                _days.Add(took);
            }

            var (people, kindInTime, kindEver) = _kinds.GetValueOrDefault(person.Kind);
            _kinds[person.Kind] = (people + 1, kindInTime + (took <= InTimeDays ? 1 : 0), kindEver + (took < int.MaxValue ? 1 : 0));
        }

        var right = flagged.Keys.Count(trial.Gamed);
        _seeds.Add(new SeedResult(
            seed, trial.Calls, trial.CostUsd, trial.GamingCostUsd, gamers, inTime, ever, flagged.Count, right, heavy, heavyFlagged,
            trial.ByTokens().Take(flagged.Count).Count(trial.Gamed)));
        _spikes.Add(trial.Spikes);
    }

    public void Print(TextWriter output)
    {
        output.WriteLine("| seed | calls | spend | on gaming | gamers | found in 5 working days | ever | flagged | precision | honest heavy flagged | same number by tokens |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var s in _seeds)
        {
            Row(s.Seed.ToString(CultureInfo.InvariantCulture), s);
        }

        if (_seeds.Count > 1)
        {
            Row("all", Total());
        }

        output.WriteLine();
        output.WriteLine("| who games, how | people | found in 5 working days | ever |");
        output.WriteLine("|---|---|---|---|");
        foreach (var (kind, (people, inTime, ever)) in _kinds)
        {
            output.WriteLine(Inv($"| {kind} | {people} | {Part(inTime, people)} | {Part(ever, people)} |"));
        }

        output.WriteLine();
        output.WriteLine(_wrong.Count == 0
            ? "Nobody honest was flagged."
            : "Honest people flagged: " + string.Join(", ", _wrong.OrderByDescending(w => w.Value).Select(w => Inv($"{w.Value} {w.Key.Kind} for {w.Key.Cue}"))));
        if (_days.Count > 0)
        {
            _days.Sort();
            output.WriteLine(Inv($"Working days until found: median {_days[_days.Count / 2]}, 9 of 10 within {_days[_days.Count * 9 / 10]}."));
        }

        output.WriteLine();
        _spikes.Print(output);

        void Row(string name, SeedResult s) => output.WriteLine(Inv(
            $"| {name} | {s.Calls:N0} | ${s.Usd:N0} | ${s.GamingUsd:N0} | {s.Gamers} | {Part(s.InTime, s.Gamers)} | {Part(s.Ever, s.Gamers)} | {s.Flagged} | {Part(s.Right, s.Flagged)} | {Part(s.HeavyFlagged, s.Heavy)} | {Part(s.RankingRight, s.Flagged)} |"));
    }

    public void PrintJson(TextWriter output)
    {
        var total = Total();
        output.WriteLine(JsonSerializer.Serialize(new
        {
            seeds = _seeds.Count,
            gamers = total.Gamers,
            recallInFiveWorkingDays = Ratio(total.InTime, total.Gamers),
            recall = Ratio(total.Ever, total.Gamers),
            flagged = total.Flagged,
            precision = Ratio(total.Right, total.Flagged),
            honestHeavyFlagged = Ratio(total.HeavyFlagged, total.Heavy),
            precisionOfTokenRanking = Ratio(total.RankingRight, total.Flagged),
            spikes = _spikes.ToJson(),
        }));
    }

    private SeedResult Total() => new(
        0, _seeds.Sum(s => s.Calls), _seeds.Sum(s => s.Usd), _seeds.Sum(s => s.GamingUsd), _seeds.Sum(s => s.Gamers),
        _seeds.Sum(s => s.InTime), _seeds.Sum(s => s.Ever), _seeds.Sum(s => s.Flagged), _seeds.Sum(s => s.Right),
        _seeds.Sum(s => s.Heavy), _seeds.Sum(s => s.HeavyFlagged), _seeds.Sum(s => s.RankingRight));

    private static double Ratio(int part, int of) => of == 0 ? 0 : Math.Round(part / (double)of, 4);

    private static string Part(int part, int of) =>
        of == 0 ? "–" : (100.0 * part / of).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    private static string Inv(FormattableString text) => FormattableString.Invariant(text);
}
