using System.Diagnostics;
using System.Globalization;
using Assay.Ledger.Journal;
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
internal sealed class WorkforceLoad(AssayConfig config, WorkCompany company, int turnsMax, TimeProvider clock, TextWriter progress, bool isJoined = false)
{
    /// <summary>How much of the journal may wait for the store: a disk has an end.</summary>
    private const long LagBytesMax = 2L << 30;

    /// <summary>Nobody waits for a page meanwhile, and a person's many calls of an hour are added to its sums at once.</summary>
    private const int BatchAttempts = 50_000;

    private const long BatchBytes = 256L << 20;

    private static readonly TimeSpan s_wait = TimeSpan.FromMilliseconds(100);

    /// <exception cref="InvalidOperationException">The store is in use or the data directory is.</exception>
    public async Task<LoadedCompany> RunAsync(CancellationToken ct)
    {
        var data = AssayParts.DataDirectoryOf(config);
        var node = NodeIdentity.Ensure(data, clock);
        await using var store = await StoreFactory.OpenAsync(config, clock, ct, isBulk: true);
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
            journal, store.Usage, new ProjectorOptions { Node = node, BatchAttemptsMax = BatchAttempts, BatchBytesMax = BatchBytes }, clock, new Random(), NullLogger<Projector>.Instance);
        await projector.StartAsync(ct);
        var began = Stopwatch.StartNew();
        var from = journal.AppendedPosition;
        var sums = await WriteAsync(journal, projector, began, ct);
        var written = began.Elapsed;
        while (projector.LagBytes > 0)
        {
            Check(projector);
            await Task.Delay(s_wait, clock, ct);
        }

        var applied = began.Elapsed;
        await projector.StopAsync(ct);
        return new LoadedCompany(
            sums.Calls, sums.Tokens, sums.CostNanos, sums.Entries, journal.AppendedPosition - from, written, applied,
            await store.Usage.TotalsAsync(ct), keys);
    }

    private async Task<(long Calls, long Tokens, long CostNanos, long Entries)> WriteAsync(
        Journal journal, Projector projector, Stopwatch began, CancellationToken ct)
    {
        var (calls, tokens, cost, entries) = (0L, 0L, 0L, 0L);
        var words = new EntryWords(company);
        using var days = new CompanyEntries(company, turnsMax, isJoined, Environment.ProcessorCount).Days(ct).GetEnumerator();
        var next = NextAsync(days, ct);
        while (await next is { } day)
        {
            // The next day is played while this one is written.
            next = NextAsync(days, ct);
            for (var i = 0; i < day.Count; i++)
            {
                var entry = words.Of(day[i], (ulong)entries++);
                calls += day[i].Turns;
                tokens += day[i].Tokens;
                cost += day[i].CostNanos;
                await journal.AppendAsync(new Reserved(entry, entry.StartedAtMs + 3_600_000, []), ct);
                await journal.AppendAsync(new Settled(entry), ct);
                if (i % 1024 == 0)
                {
                    await WaitForRoomAsync(projector, ct);
                }
            }

            await progress.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{began.Elapsed.TotalSeconds,6:0} s  {calls:#,##0} calls, {tokens:#,##0} tokens, {entries:#,##0} entries, {projector.AppliedAttempts:#,##0} applied"));
        }

        return (calls, tokens, cost, entries);
    }

    private static Task<List<MergedTurns>?> NextAsync(IEnumerator<List<MergedTurns>> days, CancellationToken ct) =>
        Task.Run(() => days.MoveNext() ? days.Current : null, ct);

    private async Task WaitForRoomAsync(Projector projector, CancellationToken ct)
    {
        while (projector.LagBytes > LagBytesMax)
        {
            Check(projector);
            await Task.Delay(s_wait, clock, ct);
        }
    }

    private static void Check(Projector projector)
    {
        if (projector is { Fault: { } fault, ExecuteTask.IsCompleted: true })
        {
            throw new InvalidOperationException($"The journal cannot be applied: {fault.Message}", fault);
        }
    }
}
