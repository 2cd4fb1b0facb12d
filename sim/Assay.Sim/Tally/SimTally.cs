namespace Assay.Sim.Tally;

/// <summary>
/// What the simulator knows to be true: every ended call with its usage, and sums by format, model and service tier.
/// Safe for use from many threads; memory is bounded, sums are not.
/// </summary>
public sealed class SimTally
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(SimFormat Format, string Model, string Tier), SimTotal> _totals = [];
    private readonly Dictionary<string, SimCall> _calls = new(StringComparer.Ordinal);
    private readonly Queue<string> _callOrder = new();
    private readonly Dictionary<string, SimCapture> _captures = new(StringComparer.Ordinal);
    private readonly Queue<string> _captureOrder = new();
    private readonly int _callsKeptMax;
    private readonly int _capturesKeptMax;
    private SimTotal _total = new();
    private int _underWay;
    private TaskCompletionSource _quiet = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal SimTally(SimOptions options)
    {
        _callsKeptMax = options.CallsKeptMax;
        _capturesKeptMax = options.CapturesKeptMax;
        _quiet.SetResult();
    }

    /// <summary>Sums over everything.</summary>
    public SimTotal Total
    {
        get
        {
            lock (_lock)
            {
                return _total;
            }
        }
    }

    /// <summary>How many calls are being answered.</summary>
    public int UnderWay
    {
        get
        {
            lock (_lock)
            {
                return _underWay;
            }
        }
    }

    /// <summary>Sums by format, model and service tier.</summary>
    public IReadOnlyDictionary<(SimFormat Format, string Model, string Tier), SimTotal> Totals
    {
        get
        {
            lock (_lock)
            {
                return new Dictionary<(SimFormat Format, string Model, string Tier), SimTotal>(_totals);
            }
        }
    }

    /// <summary>The ended calls that are still remembered, oldest first.</summary>
    public IReadOnlyList<SimCall> Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _callOrder.Select(id => _calls[id])];
            }
        }
    }

    /// <summary>One ended call; null if it is unknown, under way or forgotten.</summary>
    public SimCall? Find(string id)
    {
        lock (_lock)
        {
            return _calls.GetValueOrDefault(id);
        }
    }

    /// <summary>The raw bytes of one ended call; null if none were kept.</summary>
    public SimCapture? Capture(string id)
    {
        lock (_lock)
        {
            return _captures.GetValueOrDefault(id);
        }
    }

    /// <summary>
    /// Completes when no call is under way. A client may have its last byte a moment before the simulator has counted
    /// the call, so wait for this before comparing.
    /// </summary>
    public async Task QuietAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task quiet;
            lock (_lock)
            {
                if (_underWay == 0)
                {
                    return;
                }

                quiet = _quiet.Task;
            }

            await quiet.WaitAsync(cancellationToken);
        }
    }

    internal void Begin()
    {
        lock (_lock)
        {
            if (_underWay++ == 0)
            {
                _quiet = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    internal void End(SimCall? call, SimCapture? capture)
    {
        lock (_lock)
        {
            if (call is not null)
            {
                Keep(_calls, _callOrder, call.Id, call, _callsKeptMax);
                _total = _total.Add(call);
                var key = (call.Format, call.Model, call.ServiceTier);
                _totals[key] = (_totals.GetValueOrDefault(key) ?? new SimTotal()).Add(call);
            }

            if (capture is not null)
            {
                Keep(_captures, _captureOrder, capture.Id, capture, _capturesKeptMax);
            }

            if (--_underWay == 0)
            {
                _quiet.TrySetResult();
            }
        }
    }

    private static void Keep<T>(Dictionary<string, T> items, Queue<string> order, string id, T item, int max)
    {
        while (order.Count >= max && order.TryDequeue(out var oldest))
        {
            items.Remove(oldest);
        }

        if (max > 0)
        {
            items[id] = item;
            order.Enqueue(id);
        }
    }
}
