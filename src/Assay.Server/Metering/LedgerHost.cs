using Assay.Ledger.Book;
using Assay.Ledger.Journal;
using Assay.Ledger.Usage;

namespace Assay.Server.Metering;

/// <summary>
/// This node's ledger: the book in memory and the journal on disk, kept in step. A reservation is in the journal before
/// a call is sent; its settlement is in the journal before the call ends.
/// </summary>
internal sealed class LedgerHost : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Book _book;
    private readonly TimeProvider _clock;

    private LedgerHost(Journal journal, Book book, TimeProvider clock)
    {
        Journal = journal;
        _book = book;
        _clock = clock;
    }

    public Journal Journal { get; }

    /// <summary>Whether entries can be kept; a gateway that cannot keep them refuses calls.</summary>
    public bool CanWrite => !Journal.IsBroken;

    /// <summary>How many calls of an earlier process were found open and charged their estimate.</summary>
    public int ExpiredAtStart { get; private set; }

    /// <summary>
    /// Opens the journal, replays what it retains and charges every call that an earlier process left open: after a
    /// crash nobody can know whether it was billed.
    /// </summary>
    public static async Task<LedgerHost> OpenAsync(JournalOptions options, TimeProvider clock, CancellationToken ct)
    {
        var book = new Book();
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var journal = Journal.Open(options, (entry, _) => book.Apply(entry, now));
        var host = new LedgerHost(journal, book, clock);
        try
        {
            foreach (var open in journal.Opening.OpenReservations)
            {
                ct.ThrowIfCancellationRequested();
                await host.ExpireAsync(open);
            }

            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Holds the call's estimated cost on every account or on none, and journals it.</summary>
    /// <exception cref="JournalBrokenException">The journal cannot be written; nothing is held.</exception>
    public async ValueTask<ReserveResult> ReserveAsync(
        UsageEvent call, string[] accounts, long expiresAtMs, CancellationToken ct)
    {
        var now = NowMs();
        ReserveResult result;
        lock (_lock)
        {
            result = _book.Reserve(call.Id, accounts, call.Cost, call.Counts.TotalTokens, now, expiresAtMs);
        }

        if (result.Status != ReserveStatus.Held)
        {
            return result;
        }

        try
        {
            await Journal.AppendAsync(new Reserved(call, expiresAtMs, accounts), ct);
            return result;
        }
        catch
        {
            // Not journaled means not sent: nothing can have been billed.
            lock (_lock)
            {
                _book.Void(call.Id, now);
            }

            throw;
        }
    }

    /// <summary>Resolves the call's reservation and journals it. Not cancellable: what was billed must be kept.</summary>
    /// <exception cref="JournalBrokenException">The journal cannot be written; after a restart the estimate is charged.</exception>
    public ValueTask<long> SettleAsync(UsageEvent call)
    {
        lock (_lock)
        {
            if (call.Resolution == Resolution.Voided)
            {
                _book.Void(call.Id, NowMs());
            }
            else
            {
                _book.Post(call.Id, call.Cost, call.Counts.TotalTokens, NowMs());
            }
        }

        return Journal.AppendAsync(new Settled(call), CancellationToken.None);
    }

    public AccountBalance Balance(string account)
    {
        lock (_lock)
        {
            return _book.Balance(account);
        }
    }

    public void SetLimit(string account, AccountUnit unit, long? limit)
    {
        lock (_lock)
        {
            _book.SetLimit(account, unit, limit, NowMs());
        }
    }

    public ValueTask DisposeAsync() => Journal.DisposeAsync();

    private async Task ExpireAsync(OpenReservation open)
    {
        var call = open.Entry.Call;
        var duration = Math.Clamp(NowMs() - call.StartedAtMs, 0, int.MaxValue);
        await SettleAsync(call with
        {
            Cost = open.Amount,
            Reserved = open.Amount,
            Resolution = Resolution.Expired,
            Outcome = CallOutcome.ProcessDied,
            Marks = call.Marks | UsageMarks.Estimated,
            DurationMs = (int)duration,
        });
        ExpiredAtStart++;
    }

    private long NowMs() => _clock.GetUtcNow().ToUnixTimeMilliseconds();
}
