namespace Assay.Ledger.Journal;

/// <summary>
/// The append-only files to which a node writes what it holds and spends, before anything else happens. Any number of
/// threads may append; readers follow beside them. A position is a byte offset over all records ever written, so it
/// only grows, also over restarts and deletions. docs/ledger-format.md has the layout.
/// </summary>
#pragma warning disable MA0049 // The namespace is the folder, the type is what it holds; both are called a journal.
public sealed class Journal : IAsyncDisposable
#pragma warning restore MA0049
{
    private readonly JournalOptions _options;
    private readonly IDisposable _lock;
    private readonly SegmentIndex _index;
    private readonly SegmentWriter _writer;
    private readonly AppendQueue _queue;
    private readonly AppendWaiters _waiters = new();
    private readonly PeriodicTimer _syncTimer;
    private readonly Task _syncing;
    private bool _disposed;

    private Journal(JournalOptions options, IDisposable exclusive, Book.Book? book, long chargedBefore)
    {
        _options = options;
        _lock = exclusive;
        (_index, _writer, Opening) = new Opening(options, book, chargedBefore).Run();
        _queue = new AppendQueue(_writer, _waiters, options);
        _syncTimer = new PeriodicTimer(options.SyncEvery);
        _syncing = SyncPeriodicallyAsync();
    }

    /// <summary>What was found when the journal was opened.</summary>
    public JournalOpening Opening { get; }

    /// <summary>Where the oldest entry that is kept stands.</summary>
    public long FirstPosition => _index.FirstPosition;

    /// <summary>The end of all complete records, which readers may read.</summary>
    public long AppendedPosition => _writer.AppendedPosition;

    /// <summary>The same as <see cref="AppendedPosition"/>.</summary>
    public long TailPosition => _writer.AppendedPosition;

    /// <summary>The end of what is known to be on disk.</summary>
    public long SyncedPosition => _writer.SyncedPosition;

    /// <summary>How many segment files there are.</summary>
    public int SegmentCount => _index.Count;

    /// <summary>Whether nothing can be appended any more; see <see cref="Fault"/>.</summary>
    public bool IsBroken => _queue.Fault is not null;

    /// <summary>Why nothing can be appended any more.</summary>
    public Exception? Fault => _queue.Fault;

    /// <summary>
    /// Opens the journal of a directory, or begins one: takes the lock, checks every retained record, cuts a torn tail.
    /// </summary>
    /// <param name="options">How it is kept.</param>
    /// <param name="book">What the retained entries say was done is done to it again. After an exception it is of no use.</param>
    /// <param name="chargedBefore">
    /// The position before which the book has every charge already, as from a store that applied so much; entries before
    /// it are not charged again.
    /// </param>
    /// <exception cref="JournalLockedException">Another process has it open.</exception>
    /// <exception cref="JournalCorruptException">A file is damaged.</exception>
    /// <exception cref="JournalFormatException">A record is unknown to this version.</exception>
    /// <exception cref="JournalInvariantException">The entries contradict each other.</exception>
    public static Journal Open(JournalOptions options, Book.Book? book = null, long chargedBefore = 0)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problem() is { } problem)
        {
            throw new ArgumentException(problem, nameof(options));
        }

        options.Files.CreateDirectory(options.Directory);
        var exclusive = options.Files.Lock(Path.Combine(options.Directory, JournalLock.FileName));
        try
        {
            return new Journal(options, exclusive, book, chargedBefore);
        }
        catch
        {
            exclusive.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Appends an entry; completes when it is as durable as the options say. When nobody else is writing it is done,
    /// without allocation, when the call returns. When the queue is full it waits for room.
    /// </summary>
    /// <param name="entry">The entry.</param>
    /// <param name="ct">Ends the wait for room. An entry that was accepted is always written.</param>
    /// <returns>The position behind the entry.</returns>
    /// <exception cref="JournalBrokenException">The journal cannot be written any more.</exception>
    public ValueTask<long> AppendAsync(JournalEntry entry, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return ct.IsCancellationRequested ? ValueTask.FromCanceled<long>(ct) : _queue.AppendAsync(entry, ct);
    }

    /// <summary>Reads from a position on: 0, a watermark, or any position that this journal gave.</summary>
    /// <exception cref="JournalPositionException">The journal does not hold the position.</exception>
    public JournalReader Read(long fromPosition) => new(this, _index, _options.Files, fromPosition);

    /// <summary>Completes when something is appended beyond a position.</summary>
    public ValueTask WaitForAppendAsync(long beyond, CancellationToken ct) => _waiters.WaitAsync(_writer, beyond, ct);

    /// <summary>
    /// Puts everything appended so far on disk, on the calling thread. A projector calls it before it moves a watermark:
    /// the store must never have applied what a power cut takes from the journal.
    /// </summary>
    public void Sync()
    {
        try
        {
            _writer.Sync();
        }
        catch (Exception error)
        {
            // After a failed sync the system may have dropped the pages: no later sync could be believed.
            throw _queue.Break(error);
        }
    }

    /// <summary>
    /// Deletes the leading segments that end at or before a position and in which no open reservation begins.
    /// </summary>
    /// <param name="position">The watermark: everything before it is applied to the store.</param>
    public void DeleteThrough(long position)
    {
        var unneeded = _index.Unneeded(position);
        if (unneeded.Count > 0)
        {
            // The settlements of what they reserved stand in later segments, and must outlast them.
            Sync();
        }

        foreach (var segment in unneeded)
        {
            _options.Files.Delete(segment.Path);
            _index.Remove(segment);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _queue.CloseAsync();
        _syncTimer.Dispose();
        await _syncing;
        try
        {
            if (!IsBroken)
            {
                Sync();
            }
        }
        finally
        {
            _waiters.Fail(new ObjectDisposedException(nameof(Journal)));
            _writer.Dispose();
            _lock.Dispose();
        }
    }

    private async Task SyncPeriodicallyAsync()
    {
        while (await _syncTimer.WaitForNextTickAsync() && !IsBroken)
        {
            try
            {
                Sync();
            }
            catch (JournalBrokenException)
            {
                // Break told every waiter; appends throw it from now on.
            }
        }
    }
}
