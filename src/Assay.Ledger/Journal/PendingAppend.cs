using System.Threading.Tasks.Sources;

namespace Assay.Ledger.Journal;

/// <summary>An append that waits for others to be written. Reused, so that queueing allocates nothing.</summary>
internal sealed class PendingAppend(AppendQueue queue, bool reusable) : IValueTaskSource<long>
{
    // The writer must not run what a caller does next.
    private ManualResetValueTaskSourceCore<long> _core = new() { RunContinuationsAsynchronously = true };

    public JournalEntry Entry { get; private set; } = null!;

    /// <summary>Set by the writer before it completes the append: where the entry ends.</summary>
    public long EndPosition { get; set; }

    /// <summary>Set by the writer if the entry itself cannot be written.</summary>
    public Exception? Refused { get; set; }

    /// <summary>Cancels the wait for room in the queue; not the append, once it is accepted.</summary>
    public CancellationTokenRegistration Cancellation { get; set; }

    public ValueTask<long> Start(JournalEntry entry)
    {
        Entry = entry;
        return new ValueTask<long>(this, _core.Version);
    }

    public void Complete()
    {
        if (Refused is null)
        {
            _core.SetResult(EndPosition);
        }
        else
        {
            _core.SetException(Refused);
        }
    }

    public void Fail(Exception error) => _core.SetException(error);

    public long GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            if (reusable)
            {
                _core.Reset();
                Entry = null!;
                Refused = null;
                queue.Reuse(this);
            }
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
