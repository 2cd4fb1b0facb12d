using Assay.Ledger.Money;
using Assay.Server.Directory;
using Assay.Server.Metering;

namespace Assay.Server.Budgets;

/// <summary>
/// Keeps the ledger's accounts in step with the directory's budgets: begins them, sets their limits when budgets, grants
/// or windows change, and drops those of windows that are past. What calls are held on is asked of <see cref="Board"/>.
/// </summary>
internal sealed partial class BudgetKeeper(
    LedgerHost ledger,
    BudgetWindows windows,
    BudgetOpenings openings,
    Projector projector,
    BudgetWatch watch,
    TimeProvider clock,
    ILogger<BudgetKeeper> log) : IDirectoryObserver, IDisposable
{
    // A call may be under way in a window that ended a while ago.
    private const long ForgetAfterMs = 24 * 3_600_000;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Queue<(long EndMs, string Account)> _past = new();
    private BudgetBoard _board = BudgetBoard.Empty;
    private BudgetTree _tree = new([], []);

    public BudgetBoard Board => Volatile.Read(ref _board);

    /// <summary>Takes in a new version of the directory before calls see it. Not for two at once.</summary>
    public async Task PrepareAsync(DirectorySnapshot directory, CancellationToken ct)
    {
        var (now, known) = (NowMs(), Board.Lines);
        var fresh = directory.Data.Budgets.Where(budget => !IsSame(known.GetValueOrDefault(budget.Id)?.Budget, budget))
            .Select(budget => new BudgetLine(budget, directory.Budgets.EffectiveLimit(budget, now)))
            .ToDictionary(line => line.Budget.Id, StringComparer.Ordinal);

        // Outside the gate: calls must not wait while the store is asked what new budgets begin with.
        await BeginAsync(fresh.Values, directory.Teams, now, ct);
        await _gate.WaitAsync(ct);
        try
        {
            _tree = directory.Budgets;
            var lines = new List<BudgetLine>(directory.Data.Budgets.Count);
            foreach (var budget in directory.Data.Budgets)
            {
                if (!fresh.TryGetValue(budget.Id, out var line))
                {
                    line = known[budget.Id];
                    await ChangeAsync(line, budget, now);
                }

                lines.Add(line);
            }

            Volatile.Write(ref _board, new BudgetBoard(lines));
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The accounts that a call which began at a time is held on.</summary>
    public ValueTask<BudgetHold> HoldAsync(BudgetSet set, long ms) =>
        set.HoldAt(ms) is { } hold ? ValueTask.FromResult(hold) : WorkOutAsync(set, ms);

    /// <summary>Does what time does: grants end, windows pass.</summary>
    public async Task TendAsync(CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            var now = NowMs();
            foreach (var line in Board.Lines.Values)
            {
                if (_tree.GrantsTo(line.Budget.Id).Any() || _tree.LoansFrom(line.Budget.Id).Any())
                {
                    await ChangeAsync(line, line.Budget, now);
                }
            }

            while (_past.TryPeek(out var past) && past.EndMs + ForgetAfterMs < now && ledger.Forget(past.Account))
            {
                _past.Dequeue();
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task ChangeAsync(BudgetLine line, Budget budget, long now)
    {
        var limit = EffectiveLimit(budget, now);
        var isOther = limit != line.EffectiveLimit || budget.Unit != line.Budget.Unit;
        line.Change(budget, limit);
        if (isOther && line.Current is { } window)
        {
            await ledger.SetLimitAsync(window.Account, line.Unit, limit);
            watch.Touch(line);
        }
    }

    private static bool IsSame(Budget? one, Budget other) =>
        one is not null && (one.Scope, one.Window) == (other.Scope, other.Window);

    private async Task BeginAsync(
        IReadOnlyCollection<BudgetLine> fresh, TeamTree teams, long now, CancellationToken ct)
    {
        foreach (var line in fresh)
        {
            line.Begin(windows.At(line.Budget.Window, now));
        }

        var unknown = fresh.Where(line => !ledger.Has(line.Current!.Account)).ToList();
        if (unknown.Count > 0)
        {
            // What was spent a moment ago may not have reached the store yet.
            if (!await projector.WaitAppliedAsync(ledger.Journal.AppendedPosition, s_patience, ct))
            {
                LogBehind(unknown.Count);
            }

            var spent = await openings.FindAsync([.. unknown.Select(line => line.Budget)], teams, now, ct);
            foreach (var line in unknown)
            {
                foreach (var opening in spent[line.Budget.Id])
                {
                    await ledger.CarryAsync(
                        line.Current!.Account, opening.SpentAtMs, new NanoUsd(opening.Money), opening.Tokens);
                }
            }
        }

        foreach (var line in fresh)
        {
            await ledger.SetLimitAsync(line.Current!.Account, line.Unit, line.EffectiveLimit);
        }
    }

    private async ValueTask<BudgetHold> WorkOutAsync(BudgetSet set, long ms)
    {
        await _gate.WaitAsync();
        try
        {
            var accounts = new string[set.Lines.Count];
            var (enforced, from, until) = (0u, 0L, long.MaxValue);
            for (var i = 0; i < accounts.Length; i++)
            {
                var line = set.Lines[i];
                var span = windows.At(line.Budget.Window, ms);
                if (line.Current is not { } current || span.StartMs > current.Span.StartMs)
                {
                    await MoveOnAsync(line, span);
                }

                // A call that began before its budget's window ended is charged to that window, however late it is.
                accounts[i] = BudgetAccounts.Name(line.Budget.Id, span.Key);
                enforced |= line.IsEnforced ? 1u << i : 0;
                from = Math.Max(from, span.StartMs);
                until = Math.Min(until, span.EndMs);
            }

            var hold = new BudgetHold(accounts, enforced, from, until);
            set.Remember(hold);
            return hold;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async ValueTask MoveOnAsync(BudgetLine line, BudgetSpan span)
    {
        if (line.Current is { } past)
        {
            _past.Enqueue((past.Span.EndMs, past.Account));
        }

        line.Begin(span);
        line.Change(line.Budget, EffectiveLimit(line.Budget, NowMs()));
        await ledger.SetLimitAsync(line.Current!.Account, line.Unit, line.EffectiveLimit);
    }

    private long EffectiveLimit(Budget budget, long now) => _tree.EffectiveLimit(budget, now);

    private long NowMs() => clock.GetUtcNow().ToUnixTimeMilliseconds();

    [LoggerMessage(LogLevel.Warning,
        "{Count} new budgets begin while the store is behind: what was spent last may be missing from their balances.")]
    private partial void LogBehind(int count);
}
