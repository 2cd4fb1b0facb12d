namespace Assay.Signals.Spikes;

/// <summary>The last calls of everybody, to see of whom and of what a rise is made. A column for each thing, since one or two are read at a time.</summary>
internal sealed class RecentCalls(int capacity)
{
    private readonly long[] _times = new long[capacity];
    private readonly double[] _costs = new double[capacity];
    private readonly int[][] _numbers = [.. Enum.GetValues<SpikeScopeKind>().Select(_ => new int[capacity])];
    private readonly Dictionary<int, double> _sums = [];
    private int _next;
    private int _count;

    public void Add(in SpikeCall call)
    {
        _times[_next] = call.AtMs;
        _costs[_next] = call.CostUsd;
        for (var kind = 0; kind < _numbers.Length; kind++)
        {
            _numbers[kind][_next] = call.Of((SpikeScopeKind)kind);
        }

        _next = (_next + 1) % _times.Length;
        _count = Math.Min(_count + 1, _times.Length);
    }

    /// <summary>Whether all calls since a time are here.</summary>
    public bool Reach(long sinceMs) => _count < _times.Length || _times[_next] < sinceMs;

    /// <summary>What was spent within a scope since a time, by each thing of a kind, the largest first.</summary>
    /// <param name="scope">The scope that a call has to belong to.</param>
    /// <param name="sinceMs">From when on.</param>
    /// <param name="kind">By what.</param>
    public List<(int Number, double CostUsd)> By(SpikeScope scope, long sinceMs, SpikeScopeKind kind)
    {
        var (within, numbers) = (_numbers[(int)scope.Kind], _numbers[(int)kind]);
        _sums.Clear();
        for (var left = _count; left > 0; left--)
        {
            var i = _next - 1 - (_count - left);
            i += i < 0 ? _times.Length : 0;
            if (_times[i] < sinceMs)
            {
                break;
            }

            if (within[i] == scope.Number && numbers[i] is not 0 and var number)
            {
                _sums[number] = _sums.GetValueOrDefault(number) + _costs[i];
            }
        }

        return [.. _sums.Select(s => (s.Key, s.Value)).OrderByDescending(s => s.Value)];
    }
}
