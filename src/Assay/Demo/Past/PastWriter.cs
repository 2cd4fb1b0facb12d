using Assay.Ledger.Money;
using Assay.Server.Directory;
using Assay.Server.Hosting;
using Assay.Server.Metering;
using Assay.Server.Outcomes;
using Assay.Server.Outcomes.Goodhart;
using Assay.Server.Signals;
using Assay.Server.Store;
using Assay.Sim.Load;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assay.Demo.Past;

/// <summary>What the gateway finds of its past when it starts.</summary>
/// <param name="Found">All that the detectors found, told or only listed.</param>
internal sealed record WrittenPast(
    DemoPast Past, DirectorySnapshot Directory, IReadOnlyList<DemoKey> Keys, IReadOnlyList<SignalEyes.Finding> Found, PastAnswers Answers, IReadOnlyList<PastReport> Reports)
{
    public long Calls => Past.Calls.Count;

    public long Entries => Past.Entries.Count;

    public NanoUsd Cost => new(Past.CostNanos);
}

/// <summary>
/// Leaves in a data directory what a gateway would have left that had served the company for two months: directory, journal and
/// store, outcomes, signals with their answers, and what the detectors have learned.
/// </summary>
internal sealed class PastWriter(AssayConfig config, int seed, DateTimeOffset until, DemoDrafts drafts)
{
    public async Task<WrittenPast> WriteAsync(CancellationToken ct)
    {
        var began = new DateTimeOffset(until.UtcDateTime.Date, TimeSpan.Zero).AddDays(-DemoPast.DaysBefore);
        var clock = new PastClock(began.ToUnixTimeMilliseconds());
        await using var store = await StoreFactory.OpenAsync(config, clock, ct);
        var keys = await DemoSetup.FillAsync(store.Directory, clock, ct);
        using var directory = new DirectorySnapshots(store.Directory, [], clock, NullLogger<DirectorySnapshots>.Instance);
        await directory.RefreshAsync(ct);
        var book = new Pricing(config.Prices).Book;
        var past = new DemoPast(seed, until, cast => new PastNames(cast, keys, directory.Current, book));
        var reports = new PastOutcomes(past, drafts).All();
        using var signals = new PastSignals(config, past, reports, store, directory, clock, seed);

        // The ledger is filled while the detectors look.
        await Task.WhenAll(WriteLedgerAsync(past, store, ct), Task.Run(() => signals.LookAsync(ct), ct));
        await store.Outcomes.ApplyAsync(new OutcomeBatch { Deployments = PastOutcomes.Deployments(reports) }, ct);
        await RegisterAsync(store, directory.Current, past, ct);
        return new WrittenPast(past, directory.Current, keys, signals.Found, signals.Answers, reports);
    }

    private async Task WriteLedgerAsync(DemoPast past, IStore store, CancellationToken ct)
    {
        await using var ledger = await LedgerLoad.OpenAsync(config, store, TimeProvider.System, ct);
        var words = new EntryWords(past.Names);
        foreach (var entry in past.Entries)
        {
            await ledger.AddAsync(words.Of(entry, (ulong)ledger.Entries), ct);
        }

        await ledger.ApplyAsync(ct);
    }

    /// <summary>The board of tokens is a metric that people are steered by: the audit holds it against tickets.</summary>
    private static async Task RegisterAsync(IStore store, DirectorySnapshot directory, DemoPast past, CancellationToken ct)
    {
        var owner = directory.FindPersonByEmail("viktor.hedlund@example.com")!.Id;
        await store.Goodhart.AddAsync(
            new GoodhartMetric
            {
                Id = "token-board",
                Name = "Board of tokens",
                Measure = MetricMeasure.Tokens,
                Gold = MetricGold.Tickets,
                CounterMetric = "What a ticket costs, and how many are opened again",
                OwnerId = owner,
                TargetMs = past.PressureMs,
                CreatedMs = past.PressureMs,
            },
            owner,
            ct);
    }
}
