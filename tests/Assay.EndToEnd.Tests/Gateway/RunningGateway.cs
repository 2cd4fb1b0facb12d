using System.Collections;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Assay.Ledger.Money;
using Assay.Ledger.Prices;
using Assay.Ledger.Usage;
using Assay.Server.Hosting;
using Assay.Server.Metering;
using Assay.Server.Store;
using Assay.Sim;
using Assay.Sim.Tally;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Assay.EndToEnd.Tests.Gateway;

/// <summary>A whole gateway in this process with simulated providers behind it, one person and their key.</summary>
internal sealed class RunningGateway : IAsyncDisposable
{
    public const string AdminKey = "admin-key-of-the-tests-0001";

    private readonly bool _ownsData;
    private readonly bool _ownsSim;

    private RunningGateway(
        SimProviders sim, AssayServer server, AssayConfig config, string data, bool ownsData, bool ownsSim)
    {
        Sim = sim;
        Server = server;
        Config = config;
        Data = data;
        _ownsData = ownsData;
        _ownsSim = ownsSim;
        Address = new Uri(server.Addresses[0]);
        Admin = new HttpClient { BaseAddress = Address };
        Admin.DefaultRequestHeaders.Add("Authorization", "Bearer " + AdminKey);
    }

    public SimProviders Sim { get; }

    public AssayServer Server { get; }

    public AssayConfig Config { get; }

    public string Data { get; }

    public Uri Address { get; }

    public HttpClient Admin { get; }

    /// <summary>The key of the one person there is.</summary>
    public string Key { get; private set; } = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<RunningGateway> StartAsync(
        Action<AssayConfig>? configure = null, SimOptions? sim = null, string? data = null, ILoggerProvider? log = null,
        SimProviders? behind = null)
    {
        var providers = behind ?? await SimProviders.StartAsync(sim ?? new SimOptions { CapturesKeptMax = 1000 }, Cancel);
        var directory = data ?? System.IO.Directory.CreateTempSubdirectory("assay-test-").FullName;
        var config = Configure(providers, directory);
        configure?.Invoke(config);
        var server = await AssayServer.StartAsync(
            config,
            new AssayServerOptions
            {
                Environment = new Hashtable { ["ASSAY_ADMIN_KEY"] = AdminKey },
                Behind = TimeSpan.FromMilliseconds(20),
                LogLevel = log is null ? LogLevel.Warning : LogLevel.Debug,
                Logging = logging =>
                {
                    if (log is not null)
                    {
                        logging.AddProvider(log);
                    }
                },
            },
            Cancel);
        var gateway = new RunningGateway(providers, server, config, directory, data is null, behind is null);
        await gateway.CreatePersonAsync();
        return gateway;
    }

    public static AssayConfig Configure(SimProviders sim, string data) => new()
    {
        Urls = "http://127.0.0.1:0",
        Data = data,
        Timeouts = { DrainSeconds = 0 },
        Providers =
        {
            ["openai"] = new() { Format = "openai", BaseUrl = sim.OpenAI.ToString(), ApiKey = "sk-company" },
            ["anthropic"] = new() { Format = "anthropic", BaseUrl = sim.Anthropic.ToString(), ApiKey = "sk-ant-company" },
            ["gemini"] = new() { Format = "gemini", BaseUrl = sim.Gemini.ToString(), ApiKey = "AIza-company" },
        },
        Models =
        {
            ["gpt-*"] = new() { Targets = ["openai"] },
            ["text-embedding-*"] = new() { Targets = ["openai"] },
            ["claude-*"] = new() { Targets = ["anthropic"] },
            ["gemini-*"] = new() { Targets = ["gemini"] },
        },
    };

    public HttpClient Client(string? key = null)
    {
        // A client that leaves really leaves: by default it would first read on for a while.
        var handler = new SocketsHttpHandler { MaxResponseDrainSize = 0, ResponseDrainTimeout = TimeSpan.Zero };
        var client = new HttpClient(handler) { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(2) };
        client.DefaultRequestHeaders.Add("Authorization", "Bearer " + (key ?? Key));
        return client;
    }

    public async Task<string> CreateKeyAsync(string owner, string name, string useCase = "coding")
    {
        var answer = await Admin.PostAsJsonAsync("/api/v1/keys", new { owner, name, useCase }, Cancel);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["secret"]!.GetValue<string>();
    }

    /// <summary>The store's totals once everything that was journaled so far is applied.</summary>
    public async Task<LedgerTotals> TotalsAsync()
    {
        await Sim.Tally.QuietAsync(Cancel);
        await AppliedAsync();
        return await Server.Parts.Store.Usage.TotalsAsync(Cancel);
    }

    public async Task<IReadOnlyList<UsageEvent>> RequestsAsync(int limit = 1000)
    {
        await AppliedAsync();
        return await Server.Parts.Store.Usage.RequestsAsync(new RequestQuery { Limit = limit }, Cancel);
    }

    /// <summary>Every attempt there was, newest first.</summary>
    public async Task<List<UsageEvent>> AllRequestsAsync()
    {
        await AppliedAsync();
        var all = new List<UsageEvent>();
        IReadOnlyList<UsageEvent> page;
        do
        {
            page = await Server.Parts.Store.Usage.RequestsAsync(
                new RequestQuery
                {
                    After = all.Count == 0 ? null : new RequestCursor(all[^1].StartedAtMs, all[^1].Id),
                    Limit = RequestQuery.LimitMax,
                },
                Cancel);
            all.AddRange(page);
        }
        while (page.Count == RequestQuery.LimitMax);

        return all;
    }

    /// <summary>The only call there was, once it is in the store.</summary>
    public async Task<UsageEvent> OnlyRequestAsync() => (await RequestsAsync()).ShouldHaveSingleItem();

    public async Task AppliedAsync()
    {
        var live = Server.Services.GetRequiredService<LiveHub>();
        await Wait.UntilAsync(() => live.InFlight == 0, "every call is settled", Cancel);
        var projector = Server.Services.GetRequiredService<Projector>();
        await Wait.UntilAsync(() => projector.LagBytes == 0, "the journal is applied", Cancel);
    }

    /// <summary>What the simulator's calls must have cost, worked out from its own count.</summary>
    public static (UsageCounts Counts, NanoUsd Cost) TruthOf(IEnumerable<SimCall> calls)
    {
        var counts = default(UsageCounts);
        var cost = NanoUsd.Zero;
        foreach (var call in calls.Where(c => c.Billing != SimBilling.None))
        {
            var used = SimTruth.Counts(call.Usage);
            counts += used;
            var provider = call.Format switch
            {
                SimFormat.OpenAI => "openai",
                SimFormat.Anthropic => "anthropic",
                _ => "google",
            };
            var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            var sheet = PriceBook.Default.Find(provider, call.Model, now)
                .ShouldNotBeNull($"{provider}/{call.Model} has a price");
            var charge = sheet.Cost(used, call.ServiceTier, now);
            charge.Complete.ShouldBeTrue();
            cost += charge.Amount;
        }

        return (counts, cost);
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        await Server.DisposeAsync();
        if (_ownsSim)
        {
            await Sim.DisposeAsync();
        }

        if (_ownsData)
        {
            System.IO.Directory.Delete(Data, recursive: true);
        }
    }

    private async Task CreatePersonAsync()
    {
        await PostOnceAsync("/api/v1/teams", new { id = "platform", parent = "org" });
        await PostOnceAsync(
            "/api/v1/people",
            new { email = "ada@example.com", name = "Ada", team = "platform", role = "employee" });
        Key = await CreateKeyAsync("ada@example.com", "laptop-" + Guid.CreateVersion7().ToString("N")[20..]);
    }

    private async Task PostOnceAsync(string path, object body)
    {
        using var answer = await Admin.PostAsJsonAsync(path, body, Cancel);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(Cancel));
    }
}
