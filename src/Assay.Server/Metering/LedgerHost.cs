using Assay.Ledger.Book;
using Assay.Ledger.Journal;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Server.Budgets;
using Assay.Server.Store;

namespace Assay.Server.Metering;

/// <summary>
/// This node's ledger: the book in memory and the journal on disk, kept in step. A reservation is in the journal before
/// a call is sent; its settlement is in the journal before the call ends.
/// </summary>
internal sealed class LedgerHost : IAsyncDisposable
{
    private const long HourMs = 3_600_000;

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

    /// <summary>Reservations of an earlier process that are held for batch jobs, which go on without it.</summary>
    public IReadOnlyList<OpenReservation> JobsAtStart { get; private set; } = [];

    /// <summary>
    /// Opens the journal, replays what it retains on top of what the store has, and charges every call that an earlier
    /// process left open: after a crash nobody can know whether it was billed.
    /// </summary>
    /// <param name="options">Where the journal is. Its first position is the store's watermark.</param>
    /// <param name="charges">What the store has charged to accounts, as of the watermark.</param>
    /// <param name="clock">The time.</param>
    /// <param name="ct">Ends the opening between two open calls.</param>
    public static async Task<LedgerHost> OpenAsync(
        JournalOptions options, IReadOnlyList<AccountCharge> charges, TimeProvider clock, CancellationToken ct)
    {
        var book = new Book(rollingHours: BudgetAccounts.RollingHours);
        foreach (var charge in charges)
        {
            book.Carry(
                charge.Account,
                new NanoUsd(charge.Money),
                charge.Tokens,
                charge.Hour * HourMs,
                new NanoUsd(charge.MoneyOverage),
                charge.TokensOverage);
        }

        var journal = Journal.Open(options, book, chargedBefore: options.FirstPosition);
        var host = new LedgerHost(journal, book, clock);
        try
        {
            var open = journal.Opening.OpenReservations;
            host.JobsAtStart = [.. open.Where(each => each.Job is not null)];
            foreach (var call in open.Where(each => each.Job is null))
            {
                ct.ThrowIfCancellationRequested();
                await host.ExpireAsync(call);
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
    /// <param name="call">The call.</param>
    /// <param name="accounts">The accounts; kept, so not to be changed.</param>
    /// <param name="enforced">A bit for each account: whether its limit may refuse.</param>
    /// <param name="expiresAtMs">When the reservation expires.</param>
    /// <param name="ct">Ends the wait for room in the journal.</param>
    /// <exception cref="JournalBrokenException">The journal cannot be written; nothing is held.</exception>
    public async ValueTask<ReserveResult> ReserveAsync(
        UsageEvent call, string[] accounts, uint enforced, long expiresAtMs, CancellationToken ct)
    {
        ReserveResult result;
        lock (_lock)
        {
            result = _book.Reserve(
                call.Id, accounts, call.Cost, call.Counts.TotalTokens, call.StartedAtMs, expiresAtMs, enforced);
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
                _book.Void(call.Id, NowMs());
            }

            throw;
        }
    }

    /// <summary>
    /// Holds more for a call that outgrows its reservation, on every account or on none. It is the call's to count what
    /// is held for it: <see cref="SettleAsync"/> wants to know.
    /// </summary>
    /// <exception cref="JournalBrokenException">The journal cannot be written. What was held stays so until the call ends.</exception>
    public async ValueTask<ReserveResult> ExtendAsync(Guid callId, NanoUsd amount, long tokens, CancellationToken ct)
    {
        var now = NowMs();
        ReserveResult result;
        lock (_lock)
        {
            result = _book.Extend(callId, amount, tokens, now);
        }

        if (result.Status == ReserveStatus.Held)
        {
            await Journal.AppendAsync(new Extended(callId, now, amount, tokens), ct);
        }

        return result;
    }

    /// <summary>Resolves the call's reservation and journals it. Not cancellable: what was billed must be kept.</summary>
    /// <param name="call">What became of the call; <see cref="UsageEvent.Reserved"/> is all the money held for it.</param>
    /// <param name="accounts">The accounts it is held on.</param>
    /// <param name="heldTokens">All the tokens held for it.</param>
    /// <exception cref="JournalBrokenException">The journal cannot be written; after a restart the estimate is charged.</exception>
    public ValueTask<long> SettleAsync(UsageEvent call, string[] accounts, long heldTokens)
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

        return Journal.AppendAsync(new Settled(call, accounts, heldTokens), CancellationToken.None);
    }

    /// <summary>The provider has taken the job that a reservation is held for: from now on it outlives this process.</summary>
    /// <exception cref="JournalBrokenException">The journal cannot be written; after a restart the estimate is charged.</exception>
    public ValueTask<long> SubmitAsync(Guid reservationId, string jobPath, IReadOnlyList<string> models) =>
        Journal.AppendAsync(new Submitted(reservationId, NowMs(), jobPath, models), CancellationToken.None);

    /// <summary>Posts what was billed without a reservation of its own, on the accounts of the call it belongs to.</summary>
    public ValueTask<long> ChargeAsync(UsageEvent call, string[] accounts)
    {
        lock (_lock)
        {
            _book.Reserve(call.Id, accounts, NanoUsd.Zero, 0, call.StartedAtMs, long.MaxValue, enforced: 0);
            _book.Post(call.Id, call.Cost, call.Counts.TotalTokens, NowMs());
        }

        return Journal.AppendAsync(new Settled(call, accounts, 0), CancellationToken.None);
    }

    /// <summary>Whether an account has begun: it has a limit, or something was charged to it.</summary>
    public bool Has(string account)
    {
        lock (_lock)
        {
            return _book.Has(account);
        }
    }

    /// <summary>The account as it stands now.</summary>
    public AccountBalance Balance(string account)
    {
        var now = NowMs();
        lock (_lock)
        {
            return _book.Balance(account, now);
        }
    }

    /// <summary>Begins or changes a limit: it holds from this moment, and is journaled.</summary>
    public ValueTask<long> SetLimitAsync(string account, AccountUnit unit, long? limit)
    {
        var now = NowMs();
        lock (_lock)
        {
            _book.SetLimit(account, unit, limit, now);
        }

        return Journal.AppendAsync(new LimitSet(account, now, unit, limit), CancellationToken.None);
    }

    /// <summary>Begins an account with what was spent before it was there.</summary>
    public ValueTask<long> CarryAsync(string account, long spentAtMs, NanoUsd amount, long tokens)
    {
        var now = NowMs();
        lock (_lock)
        {
            _book.Carry(account, amount, tokens, spentAtMs);
        }

        return Journal.AppendAsync(new Carried(account, now, spentAtMs, amount, tokens), CancellationToken.None);
    }

    /// <summary>Drops the account of a window that is past; refused while a call is still held on it.</summary>
    public bool Forget(string account)
    {
        lock (_lock)
        {
            return _book.Forget(account);
        }
    }

    public ValueTask DisposeAsync() => Journal.DisposeAsync();

    private async Task ExpireAsync(OpenReservation open)
    {
        var call = open.Entry.Call;
        var duration = Math.Clamp(NowMs() - call.StartedAtMs, 0, int.MaxValue);
        var expired = call with
        {
            Cost = open.Amount,
            Reserved = open.Amount,
            Resolution = Resolution.Expired,
            Outcome = CallOutcome.ProcessDied,
            Marks = call.Marks | UsageMarks.Estimated,
            DurationMs = (int)duration,
        };
        await SettleAsync(
            expired, open.Entry.Accounts as string[] ?? [.. open.Entry.Accounts], open.Tokens);
        ExpiredAtStart++;
    }

    private long NowMs() => _clock.GetUtcNow().ToUnixTimeMilliseconds();
}
