namespace Assay.Signals.Spikes;

/// <summary>The last calls of everybody, to see of whom and of what a rise is made.</summary>
internal sealed class RecentCalls(int capacity)
{
    private readonly SpikeCall[] _calls = new SpikeCall[capacity];
    private int _next;
    private int _count;

    public void Add(in SpikeCall call)
    {
        _calls[_next] = call;
        _next = (_next + 1) % _calls.Length;
        _count = Math.Min(_count + 1, _calls.Length);
    }

    /// <summary>What was spent within a scope since a time, by each thing of a kind, the largest first.</summary>
    /// <param name="isWithin">Whether a call belongs to the scope.</param>
    /// <param name="sinceMs">From when on.</param>
    /// <param name="kind">By what.</param>
    public List<(int Number, double CostUsd)> By(Func<SpikeCall, bool> isWithin, long sinceMs, SpikeScopeKind kind)
    {
        var sums = new Dictionary<int, double>();
        for (var i = 1; i <= _count; i++)
        {
            ref readonly var call = ref _calls[(_next - i + _calls.Length) % _calls.Length];
            if (call.AtMs < sinceMs)
            {
                break;
            }

            if (call.Of(kind) is not 0 and var number && isWithin(call))
            {
                sums[number] = sums.GetValueOrDefault(number) + call.CostUsd;
            }
        }

        return [.. sums.Select(s => (s.Key, s.Value)).OrderByDescending(s => s.Value)];
    }
}
