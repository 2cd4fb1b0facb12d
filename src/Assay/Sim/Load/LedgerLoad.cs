using Assay.Ledger.Journal;
using Assay.Ledger.Usage;
using Assay.Server.Hosting;
using Assay.Server.Metering;
using Assay.Server.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assay.Sim.Load;

/// <summary>
/// Everything behind HTTP, for calls that nobody sends: each entry is reserved and settled in the journal of the configured data
/// directory, and the projector applies it to a store.
/// </summary>
internal sealed class LedgerLoad : IAsyncDisposable
{
    /// <summary>How much of the journal may wait for the store: a disk has an end.</summary>
    private const long LagBytesMax = 2L << 30;

    /// <summary>Nobody waits for a page meanwhile, and a person's many calls of an hour are added to its sums at once.</summary>
    private const int BatchAttempts = 50_000;

    private const long BatchBytes = 256L << 20;

    private const long HourMs = 3_600_000;

    private static readonly TimeSpan s_wait = TimeSpan.FromMilliseconds(20);

    private readonly Journal _journal;
    private readonly Projector _projector;
    private readonly TimeProvider _clock;
    private readonly long _from;
    private long _entries;

    private LedgerLoad(Journal journal, Projector projector, TimeProvider clock)
    {
        (_journal, _projector, _clock) = (journal, projector, clock);
        _from = journal.AppendedPosition;
    }

    /// <summary>Entries that were added.</summary>
    public long Entries => _entries;

    /// <summary>Entries that the store has.</summary>
    public long Applied => _projector.AppliedAttempts;

    public long JournalBytes => _journal.AppendedPosition - _from;

    /// <exception cref="InvalidOperationException">The data directory is in use.</exception>
    public static async Task<LedgerLoad> OpenAsync(AssayConfig config, IStore store, TimeProvider clock, CancellationToken ct)
    {
        var data = AssayParts.DataDirectoryOf(config);
        var node = NodeIdentity.Ensure(data, clock);
        var journal = Journal.Open(new JournalOptions
        {
            Directory = Path.Combine(data, "journal"),
            Durability = config.Durability,
            FirstPosition = await store.Usage.WatermarkAsync(node, ct),
        });
        var projector = new Projector(
            journal,
            store.Usage,
            new ProjectorOptions { Node = node, BatchAttemptsMax = BatchAttempts, BatchBytesMax = BatchBytes },
            clock,
            new Random(),
            NullLogger<Projector>.Instance);
        await projector.StartAsync(ct);
        return new LedgerLoad(journal, projector, clock);
    }

    public async ValueTask AddAsync(UsageEvent entry, CancellationToken ct)
    {
        await _journal.AppendAsync(new Reserved(entry, entry.StartedAtMs + HourMs, []), ct);
        await _journal.AppendAsync(new Settled(entry), ct);
        if (_entries++ % 1024 == 0)
        {
            await WaitAsync(LagBytesMax, ct);
        }
    }

    /// <summary>Waits until the store has all of it.</summary>
    /// <exception cref="InvalidOperationException">The store does not take it.</exception>
    public Task ApplyAsync(CancellationToken ct) => WaitAsync(0, ct);

    public async ValueTask DisposeAsync()
    {
        await _projector.StopAsync(CancellationToken.None);
        _projector.Dispose();
        await _journal.DisposeAsync();
    }

    private async Task WaitAsync(long lagBytesMax, CancellationToken ct)
    {
        while (_projector.LagBytes > lagBytesMax)
        {
            if (_projector is { Fault: { } fault, ExecuteTask.IsCompleted: true })
            {
                throw new InvalidOperationException($"The journal cannot be applied: {fault.Message}", fault);
            }

            await Task.Delay(s_wait, _clock, ct);
        }
    }
}
