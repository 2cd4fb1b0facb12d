using System.Threading.Channels;
using Assay.Ledger.Usage;
using Assay.Server.Store;

namespace Assay.Server.Tests.Metering;

/// <summary>A store whose writing goes wrong as a test says, and that tells what was asked of it.</summary>
internal sealed class FaultyUsageStore(IUsageStore inner) : IUsageStore
{
    private readonly Channel<(long From, long To, int Attempts)> _applied =
        Channel.CreateUnbounded<(long From, long To, int Attempts)>();

    private readonly Channel<bool> _maintenances = Channel.CreateUnbounded<bool>();

    /// <summary>Thrown before anything is done.</summary>
    public volatile Exception? Down;

    /// <summary>Thrown by maintenance alone.</summary>
    public volatile Exception? MaintenanceFault;

    /// <summary>Thrown once, after everything was done: the answer got lost.</summary>
    public volatile Exception? LostAnswer;

    public int Tries { get; private set; }

    public ValueTask<bool> NextMaintenanceAsync(CancellationToken ct) => _maintenances.Reader.ReadAsync(ct);

    public ValueTask<(long From, long To, int Attempts)> NextAppliedAsync(CancellationToken ct) =>
        _applied.Reader.ReadAsync(ct);

    public async ValueTask ApplyAsync(
        string node,
        long from,
        long to,
        IReadOnlyList<UsageEvent> settled,
        IReadOnlyList<AccountCharge> charges,
        CancellationToken ct = default)
    {
        Tries++;
        ThrowWhenDown();
        await inner.ApplyAsync(node, from, to, settled, charges, ct);
        if (Interlocked.Exchange(ref LostAnswer, null) is { } lost)
        {
            throw lost;
        }

        _applied.Writer.TryWrite((from, to, settled.Count));
    }

    public ValueTask<IReadOnlyList<AccountCharge>> ChargesAsync(
        string node, IReadOnlyCollection<string> accounts, CancellationToken ct = default) =>
        inner.ChargesAsync(node, accounts, ct);

    public ValueTask<long> WatermarkAsync(string node, CancellationToken ct = default)
    {
        ThrowWhenDown();
        return inner.WatermarkAsync(node, ct);
    }

    public ValueTask MaintainAsync(CancellationToken ct = default)
    {
        _maintenances.Writer.TryWrite(true);
        if (MaintenanceFault is { } fault)
        {
            throw fault;
        }

        return inner.MaintainAsync(ct);
    }

    public ValueTask<IReadOnlyList<UsageRow>> QueryAsync(UsageQuery query, CancellationToken ct = default) =>
        inner.QueryAsync(query, ct);

    public ValueTask<IReadOnlyList<UsageEvent>> RequestsAsync(RequestQuery query, CancellationToken ct = default) =>
        inner.RequestsAsync(query, ct);

    public ValueTask<IReadOnlyList<SessionRow>> SessionsAsync(SessionQuery query, CancellationToken ct = default) =>
        inner.SessionsAsync(query, ct);

    public ValueTask<LedgerTotals> TotalsAsync(CancellationToken ct = default) => inner.TotalsAsync(ct);

    public ValueTask<IReadOnlyList<Balance>> BalancesAsync(CancellationToken ct = default) => inner.BalancesAsync(ct);

    private void ThrowWhenDown()
    {
        if (Down is { } fault)
        {
            throw fault;
        }
    }
}
