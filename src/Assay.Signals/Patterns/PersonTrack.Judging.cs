namespace Assay.Signals.Patterns;

/// <summary>What of a day that ended was a cue.</summary>
internal sealed partial class PersonTrack
{
    private void JudgeDay(int day)
    {
        var results = _outcomes.Sum(outcome => outcome.Count);
        Judge(PatternKind.RepeatedAsks, t => t.Calls >= settings.RepeatsMin && t.Calls >= settings.RepeatsShare * _asksToday, _asksToday);
        Judge(PatternKind.UnattendedLoop, t => t.Calls > 0, _callsToday, t => t.Measure);
        Judge(PatternKind.Padding, t => t.Calls >= settings.PaddingCalls && (t.Calls >= settings.PaddingShare * _warmToday || t.Cost >= settings.PaddingShare * _costToday), _warmToday);
        Judge(PatternKind.Verbosity, t => t.Calls > 0, _callsToday, t => t.Measure);
        Judge(PatternKind.FanOut, t => t.Calls > 0, _callsToday, t => t.Measure);
        Judge(PatternKind.CacheBusting, t => t.Calls >= settings.BustedCalls && t.Calls >= settings.BustedShare * _warmToday, _warmToday);
        JudgeTotals(day, results);
        JudgeRise(day, results);

        void Judge(PatternKind kind, Func<CueTally, bool> isSeen, int of, Func<CueTally, double>? measure = null)
        {
            ref var tally = ref _tallies[(int)kind];
            if (isSeen(tally))
            {
                var share = of > 0 ? (double)tally.Calls / of : 1;
                _days[(int)kind].Add(new CueDay(
                    day, tally.Calls, of, measure?.Invoke(tally) ?? share, tally.Cost, tally.Tokens,
                    Weight(tally.Declared, tally.Calls, tally.Cost, results)));
            }
        }
    }

    /// <summary>Declared work counts for a person once something has come of it, in proportion to what it cost.</summary>
    private static double Weight(int declared, int calls, double cost, int results) =>
        declared > 0.6 * calls && results > 0 && cost / results < 60 ? 0.4 : 1;

    private void JudgeTotals(int day, int results)
    {
        if (_callsToday == 0)
        {
            return;
        }

        _totals.Add((day, _tokensToday));
        var recent = _totals.TakeLast(settings.WindowDays).ToList();
        var alike = recent.Count(total =>
            Math.Max(total.Tokens, _tokensToday) <= settings.BunchingRatio * Math.Min(total.Tokens, _tokensToday));
        if (alike >= settings.BunchingDays && _tokensToday >= settings.BunchingTokens)
        {
            _days[(int)PatternKind.Bunching].Clear();
            foreach (var total in recent.Where(t => Math.Max(t.Tokens, _tokensToday) <= settings.BunchingRatio * Math.Min(t.Tokens, _tokensToday)))
            {
                _days[(int)PatternKind.Bunching].Add(new CueDay(
                    total.Day, 0, 0, total.Tokens, total.Day == day ? _costToday : 0, total.Tokens,
                    Weight(_declaredToday, _callsToday, _costToday, results)));
            }
        }
    }

    private void JudgeRise(int day, int results)
    {
        if (_callsToday == 0)
        {
            return;
        }

        var isRise = _baselineDays >= BaselineDays
            && _usualUndeclared < 0.5 * _usualCost
            && _undeclaredToday >= settings.UndeclaredShare * _costToday
            && _undeclaredToday >= settings.RiseRatio * _usualCost
            && _undeclaredToday - _usualCost >= settings.RiseCost;
        if (isRise)
        {
            _days[(int)PatternKind.NoArtefact].Add(new CueDay(
                day, _callsToday - _declaredToday, _callsToday, _costToday / Math.Max(0.01, _usualCost), _undeclaredToday,
                _tokensToday, results > 3 ? 0.4 : 1));
        }

        var rate = Math.Max(BaselineRate, 1.0 / (_baselineDays + 1));

        // A rise becomes usual slowly, or it would hide itself.
        rate *= isRise ? 0.25 : 1;
        _usualCost += rate * (_costToday - _usualCost);
        _usualUndeclared += rate * (_undeclaredToday - _usualUndeclared);
        _baselineDays++;
    }
}
