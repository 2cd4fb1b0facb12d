using System.Diagnostics;
using Assay.Ledger.Money;
using Assay.Server.Metering;
using Assay.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.EndToEnd.Tests.Gateway;

/// <summary>PostgreSQL is gone for a minute while people work.</summary>
public sealed class StoreDownTests
{
    private const int Workers = 8;
    private static readonly TimeSpan s_down = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_go_on_and_nothing_is_lost()
    {
        Assert.SkipUnless(PostgresCluster.IsInstalled, PostgresCluster.HowToInstall);
        await using var cluster = await PostgresCluster.StartNewAsync(Cancel);
        var database = await cluster.CreateDatabaseAsync(Cancel);
        await using var gateway = await RunningGateway.StartAsync(
            c => c.Store = "postgres:" + database, new() { CallsKeptMax = 1_000_000 });
        using var stop = new CancellationTokenSource();
        long done = 0;
        var workers = Enumerable.Range(0, Workers).Select(_ => WorkAsync(stop.Token)).ToArray();

        await Wait.UntilAsync(() => Volatile.Read(ref done) > 50, "work is under way", Cancel);
        await cluster.StopAsync();
        var whenStopped = Volatile.Read(ref done);
        var watch = Stopwatch.StartNew();
        await Wait.UntilAsync(() => watch.Elapsed >= s_down, "the minute is over", Cancel);

        var projector = gateway.Server.Services.GetRequiredService<Projector>();
        (Volatile.Read(ref done) - whenStopped).ShouldBeGreaterThan(100, "calls go on without the store");
        projector.LagBytes.ShouldBeGreaterThan(0);
        using (var ready = await gateway.Admin.GetAsync("/health/ready", Cancel))
        {
            ready.IsSuccessStatusCode.ShouldBeTrue();
            (await ready.Content.ReadAsStringAsync(Cancel)).ShouldContain("the journal keeps what is not applied");
        }

        await cluster.StartAsync(Cancel);
        await stop.CancelAsync();
        await Task.WhenAll(workers);

        var totals = await gateway.TotalsAsync();
        var truth = RunningGateway.TruthOf(gateway.Sim.Tally.Calls);
        totals.Requests.ShouldBe(gateway.Sim.Tally.Total.Calls);
        totals.Counts.ShouldBe(truth.Counts);
        totals.Cost.ShouldBe(truth.Cost);
        totals.EstimatedCost.ShouldBe(NanoUsd.Zero);
        totals.BalanceSum.ShouldBe(NanoUsd.Zero);

        async Task WorkAsync(CancellationToken token)
        {
            using var client = gateway.Client();
            while (!token.IsCancellationRequested)
            {
                using var answer = await client.PostAsync(
                    "/v1/messages",
                    new StringContent("""{"model":"claude-sonnet-5","max_tokens":40,"stream":true,"messages":[{"role":"user","content":"Hi"}]}"""),
                    Cancel);
                answer.EnsureSuccessStatusCode();
                Interlocked.Increment(ref done);
            }
        }
    }
}
