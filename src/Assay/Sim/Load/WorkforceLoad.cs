using System.Diagnostics;
using System.Globalization;
using Assay.Server.Hosting;
using Assay.Server.Store;
using Assay.Sim.Workforce;

namespace Assay.Sim.Load;

/// <summary>What loading a company took.</summary>
internal sealed record LoadedCompany(
    long Calls, long Tokens, long CostNanos, long Entries, long JournalBytes, TimeSpan Written, TimeSpan Applied, LedgerTotals Totals,
    IReadOnlyList<(string Who, string Secret)> Keys);

/// <summary>Puts a labelled company into the configured store by <see cref="LedgerLoad"/>.</summary>
internal sealed class WorkforceLoad(AssayConfig config, WorkCompany company, int turnsMax, TimeProvider clock, TextWriter progress, bool isJoined = false)
{
    /// <exception cref="InvalidOperationException">The store is in use or the data directory is.</exception>
    public async Task<LoadedCompany> RunAsync(CancellationToken ct)
    {
        await using var store = await StoreFactory.OpenAsync(config, clock, ct, isBulk: true);
        if ((await store.Usage.TotalsAsync(ct)).Requests > 0)
        {
            throw new InvalidOperationException("The store has calls: a made-up company goes into an empty one only.");
        }

        await using var ledger = await LedgerLoad.OpenAsync(config, store, clock, ct);
        var keys = await WorkforceDirectory.FoundAsync(store.Directory, company, clock, ct);
        foreach (var (who, secret) in keys)
        {
            await progress.WriteLineAsync($"{who}: {secret}");
        }

        var began = Stopwatch.StartNew();
        var sums = await WriteAsync(ledger, began, ct);
        var written = began.Elapsed;
        await ledger.ApplyAsync(ct);
        return new LoadedCompany(
            sums.Calls, sums.Tokens, sums.CostNanos, ledger.Entries, ledger.JournalBytes, written, began.Elapsed,
            await store.Usage.TotalsAsync(ct), keys);
    }

    private async Task<(long Calls, long Tokens, long CostNanos)> WriteAsync(LedgerLoad ledger, Stopwatch began, CancellationToken ct)
    {
        var (calls, tokens, cost) = (0L, 0L, 0L);
        var words = new EntryWords(new WorkforceNames(company));
        using var days = new CompanyEntries(company, turnsMax, isJoined, Environment.ProcessorCount).Days(ct).GetEnumerator();
        var next = NextAsync(days, ct);
        while (await next is { } day)
        {
            // The next day is played while this one is written.
            next = NextAsync(days, ct);
            for (var i = 0; i < day.Count; i++)
            {
                calls += day[i].Turns;
                tokens += day[i].Tokens;
                cost += day[i].CostNanos;
                await ledger.AddAsync(words.Of(day[i], (ulong)ledger.Entries), ct);
            }

            await progress.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{began.Elapsed.TotalSeconds,6:0} s  {calls:#,##0} calls, {tokens:#,##0} tokens, {ledger.Entries:#,##0} entries, {ledger.Applied:#,##0} applied"));
        }

        return (calls, tokens, cost);
    }

    private static Task<List<MergedTurns>?> NextAsync(IEnumerator<List<MergedTurns>> days, CancellationToken ct) =>
        Task.Run(() => days.MoveNext() ? days.Current : null, ct);
}
