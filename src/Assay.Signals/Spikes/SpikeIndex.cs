namespace Assay.Signals.Spikes;

/// <summary>
/// Where the series of a scope stands. Whoever feeds the board counts from 1, so numbers are places in a table of each kind;
/// the few that are larger are looked up.
/// </summary>
internal sealed class SpikeIndex
{
    private const int TableMax = 1 << 22;

    private readonly int[][] _tables = [.. Enum.GetValues<SpikeScopeKind>().Select(_ => new int[64])];
    private readonly Dictionary<SpikeScope, int> _large = [];

    /// <summary>The place of a scope's series; -1 if it has none.</summary>
    public int Find(SpikeScopeKind kind, int number)
    {
        var table = _tables[(int)kind];
        return (uint)number < (uint)table.Length ? table[number] - 1 : FindLarge(kind, number);
    }

    public void Add(SpikeScopeKind kind, int number, int at)
    {
        if ((uint)number >= TableMax)
        {
            _large.Add(new SpikeScope(kind, number), at);
            return;
        }

        ref var table = ref _tables[(int)kind];
        if (number >= table.Length)
        {
            Array.Resize(ref table, Math.Min(TableMax, Math.Max(number + 1, table.Length * 2)));
        }

        table[number] = at + 1;
    }

    /// <summary>All scopes and the places of their series, in no order that means anything.</summary>
    public IEnumerable<(SpikeScope Scope, int At)> All()
    {
        for (var kind = 0; kind < _tables.Length; kind++)
        {
            for (var number = 0; number < _tables[kind].Length; number++)
            {
                if (_tables[kind][number] is > 0 and var at)
                {
                    yield return (new SpikeScope((SpikeScopeKind)kind, number), at - 1);
                }
            }
        }

        foreach (var (scope, at) in _large)
        {
            yield return (scope, at);
        }
    }

    private int FindLarge(SpikeScopeKind kind, int number) =>
        (uint)number >= TableMax && _large.TryGetValue(new SpikeScope(kind, number), out var at) ? at : -1;
}
