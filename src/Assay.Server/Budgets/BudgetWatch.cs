using System.Collections.Concurrent;

namespace Assay.Server.Budgets;

/// <summary>
/// Remembers which budgets calls have touched, for those who look at them once a second: thresholds and the live view.
/// Touching costs a call next to nothing.
/// </summary>
internal sealed class BudgetWatch
{
    private readonly ConcurrentQueue<BudgetLine> _touched = new();
    private readonly ConcurrentDictionary<BudgetLine, byte> _refusing = new();

    public void Touch(BudgetSet? set)
    {
        if (set is null)
        {
            return;
        }

        for (var i = 0; i < set.Lines.Count; i++)
        {
            Touch(set.Lines[i]);
        }
    }

    /// <summary>Something about a budget is other than it was.</summary>
    public void Touch(BudgetLine line)
    {
        if (line.Touch())
        {
            _touched.Enqueue(line);
        }
    }

    /// <summary>A budget had no room for a call.</summary>
    public void Refused(BudgetLine line)
    {
        _refusing.TryAdd(line, 0);
        Touch(line);
    }

    /// <summary>The budgets touched since the last time, and whether each had no room for a call.</summary>
    public IReadOnlyList<(BudgetLine Line, bool Refused)> Take()
    {
        var taken = new List<(BudgetLine Line, bool Refused)>();
        while (_touched.TryDequeue(out var line))
        {
            line.TakeTouch();
            taken.Add((line, _refusing.TryRemove(line, out _)));
        }

        return taken;
    }
}
