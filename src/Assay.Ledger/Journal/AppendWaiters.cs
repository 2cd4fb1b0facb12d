namespace Assay.Ledger.Journal;

/// <summary>Readers that wait for the journal to grow. Few: one for each projector.</summary>
internal sealed class AppendWaiters
{
    private readonly Lock _gate = new();
    private readonly List<(long Beyond, TaskCompletionSource Appended)> _waiting = [];
    private Exception? _fault;
    private int _count;

    public async ValueTask WaitAsync(SegmentWriter writer, long beyond, CancellationToken ct)
    {
        if (writer.AppendedPosition > beyond)
        {
            return;
        }

        var waiter = (beyond, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate)
        {
            if (_fault is not null)
            {
                throw _fault;
            }

            _waiting.Add(waiter);
            // A full fence: either the writer sees the count, or the position read next is the writer's.
            Interlocked.Increment(ref _count);
        }

        try
        {
            if (writer.AppendedPosition <= beyond)
            {
                await waiter.Item2.Task.WaitAsync(ct);
            }
        }
        finally
        {
            lock (_gate)
            {
                if (_waiting.Remove(waiter))
                {
                    _count--;
                }
            }
        }
    }

    public void Wake(long position)
    {
        // Pairs with the fence above: the position was published before the count is read.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _count) == 0)
        {
            return;
        }

        lock (_gate)
        {
            foreach (var (beyond, appended) in _waiting)
            {
                if (position > beyond)
                {
                    appended.TrySetResult();
                }
            }
        }
    }

    public void Fail(Exception fault)
    {
        lock (_gate)
        {
            _fault ??= fault;
            foreach (var (_, appended) in _waiting)
            {
                appended.TrySetException(fault);
            }
        }
    }
}
