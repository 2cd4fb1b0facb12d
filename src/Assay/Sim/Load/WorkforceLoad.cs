using System.Diagnostics;
using System.Globalization;
using Assay.Ledger.Journal;
using Assay.Ledger.Usage;
using Assay.Server.Hosting;
using Assay.Server.Metering;
using Assay.Server.Store;
using Assay.Sim.Workforce;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assay.Sim.Load;

/// <summary>What loading a company took.</summary>
internal sealed record LoadedCompany(
    long Calls, long Tokens, long CostNanos, long Entries, long JournalBytes, TimeSpan Written, TimeSpan Applied, LedgerTotals Totals,
    IReadOnlyList<(string Who, string Secret)> Keys);

/// <summary>
/// Puts a labelled company into a store, past HTTP and along everything behind it: each entry is reserved and settled in the
/// journal of the configured data directory, and the projector applies it to the configured store.
/// </summary>
internal sealed class WorkforceLoad(AssayConfig config, WorkCompany company, int turnsMax, TimeProvider clock, TextWriter progress)
{
    /// <summary>How much of the journal may wait for the store: a disk has an end.</summary>
    private const long LagBytesMax = 2L << 30;

    private static readonly TimeSpan s_wait = TimeSpan.FromMilliseconds(100);

    /// <exception cref="InvalidOperationException">The store is in use or the data directory is.</exception>
    public async Task<LoadedCompany> RunAsync(CancellationToken ct)
    {
        var data = AssayParts.DataDirectoryOf(config);
        var node = NodeIdentity.Ensure(data, clock);
        await using var store = await StoreFactory.OpenAsync(config, clock, ct);
        if ((await store.Usage.TotalsAsync(ct)).Requests > 0)
        {
            throw new InvalidOperationException("The store has calls: a made-up company goes into an empty one only.");
        }

        var watermark = await store.Usage.WatermarkAsync(node, ct);
        await using var journal = Journal.Open(new JournalOptions
        {
            Directory = Path.Combine(data, "journal"),
            Durability = config.Durability,
            FirstPosition = watermark,
        });
        var keys = await WorkforceDirectory.FoundAsync(store.Directory, company, clock, ct);
        foreach (var (who, secret) in keys)
        {
            await progress.WriteLineAsync($"{who}: {secret}");
        }

        using var projector = new Projector(
            journal, store.Usage, new ProjectorOptions { Node = node }, clock, new Random(), NullLogger<Projector>.Instance);
        await projector.StartAsync(ct);
        var began = Stopwatch.StartNew();
        var from = journal.AppendedPosition;
        var merge = await WriteAsync(journal, projector, began, ct);
        var written = began.Elapsed;
        while (projector.LagBytes > 0)
        {
            Check(projector);
            await Task.Delay(s_wait, clock, ct);
        }

        var applied = began.Elapsed;
        await projector.StopAsync(ct);
        return new LoadedCompany(
            merge.Calls, merge.Tokens, merge.CostNanos, merge.Entries, journal.AppendedPosition - from, written, applied,
            await store.Usage.TotalsAsync(ct), keys);
    }

    private async Task<TurnMerge> WriteAsync(Journal journal, Projector projector, Stopwatch began, CancellationToken ct)
    {
        var entries = new List<UsageEvent>();
        var merge = new TurnMerge(company, turnsMax, entries.Add);
        foreach (var day in company.Play())
        {
            foreach (var call in day.Calls)
            {
                merge.Add(call);
                if (entries.Count >= 1024)
                {
                    await AppendAsync(journal, projector, entries, ct);
                }
            }

            merge.Flush();
            await AppendAsync(journal, projector, entries, ct);
            await progress.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{began.Elapsed.TotalSeconds,6:0} s  {merge.Calls:#,##0} calls, {merge.Tokens:#,##0} tokens, {merge.Entries:#,##0} entries, {projector.AppliedAttempts:#,##0} applied"));
        }

        return merge;
    }

    private async Task AppendAsync(Journal journal, Projector projector, List<UsageEvent> entries, CancellationToken ct)
    {
        while (projector.LagBytes > LagBytesMax)
        {
            Check(projector);
            await Task.Delay(s_wait, clock, ct);
        }

        foreach (var entry in entries)
        {
            await journal.AppendAsync(new Reserved(entry, entry.StartedAtMs + 3_600_000, []), ct);
            await journal.AppendAsync(new Settled(entry), ct);
        }

        entries.Clear();
    }

    private static void Check(Projector projector)
    {
        if (projector is { Fault: { } fault, ExecuteTask.IsCompleted: true })
        {
            throw new InvalidOperationException($"The journal cannot be applied: {fault.Message}", fault);
        }
    }
}
