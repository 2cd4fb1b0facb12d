using System.Runtime.ExceptionServices;

namespace Assay.Ledger.Journal;

/// <summary>
/// Whose turn it is to write. An append that finds nobody writing writes itself, on its own thread, and is done when
/// the call returns. One that finds somebody writing is queued; when the writer ends its turn with a queue behind it,
/// a thread of the pool takes the turn over and writes what is queued in groups until nothing is left.
/// </summary>
internal sealed class AppendQueue(SegmentWriter writer, AppendWaiters waiters, JournalOptions options)
    : IThreadPoolWorkItem
{
    private const int GroupEntries = 1024;
    private const int ReusableMax = 4096;

    private readonly Lock _gate = new();
    private readonly Queue<PendingAppend> _accepted = [];
    private readonly LinkedList<PendingAppend> _waitingForRoom = [];
    private readonly Stack<PendingAppend> _reusable = [];
    private readonly List<PendingAppend> _group = [];
    private TaskCompletionSource? _idle;
    private JournalBrokenException? _fault;
    private int _completed;
    private bool _writing;
    private bool _closed;

    public JournalBrokenException? Fault => Volatile.Read(ref _fault);

    public ValueTask<long> AppendAsync(JournalEntry entry, CancellationToken ct)
    {
        lock (_gate)
        {
            ThrowIfUnusable();
            if (_writing)
            {
                return Enqueue(entry, ct);
            }

            _writing = true;
        }

        return new ValueTask<long>(WriteThrough(entry));
    }

    /// <summary>No further appends; completes when everything accepted is written or failed.</summary>
    public async ValueTask CloseAsync()
    {
        Task idle;
        lock (_gate)
        {
            _closed = true;
            idle = _writing
                ? (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task
                : Task.CompletedTask;
        }

        await idle;
    }

    /// <summary>Fails everything that waits and every later append.</summary>
    public JournalBrokenException Break(Exception cause)
    {
        List<PendingAppend> failed;
        JournalBrokenException fault;
        lock (_gate)
        {
            if (_fault is not null)
            {
                return _fault;
            }

            fault = new JournalBrokenException(
                $"The journal in {options.Directory} cannot be written: {cause.Message} Nothing acknowledged is lost. "
                + "Mend the disk, then start again.",
                cause);
            Volatile.Write(ref _fault, fault);
            failed = [.. _accepted, .. _waitingForRoom];
            _accepted.Clear();
            _waitingForRoom.Clear();
        }

        foreach (var pending in failed)
        {
            pending.Cancellation.Unregister();
            pending.Fail(fault);
        }

        waiters.Fail(fault);
        return fault;
    }

    public void Reuse(PendingAppend pending)
    {
        lock (_gate)
        {
            if (_reusable.Count < ReusableMax)
            {
                _reusable.Push(pending);
            }
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            while (TakeGroup())
            {
                WriteTakenGroup();
            }
        }
        catch (Exception error)
        {
            FailGroup(Break(error));
            EndTurn();
        }
    }

    private long WriteThrough(JournalEntry entry)
    {
        long position = 0;
        Exception? refused = null;
        try
        {
            writer.BeginGroup();
            refused = TryAdd(entry, out position);
            writer.WriteGroup();
        }
        catch (Exception error)
        {
            var fault = Break(error);
            EndTurn();
            throw fault;
        }

        EndTurn();
        if (refused is not null)
        {
            ExceptionDispatchInfo.Throw(refused);
        }

        waiters.Wake(position);
        return position;
    }

    /// <summary>Adds an entry to the group, or says what is wrong with the entry; the group is then as before.</summary>
    private Exception? TryAdd(JournalEntry entry, out long position)
    {
        try
        {
            position = writer.Add(entry);
            return null;
        }
        catch (Exception error)
        {
            position = 0;
            return error;
        }
    }

    private void EndTurn()
    {
        TaskCompletionSource? idle = null;
        lock (_gate)
        {
            if (_accepted.Count == 0)
            {
                _writing = false;
                idle = _idle;
            }
            else
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }
        }

        idle?.TrySetResult();
    }

    private bool TakeGroup()
    {
        TaskCompletionSource? idle;
        lock (_gate)
        {
            while (_group.Count < GroupEntries && _accepted.TryDequeue(out var pending))
            {
                _group.Add(pending);
            }

            while (_accepted.Count < options.QueueEntriesMax && _waitingForRoom.First is { } first)
            {
                _waitingForRoom.RemoveFirst();
                first.Value.Cancellation.Unregister();
                _accepted.Enqueue(first.Value);
            }

            if (_group.Count > 0)
            {
                return true;
            }

            _writing = false;
            idle = _idle;
        }

        idle?.TrySetResult();
        return false;
    }

    private void WriteTakenGroup()
    {
        _completed = 0;
        writer.BeginGroup();
        for (var i = 0; i < _group.Count; i++)
        {
            if (writer.GroupIsFull)
            {
                WriteAndComplete(i);
                writer.BeginGroup();
            }

            _group[i].Refused = TryAdd(_group[i].Entry, out var position);
            _group[i].EndPosition = position;
        }

        WriteAndComplete(_group.Count);
        _group.Clear();
    }

    private void WriteAndComplete(int end)
    {
        writer.WriteGroup();
        while (_completed < end)
        {
            // Counted first: a completed append may be in use again and must not be failed with the rest.
            _group[_completed++].Complete();
        }

        waiters.Wake(writer.AppendedPosition);
    }

    private void FailGroup(JournalBrokenException fault)
    {
        while (_completed < _group.Count)
        {
            _group[_completed++].Fail(fault);
        }

        _group.Clear();
    }

    private ValueTask<long> Enqueue(JournalEntry entry, CancellationToken ct)
    {
        if (_accepted.Count < options.QueueEntriesMax)
        {
            var pending = _reusable.TryPop(out var free) ? free : new PendingAppend(this, reusable: true);
            var task = pending.Start(entry);
            _accepted.Enqueue(pending);
            return task;
        }

        // Not reused: its cancellation may still run after it was accepted, and must then find the same append.
        var waiting = new PendingAppend(this, reusable: false);
        var node = _waitingForRoom.AddLast(waiting);
        waiting.Cancellation = ct.UnsafeRegister(
            static (state, token) =>
            {
                var (queue, node) = ((AppendQueue, LinkedListNode<PendingAppend>))state!;
                queue.CancelWaiting(node, token);
            },
            (this, node));
        return waiting.Start(entry);
    }

    private void CancelWaiting(LinkedListNode<PendingAppend> node, CancellationToken ct)
    {
        lock (_gate)
        {
            if (node.List is null)
            {
                return; // Accepted meanwhile: it will be written.
            }

            _waitingForRoom.Remove(node);
        }

        node.Value.Fail(new OperationCanceledException(ct));
    }

    private void ThrowIfUnusable()
    {
        if (_fault is not null)
        {
            throw _fault;
        }

        ObjectDisposedException.ThrowIf(_closed, typeof(Journal));
    }
}
