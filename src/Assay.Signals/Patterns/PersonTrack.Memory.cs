using Assay.Signals.Memory;

namespace Assay.Signals.Patterns;

/// <summary>
/// What is kept of a person over a restart: the days, what is usual, and today's counts. What came of their work is asked
/// for again; sketches and running sessions begin anew.
/// </summary>
internal sealed partial class PersonTrack
{
    private const int DaysMax = 1000;

    public void Save(IMemoryWriter to)
    {
        to.Whole(Team);
        to.Whole(_baselineDays);
        to.Real(_usualCost);
        to.Real(_usualUndeclared);
        to.Whole(_totals.Count);
        foreach (var (day, tokens) in _totals)
        {
            to.Whole(day);
            to.Large(tokens);
        }

        foreach (var days in _days)
        {
            to.Whole(days.Count);
            foreach (var day in days)
            {
                Save(to, day);
            }
        }

        SaveToday(to);
    }

    public void Load(IMemoryReader from)
    {
        Team = from.Whole();
        _baselineDays = from.Whole();
        _usualCost = from.Real();
        _usualUndeclared = from.Real();
        for (var left = from.Count(DaysMax); left > 0; left--)
        {
            _totals.Add((from.Whole(), from.Large()));
        }

        foreach (var days in _days)
        {
            for (var left = from.Count(DaysMax); left > 0; left--)
            {
                days.Add(new CueDay(from.Whole(), from.Whole(), from.Whole(), from.Real(), from.Real(), from.Large(), from.Real()));
            }
        }

        LoadToday(from);
    }

    private static void Save(IMemoryWriter to, CueDay day)
    {
        to.Whole(day.Day);
        to.Whole(day.Calls);
        to.Whole(day.Of);
        to.Real(day.Measure);
        to.Real(day.CostUsd);
        to.Large(day.Tokens);
        to.Real(day.Weight);
    }

    private void SaveToday(IMemoryWriter to)
    {
        to.Whole(_callsToday);
        if (_callsToday == 0)
        {
            return;
        }

        to.Whole(_asksToday);
        to.Whole(_warmToday);
        to.Whole(_declaredToday);
        to.Real(_costToday);
        to.Real(_undeclaredToday);
        to.Large(_tokensToday);
        foreach (var tally in _tallies)
        {
            to.Whole(tally.Calls);
            to.Whole(tally.Declared);
            to.Real(tally.Cost);
            to.Large(tally.Tokens);
            to.Real(tally.Measure);
        }
    }

    private void LoadToday(IMemoryReader from)
    {
        _callsToday = from.Whole();
        if (_callsToday == 0)
        {
            return;
        }

        _asksToday = from.Whole();
        _warmToday = from.Whole();
        _declaredToday = from.Whole();
        _costToday = from.Real();
        _undeclaredToday = from.Real();
        _tokensToday = from.Large();
        foreach (ref var tally in _tallies.AsSpan())
        {
            tally = new CueTally
            {
                Calls = from.Whole(),
                Declared = from.Whole(),
                Cost = from.Real(),
                Tokens = from.Large(),
                Measure = from.Real(),
            };
        }
    }
}
