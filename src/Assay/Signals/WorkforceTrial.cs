using System.Runtime.InteropServices;
using Assay.Signals.Patterns;
using Assay.Signals.Sketches;
using Assay.Sim.Workforce;

namespace Assay.Signals;

/// <summary>One labelled company, seen by the detectors day by day, and what they said of whom and when.</summary>
internal sealed class WorkforceTrial
{
    private const long DayMs = 86_400_000;
    private readonly WorkforceOptions _options;
    private readonly WorkCompany _company;
    private readonly SketchKey _key;
    private readonly long[] _firstGaming;
    private readonly long[] _tokens;
    private readonly double[] _gamingCost;

    public WorkforceTrial(WorkforceOptions options)
    {
        _options = options;
        _company = new WorkCompany(options);
        Span<byte> secret = stackalloc byte[SketchKey.Bytes];
        secret.Fill((byte)options.Seed);
        _key = new SketchKey(secret);
        _firstGaming = new long[options.People];
        _tokens = new long[options.People];
        _gamingCost = new double[options.People];
        Array.Fill(_firstGaming, long.MaxValue);
    }

    /// <summary>When somebody was first flagged, and for what.</summary>
    [StructLayout(LayoutKind.Auto)]
    public readonly record struct Flag(int Person, int Day, PatternKind Kind);

    public WorkCompany Company => _company;

    public List<Flag> Flags { get; } = [];

    public long Calls { get; private set; }

    public double CostUsd { get; private set; }

    public long Tokens { get; private set; }

    public double GamingCostUsd => _gamingCost.Sum();

    public SpikeTrial Spikes { get; private set; } = null!;

    public void Run(CancellationToken cancellation)
    {
        var board = new PatternBoard(PatternSettings.Standard);
        var names = _company.People.Select(person => person.Email).ToArray();
        var index = names.Index().ToDictionary(each => each.Item, each => each.Index, StringComparer.Ordinal);
        Span<byte> text = new byte[WorkText.BytesMax];
        Spikes = new SpikeTrial(_company, names);
        foreach (var day in _company.Play())
        {
            cancellation.ThrowIfCancellationRequested();
            var outcome = 0;
            foreach (var call in day.Calls)
            {
                while (outcome < day.Outcomes.Count && day.Outcomes[outcome].AtMs <= call.AtMs)
                {
                    var came = day.Outcomes[outcome++];
                    board.Outcome(names[came.Person], (int)(came.AtMs / DayMs));
                }

                var seen = new CallSeen(
                    call.AtMs,
                    call.Session,
                    call.UseCase,
                    call.Work != 0,
                    call.IsHuman,
                    call.Input + call.CacheWrite,
                    call.CacheRead,
                    call.Output,
                    call.CostNanos / 1e9,
                    TextSketch.Of(_key, text[..call.Text.Write(text)]));
                Keep(board.See(names[call.Person], _company.People[call.Person].Team, (int)(call.AtMs / DayMs), seen), index);
                Spikes.See(call, seen.CostUsd);
                Note(call, seen);
            }
        }

        Keep(board.AdvanceTo(int.MaxValue - 1), index);
        Spikes.End();
    }

    /// <summary>The day on which somebody first gamed; null for never, or too late to be found in time.</summary>
    public int? GamedFrom(int person) =>
        _firstGaming[person] == long.MaxValue || DayOf(_firstGaming[person]) > _options.Days - 8 ? null : DayOf(_firstGaming[person]);

    /// <summary>Whether somebody gamed at all, also too late to count.</summary>
    public bool Gamed(int person) => _firstGaming[person] != long.MaxValue;

    /// <summary>Everybody, the most tokens first: what a board would show.</summary>
    public IEnumerable<int> ByTokens() => Enumerable.Range(0, _tokens.Length).OrderByDescending(person => _tokens[person]);

    /// <summary>The working days from one day to another.</summary>
    public int WorkingDays(int from, int to) =>
        Enumerable.Range(from, Math.Max(0, to - from + 1))
            .Count(day => _options.First.AddDays(day).DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday));

    private int DayOf(long atMs) => (int)((atMs - _company.StartMs) / DayMs);

    private void Note(in WorkCall call, in CallSeen seen)
    {
        Calls++;
        CostUsd += seen.CostUsd;
        Tokens += call.Tokens;
        _tokens[call.Person] += _options.PressureFrom >= 0 && DayOf(call.AtMs) >= _options.PressureFrom ? call.Tokens : 0;
        if (call.IsGaming)
        {
            _firstGaming[call.Person] = Math.Min(_firstGaming[call.Person], call.AtMs);
            _gamingCost[call.Person] += seen.CostUsd;
        }
    }

    private void Keep(IReadOnlyList<ReviewCue> cues, Dictionary<string, int> index)
    {
        foreach (var cue in cues)
        {
            Flags.Add(new Flag(index[cue.Person], cue.Days[^1].Day - (int)(_company.StartMs / DayMs), cue.Kind));
        }
    }
}
