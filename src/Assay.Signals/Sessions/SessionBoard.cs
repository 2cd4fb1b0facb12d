using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Assay.Signals.Patterns;
using Assay.Signals.Sketches;

namespace Assay.Signals.Sessions;

/// <summary>
/// Watches conversations while they run: how fast each spends, and whether it goes round in a circle. It tells with the call
/// that shows it, so that the next can be stopped. Not safe for use by several threads.
/// </summary>
public sealed class SessionBoard(SessionSettings settings)
{
    private const double MinuteMs = 60_000;
    private const long PruneEveryMs = 60_000;

    private readonly Dictionary<(string Person, string Session), State> _sessions = [];
    private long _prunedMs;

    /// <summary>How many are watched.</summary>
    public int Count => _sessions.Count;

    /// <summary>Sees a call.</summary>
    /// <param name="person">Whose.</param>
    /// <param name="session">The conversation; calls that name none are not watched.</param>
    /// <param name="call">The call.</param>
    /// <returns>What is wrong with its session, when it is seen for the first time; else null.</returns>
    public RunawaySession? See(string person, string session, in CallSeen call)
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(session);
        Prune(call.AtMs);
        if (session.Length == 0 || (_sessions.Count >= settings.SessionsMax && !_sessions.ContainsKey((person, session))))
        {
            return null;
        }

        ref var state = ref CollectionsMarshal.GetValueRefOrAddDefault(_sessions, (person, session), out var isKnown);
        state.Minute = isKnown ? state.Minute * Math.Exp(-Math.Max(0, call.AtMs - state.LastMs) / MinuteMs) : 0;
        state.Minute += call.CostUsd;
        state.LastMs = Math.Max(state.LastMs, call.AtMs);
        state.Calls++;
        if (call.IsHuman)
        {
            (state.Repeats, state.RepeatCost) = (0, 0);
        }
        else if (call.Sketch.IsTelling)
        {
            var isNear = state.Seen.SeesAgain(call.Sketch);
            (state.Repeats, state.RepeatCost) = isNear ? (state.Repeats + 1, state.RepeatCost + call.CostUsd) : (0, 0);
        }

        if (state.Minute >= settings.CostMax && !state.IsCostTold)
        {
            state.IsCostTold = true;
            return new RunawaySession(RunawayKind.Cost, state.Minute, state.Repeats, state.Calls);
        }

        if (state.Repeats >= settings.RepeatsMax && !state.IsLoopTold)
        {
            state.IsLoopTold = true;
            return new RunawaySession(RunawayKind.Loop, state.RepeatCost, state.Repeats, state.Calls);
        }

        return null;
    }

    /// <summary>Forgets all sketches, because the key is about to change.</summary>
    public void ForgetSketches()
    {
        foreach (var session in _sessions.Keys)
        {
            CollectionsMarshal.GetValueRefOrNullRef(_sessions, session).Seen = default;
        }
    }

    private void Prune(long nowMs)
    {
        if (nowMs - _prunedMs < PruneEveryMs)
        {
            return;
        }

        _prunedMs = nowMs;
        foreach (var (session, state) in _sessions)
        {
            if (nowMs - state.LastMs > settings.QuietMinutes * MinuteMs)
            {
                _sessions.Remove(session);
            }
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private struct State
    {
        public long LastMs;
        public double Minute;
        public double RepeatCost;
        public int Repeats;
        public int Calls;
        public bool IsCostTold;
        public bool IsLoopTold;
        public Last Seen;
    }

    /// <summary>Sketches of what was said last: a circle has few stations.</summary>
    [StructLayout(LayoutKind.Auto)]
    private struct Last
    {
        private const int Kept = 8;

        private Bits _bits;
        private byte _count;
        private byte _next;

        /// <summary>Whether nearly the same was said before; keeps it.</summary>
        public bool SeesAgain(TextSketch sketch)
        {
            var isNear = false;
            for (var i = 0; i < _count && !isNear; i++)
            {
                isNear = sketch.Distance(new TextSketch(_bits[i], 0)) <= TextSketch.NearBits;
            }

            _bits[_next] = sketch.Bits;
            _next = (byte)((_next + 1) % Kept);
            _count = (byte)Math.Min(_count + 1, Kept);
            return isNear;
        }

        [InlineArray(Kept)]
        private struct Bits
        {
            private ulong _first;
        }
    }
}
