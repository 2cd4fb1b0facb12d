using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Ledger.Journal;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Server.Hosting;
using Assay.Server.Store;
using Assay.Sim;
using Assay.Sim.Script;

namespace Assay.EndToEnd.Tests.Gateway;

/// <summary>The process is killed at random moments while hundreds of streams pass through it.</summary>
public sealed class KillTests : IDisposable
{
    private static readonly int s_kills = Size.Of("ASSAY_KILLS", 8);
    private const int Streams = 200;
    private const string Body = """{"model":"claude-sonnet-5","max_tokens":60,"stream":true,"messages":[{"role":"user","content":"Tell me a story."}]}""";

    private readonly string _directory = System.IO.Directory.CreateTempSubdirectory("assay-kill-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => System.IO.Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Nothing_acknowledged_is_lost_and_nothing_is_counted_twice()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var sim = await SimProviders.StartAsync(
            new SimOptions { Defaults = new SimInstructions { Delay = TimeSpan.FromMilliseconds(20), Events = 12 } }, Cancel);
        var config = await WriteConfigAsync(sim);
        var acknowledged = new ConcurrentBag<Guid>();
        var answered = new ConcurrentBag<Guid>();
        string? key = null;

        for (var kill = 0; kill < s_kills; kill++)
        {
            await using var gateway = await GatewayProcess.StartAsync(config, Cancel);
            key ??= await CreateKeyAsync(gateway.Address);
            using var stop = new CancellationTokenSource();
            var clients = Enumerable.Range(0, Streams)
                .Select(_ => CallUntilKilledAsync(gateway.Address, key, answered, acknowledged, stop.Token))
                .ToArray();
            var before = answered.Count;
            await LetRunAsync(TimeSpan.FromMilliseconds(random.Next(100, 1000)), () => answered.Count > before);
            await gateway.KillAsync();
            await stop.CancelAsync();
            await Task.WhenAll(clients);
        }

        acknowledged.Count.ShouldBeGreaterThan(s_kills);
        answered.Count.ShouldBeGreaterThan(acknowledged.Count, "some streams were cut");
        await CheckAsync(ConfigLoader.Load(config, new Dictionary<string, string>()), acknowledged, answered);
    }

    private static async Task CheckAsync(
        AssayConfig config, ConcurrentBag<Guid> acknowledged, ConcurrentBag<Guid> answered)
    {
        // The last start: it settles what the last kill left open.
        var server = await AssayServer.StartAsync(config, new AssayServerOptions { LogLevel = Microsoft.Extensions.Logging.LogLevel.Error }, Cancel);
        await using (server)
        {
            var projector = Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions
                .GetRequiredService<Assay.Server.Metering.Projector>(server.Services);
            await Wait.UntilAsync(() => projector.LagBytes == 0, "the journal is applied", Cancel);
        }

        await using var store = await StoreFactory.OpenAsync(config, TimeProvider.System, Cancel);
        var rows = await AllAsync(store.Usage);
        rows.Select(r => r.Id).Distinct().Count().ShouldBe(rows.Count, "no call is there twice");
        var byId = rows.ToDictionary(r => r.RequestId);

        var missing = acknowledged.Where(id => !byId.TryGetValue(id, out var row) || row.Resolution != Resolution.Posted
            || row.Marks.HasFlag(UsageMarks.Estimated)).ToList();
        missing.ShouldBeEmpty("every answer that was complete has its exact posting");
        answered.Where(id => !byId.ContainsKey(id)).ShouldBeEmpty("every answer that had begun was reserved, and so is settled");

        var expired = rows.Where(r => r.Resolution == Resolution.Expired).ToList();
        expired.ShouldNotBeEmpty("kills left calls open");
        expired.ShouldAllBe(r => r.Outcome == CallOutcome.ProcessDied && r.Marks.HasFlag(UsageMarks.Estimated)
            && r.Cost == r.Reserved && r.Cost > NanoUsd.Zero);

        // The query of docs/store.md.
        var totals = await store.Usage.TotalsAsync(Cancel);
        totals.Requests.ShouldBe(rows.Count);
        totals.Cost.ShouldBe(rows.Aggregate(NanoUsd.Zero, (sum, r) => sum + r.Cost));
        totals.Expense.ShouldBe(totals.Cost);
        totals.BalanceSum.ShouldBe(NanoUsd.Zero);
        await using var journal = Journal.Open(new JournalOptions { Directory = Path.Combine(config.Data, "journal") });
        journal.Opening.OpenReservations.ShouldBeEmpty();
    }

    private static async Task<List<UsageEvent>> AllAsync(IUsageStore store)
    {
        var rows = new List<UsageEvent>();
        RequestCursor? after = null;
        while (true)
        {
            var page = await store.RequestsAsync(
                new RequestQuery { After = after, Limit = RequestQuery.LimitMax }, Cancel);
            rows.AddRange(page);
            if (page.Count < RequestQuery.LimitMax)
            {
                return rows;
            }

            after = new RequestCursor(page[^1].StartedAtMs, page[^1].Id);
        }
    }

    private static async Task CallUntilKilledAsync(
        Uri gateway, string key, ConcurrentBag<Guid> answered, ConcurrentBag<Guid> acknowledged, CancellationToken stop)
    {
        using var client = new HttpClient { BaseAddress = gateway };
        client.DefaultRequestHeaders.Add("x-api-key", key);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages")
                {
                    Content = new StringContent(Body),
                };
                using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
                if (!answer.IsSuccessStatusCode)
                {
                    continue;
                }

                var id = Guid.Parse(answer.Headers.GetValues("x-assay-request-id").Single());
                answered.Add(id);

                // Throws unless the answer ended as HTTP says it must.
                await answer.Content.ReadAsByteArrayAsync(stop);
                acknowledged.Add(id);
            }
            catch (Exception fault) when (fault is HttpRequestException or IOException or OperationCanceledException
                or System.Net.Sockets.SocketException)
            {
                // Killed under us, as planned.
            }
        }
    }

    /// <summary>For a time that begins when the first call has been answered: on a busy machine a process takes a while to get there.</summary>
    private static async Task LetRunAsync(TimeSpan time, Func<bool> hasBegun)
    {
        await Wait.UntilAsync(hasBegun, "a call is answered", Cancel);
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (watch.Elapsed < time)
        {
            await timer.WaitForNextTickAsync(Cancel);
        }
    }

    private async Task<string> WriteConfigAsync(SimProviders sim)
    {
        var path = Path.Combine(_directory, "assay.json");
        var json = JsonSerializer.Serialize(new
        {
            urls = "http://127.0.0.1:0",
            data = Path.Combine(_directory, "data"),
            providers = new { anthropic = new { format = "anthropic", baseUrl = sim.Anthropic.ToString(), apiKey = "sk" } },
            limits = new { streamsPerKeyMax = 1000 },
        });
        await File.WriteAllTextAsync(path, json, Cancel);
        return path;
    }

    private static async Task<string> CreateKeyAsync(Uri gateway)
    {
        using var admin = new HttpClient { BaseAddress = gateway };
        admin.DefaultRequestHeaders.Add("Authorization", "Bearer " + RunningGateway.AdminKey);
        using var answer = await admin.PostAsJsonAsync(
            "/api/v1/keys", new { owner = "admin@localhost", name = "load", useCase = "test" }, Cancel);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["secret"]!.GetValue<string>();
    }
}
