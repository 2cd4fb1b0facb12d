using Assay.Signals.Sketches;

namespace Assay.Signals.Patterns;

/// <summary>What is remembered of one person: today's counts, the sessions that run, sketches of the last texts, some days.</summary>
internal sealed partial class PersonTrack(string person, PatternSettings settings, PeerAnswers peers)
{
    private const int Kinds = 8;
    private const int SessionsMax = 48;
    private const int AsksMax = 64;
    private const int ResultsMax = 32;
    private const double BaselineRate = 1.0 / 15;
    private const int BaselineDays = 5;

    private readonly SketchRing _asks = new(AsksMax);
    private readonly SketchRing _results = new(ResultsMax);
    private readonly SessionTrack[] _sessions = new SessionTrack[SessionsMax];
    private readonly CueTally[] _tallies = new CueTally[Kinds];
    private readonly List<CueDay>[] _days = [.. Enumerable.Range(0, Kinds).Select(_ => new List<CueDay>())];
    private readonly List<(int Day, long Tokens)> _totals = [];
    private readonly List<(int Day, int Count)> _outcomes = [];
    private LikenessLog? _asksAlike;
    private LikenessLog? _resultsAlike;
    private int _sessionCount;

    private int _asksToday;
    private int _warmToday;
    private int _callsToday;
    private int _declaredToday;
    private double _costToday;
    private double _undeclaredToday;
    private long _tokensToday;

    private int _baselineDays;
    private double _usualCost;
    private double _usualUndeclared;

    /// <summary>A number for the team; 0 until a call names it.</summary>
    public int Team { get; set; }

    public bool IsIdle => _callsToday == 0;

    /// <summary>Something came of the person's work on a day.</summary>
    public void Outcome(int day)
    {
        // Somebody who does not call has no day that ends, and so nothing else would forget.
        _outcomes.RemoveAll(outcome => outcome.Day <= day - settings.WindowDays);
        var at = _outcomes.FindIndex(outcome => outcome.Day == day);
        if (at >= 0)
        {
            _outcomes[at] = (day, _outcomes[at].Count + 1);
        }
        else
        {
            _outcomes.Add((day, 1));
        }
    }

    public void Forget()
    {
        _asks.Clear();
        _results.Clear();
    }

    public void See(in CallSeen call)
    {
        _callsToday++;
        _declaredToday += call.IsDeclared ? 1 : 0;
        _costToday += call.CostUsd;
        _tokensToday += call.Tokens;
        _undeclaredToday += call.IsDeclared ? 0 : call.CostUsd;

        ref var session = ref Session(call, out var isNew);
        if (!isNew)
        {
            Running(call, ref session);
        }

        if (call.IsHuman)
        {
            Ask(call, ref session);
        }
        else
        {
            Unattended(call, ref session);
        }

        if (session.IsFan)
        {
            _tallies[(int)PatternKind.FanOut].Add(call);
        }

        session.LastMs = call.AtMs;
        session.LastInput = call.Input + call.Output;
        session.Calls++;
        session.Declared += call.IsDeclared ? 1 : 0;
        session.LogOutput += Math.Log(1 + call.Output);
        session.Output += call.Output;
        session.MostInput = Math.Max(session.MostInput, call.Input);
        session.Cost += call.CostUsd;
        session.Tokens += call.Tokens;
    }

    /// <summary>Whether caches were missed today, be it a few times.</summary>
    public bool MissedCaches =>
        Busted.Calls >= settings.BustedCalls / 4 && Busted.Calls >= settings.BustedShare * _warmToday;

    private ref CueTally Busted => ref _tallies[(int)PatternKind.CacheBusting];

    /// <summary>It was not this person's doing.</summary>
    public void ExcuseCaches() => Busted = default;

    /// <summary>Judges the day and begins the next.</summary>
    public IEnumerable<ReviewCue> EndDay(int day)
    {
        for (var i = 0; i < _sessionCount; i++)
        {
            EndSession(ref _sessions[i]);
        }

        JudgeDay(day);
        _totals.RemoveAll(total => total.Day <= day - (2 * settings.WindowDays));
        _outcomes.RemoveAll(outcome => outcome.Day <= day - settings.WindowDays);
        var cues = new List<ReviewCue>();
        for (var kind = 0; kind < Kinds; kind++)
        {
            _days[kind].RemoveAll(seen => seen.Day <= day - settings.WindowDays);
            var days = _days[kind];
            if (days.Count > 0 && days[^1].Day == day
                && days.Sum(seen => seen.Weight) >= ((PatternKind)kind == PatternKind.NoArtefact ? settings.RiseDays : settings.DaysMin)
                && days.Sum(seen => seen.CostUsd) >= settings.CostMin)
            {
                cues.Add(new ReviewCue(person, (PatternKind)kind, [.. days]) { Alike = Alike((PatternKind)kind) });
            }
        }

        _asksAlike?.Clear();
        _resultsAlike?.Clear();
        Array.Clear(_tallies);
        (_asksToday, _warmToday, _callsToday, _declaredToday) = (0, 0, 0, 0);
        (_costToday, _undeclaredToday, _tokensToday, _sessionCount) = (0, 0, 0, 0);
        return cues;
    }

    private ref SessionTrack Session(in CallSeen call, out bool isNew)
    {
        var oldest = 0;
        for (var i = 0; i < _sessionCount; i++)
        {
            // Calls that name no session are each their own.
            if (_sessions[i].Id == call.Session && call.Session != 0)
            {
                isNew = false;
                return ref _sessions[i];
            }

            if (_sessions[i].LastMs < _sessions[oldest].LastMs)
            {
                oldest = i;
            }
        }

        if (_sessionCount < SessionsMax)
        {
            oldest = _sessionCount++;
        }
        else
        {
            EndSession(ref _sessions[oldest]);
        }

        _sessions[oldest] = new SessionTrack { Id = call.Session, UseCase = call.UseCase, LastMs = call.AtMs };
        isNew = true;
        return ref _sessions[oldest];
    }

    /// <summary>A call in a conversation that runs: is the cache used, and how much is added?</summary>
    private void Running(in CallSeen call, ref SessionTrack session)
    {
        if (call.AtMs - session.LastMs > settings.WarmSeconds * 1000L || session.LastInput < 5000)
        {
            return;
        }

        _warmToday++;
        if (call.CacheRead < session.LastInput / 10 && call.Fresh > session.LastInput / 2)
        {
            _tallies[(int)PatternKind.CacheBusting].Add(call);
        }

        var added = call.Input - session.LastInput;
        if (added >= settings.PaddingTokens && call.Output <= added * settings.PaddingReturn)
        {
            _tallies[(int)PatternKind.Padding].Add(call);
        }
    }

    private void Ask(in CallSeen call, ref SessionTrack session)
    {
        EndRun(ref session);
        if (!call.Sketch.IsTelling)
        {
            return;
        }

        _asksToday++;
        var nearest = _asks.Add(call.Sketch, call.AtMs, session.Id);
        Note(ref _asksAlike, call.AtMs, nearest);
        if (nearest.IsNear)
        {
            _tallies[(int)PatternKind.RepeatedAsks].Add(call);
        }

        if (session.Calls == 0)
        {
            var alike = _asks.SessionsLike(call.Sketch, call.AtMs - (settings.FanOutMinutes * 60_000L));
            session.IsFan = alike >= settings.FanOutSessions;
            _tallies[(int)PatternKind.FanOut].Measure = Math.Max(_tallies[(int)PatternKind.FanOut].Measure, alike);
        }
    }

    private void Unattended(in CallSeen call, ref SessionTrack session)
    {
        session.RunCalls++;
        session.RunCost += call.CostUsd;
        session.RunTokens += call.Tokens;
        if (!call.Sketch.IsTelling)
        {
            return;
        }

        var nearest = _results.Add(call.Sketch, call.AtMs, session.Id);
        Note(ref _resultsAlike, call.AtMs, nearest);
        session.RunRepeats += nearest.IsNear ? 1 : 0;
    }

    /// <summary>The first text of all has nothing before it to be like.</summary>
    private static void Note(ref LikenessLog? log, long atMs, Nearest nearest)
    {
        if (nearest.Distance <= 64)
        {
            (log ??= new LikenessLog()).Add(atMs, nearest.Distance);
        }
    }

    private IReadOnlyList<Likeness> Alike(PatternKind kind) => kind switch
    {
        PatternKind.RepeatedAsks or PatternKind.FanOut => _asksAlike?.All() ?? [],
        PatternKind.UnattendedLoop => _resultsAlike?.All() ?? [],
        _ => [],
    };

    private void EndRun(ref SessionTrack session)
    {
        if (session.RunCalls >= settings.LoopCalls && session.RunRepeats >= settings.LoopRepeats * session.RunCalls)
        {
            ref var tally = ref _tallies[(int)PatternKind.UnattendedLoop];
            tally.Measure = Math.Max(tally.Measure, (double)session.RunRepeats / session.RunCalls);
            tally.Add(session.RunCalls, session.Declared > session.Calls / 2 ? session.RunCalls : 0, session.RunCost, session.RunTokens);
        }

        (session.RunCalls, session.RunRepeats, session.RunCost, session.RunTokens) = (0, 0, 0, 0);
    }

    private void EndSession(ref SessionTrack session)
    {
        EndRun(ref session);
        if (session.Calls < settings.VerbosityCalls)
        {
            return;
        }

        var usual = session.LogOutput / session.Calls;
        if (usual >= Math.Log(settings.VerbosityTokens)
            && session.Output >= settings.VerbosityShare * session.MostInput
            && peers.Deviations(session.UseCase, usual) >= settings.VerbosityDeviations)
        {
            ref var tally = ref _tallies[(int)PatternKind.Verbosity];
            tally.Measure = Math.Max(tally.Measure, Math.Exp(usual));
            tally.Add(session.Calls, session.Declared, session.Cost, session.Tokens);
        }

        peers.Learn(session.UseCase, usual);
    }
}
