using System.Collections;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Ledger.Usage;
using Assay.Server.Hosting;
using Assay.Server.Signals;
using Assay.Server.Signals.Actions;
using Assay.Server.Store;
using Assay.Signals.Sketches;
using Assay.Sim;
using Assay.Testing;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Assay.Server.Tests.Signals;

/// <summary>A whole gateway with simulated providers behind it, whose clock the test moves: Ada works, Boss manages her team.</summary>
internal sealed class SignalGateway : IAsyncDisposable
{
    public const string LoopText = "nothing has changed since the last look so the build is still waiting for the same runner to become free";

    private const string AdminKey = "admin-key-of-the-tests-0001";
    private static readonly DateTimeOffset s_start = new(2026, 8, 17, 9, 0, 0, TimeSpan.Zero);

    private readonly SimProviders _sim;
    private readonly string _data;
    private readonly AssayConfig _config;
    private readonly List<HttpClient> _clients = [];
    private AssayServer _server = null!;

    private SignalGateway(SimProviders sim, string data, AssayConfig config) => (_sim, _data, _config) = (sim, data, config);

    public ManualTime Time { get; private set; } = new(s_start);

    public HttpClient Admin { get; private set; } = null!;

    public HttpClient Ada { get; private set; } = null!;

    public HttpClient Boss { get; private set; } = null!;

    public string AdaSecret { get; private set; } = "";

    public IStore Store => _server.Parts.Store;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<SignalGateway> StartAsync(Action<SignalsConfig> configure)
    {
        var sim = await SimProviders.StartAsync(new SimOptions(), Ct);
        var data = System.IO.Directory.CreateTempSubdirectory("assay-signals-").FullName;
        var config = new AssayConfig
        {
            Urls = "http://127.0.0.1:0",
            PublicUrl = "https://ai.example.com",
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
                ["claude-*"] = new() { Targets = ["anthropic"] },
                ["gemini-*"] = new() { Targets = ["gemini"] },
            },
        };
        configure(config.Signals);
        var gateway = new SignalGateway(sim, data, config);
        await gateway.OpenAsync();
        await gateway.PostAsync("/api/v1/teams", new { id = "platform", parent = "org" });
        gateway.AdaSecret = await gateway.PersonAsync("ada", "employee");
        gateway.Ada = gateway.Client(gateway.AdaSecret);
        gateway.BossSecret = await gateway.PersonAsync("boss", "manager");
        gateway.Boss = gateway.Client(gateway.BossSecret);
        return gateway;
    }

    private string BossSecret { get; set; } = "";

    /// <summary>Stops it and starts it again on the same data, a little later.</summary>
    public async Task RestartAsync()
    {
        await _server.DisposeAsync();
        Time = new ManualTime(Time.GetUtcNow());
        await OpenAsync();
        (Ada, Boss) = (Client(AdaSecret), Client(BossSecret));
    }

    /// <summary>A call of a session in OpenAI's format.</summary>
    public Task<HttpResponseMessage> ChatAsync(string session, int tokens = 1000, string text = "hello", string role = "user", string work = "") =>
        SendAsync(
            "/v1/chat/completions",
            new
            {
                model = $"gpt-5.5-sim-input-{tokens}--tokens-5",
                messages = new object[] { role == "tool" ? new { role, tool_call_id = "c1", content = text } : new { role, content = text } },
            },
            session,
            work);

    /// <summary>The same in Anthropic's.</summary>
    public Task<HttpResponseMessage> MessageAsync(string session) => SendAsync(
        "/v1/messages",
        new { model = "claude-sonnet-4-5", max_tokens = 5, messages = new[] { new { role = "user", content = "hello" } } },
        session);

    /// <summary>The same in Gemini's.</summary>
    public Task<HttpResponseMessage> GenerateAsync(string session) => SendAsync(
        "/v1beta/models/gemini-2.5-flash:generateContent",
        new { contents = new[] { new { role = "user", parts = new[] { new { text = "hello" } } } } },
        session);

    /// <summary>Lets a session go round in a circle until there is a signal of it.</summary>
    public async Task<Signal> LoopAsync(string session, int repeats = 6)
    {
        for (var i = 0; i < repeats; i++)
        {
            (await ChatAsync(session, text: LoopText, role: "tool")).EnsureSuccessStatusCode();
        }

        return await SignalAsync(Signal.SessionLoop, session);
    }

    /// <summary>Moves the clock, second by second, until there is a signal of a kind, and of a session.</summary>
    public async Task<Signal> SignalAsync(string kind, string session = "")
    {
        while (true)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            var all = await Store.Signals.ListAsync(new SignalQuery(await AdaIdAsync(), [], null, null, 50), Ct);
            if (all.FirstOrDefault(signal => signal.Kind == kind && signal.DedupeKey.Contains(session, StringComparison.Ordinal)) is { } found)
            {
                // It is kept first, and felt a moment later.
                if (found.ActionUntilMs is not { } until || until <= Time.GetUtcNow().ToUnixTimeMilliseconds()
                    || !_server.Services.GetRequiredService<Restraints>().IsEmpty)
                {
                    return found;
                }
            }

            // What was settled is looked at on other threads.
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Ct);
        }
    }

    public async Task<string> AdaIdAsync() =>
        (await Store.Directory.LoadAsync(Ct)).People.First(person => person.Email == "ada@example.com").Id;

    public async Task<List<string>> AuditAsync()
    {
        await using var database = new SqliteConnection($"Data Source={Path.Combine(_data, "assay.db")};Pooling=false");
        return [.. await database.QueryAsync<string>("select action from audit")];
    }

    /// <summary>The sketch that this process makes of a text, read before anybody looks at it.</summary>
    public TextSketch SketchOf(string text)
    {
        var feed = _server.Services.GetRequiredService<SignalFeed>();
        var message = JsonSerializer.SerializeToUtf8Bytes(new { role = "user", content = text });
        feed.Offer(new UsageEvent { Id = Guid.CreateVersion7(s_start), RequestId = Guid.CreateVersion7(s_start), StartedAtMs = 0 }, [], message);
        feed.Reader.TryRead(out var call).ShouldBeTrue();
        return call.Sketch;
    }

    /// <summary>Stops it and reads every file that it leaves; what is packed is unpacked.</summary>
    public async Task<List<(string Name, byte[] Bytes)>> StopAndReadAsync()
    {
        await _server.DisposeAsync();
        var files = System.IO.Directory.EnumerateFiles(_data, "*", SearchOption.AllDirectories)
            .Select(path => (Name: Path.GetFileName(path), Bytes: File.ReadAllBytes(path)))
            .ToList();
        var memory = files.Single(file => file.Name == "signals.memory").Bytes;
        using var unpacked = new MemoryStream();
        using var brotli = new BrotliStream(new MemoryStream(memory[12..^32]), CompressionMode.Decompress);
        await brotli.CopyToAsync(unpacked, Ct);
        files.Add(("signals.memory, unpacked", unpacked.ToArray()));
        await OpenAsync();
        return files;
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await _server.DisposeAsync();
        await _sim.DisposeAsync();
        System.IO.Directory.Delete(_data, recursive: true);
    }

    private async Task OpenAsync()
    {
        _server = await AssayServer.StartAsync(
            _config,
            new AssayServerOptions
            {
                Environment = new Hashtable { ["ASSAY_ADMIN_KEY"] = AdminKey },
                Clock = Time,
                Behind = TimeSpan.FromMilliseconds(20),
                LogLevel = LogLevel.Error,
            },
            Ct);
        Admin = Client(AdminKey);
    }

    private HttpClient Client(string secret)
    {
        var client = new HttpClient { BaseAddress = new Uri(_server.Addresses[0]) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        _clients.Add(client);
        return client;
    }

    private async Task<string> PersonAsync(string name, string role)
    {
        await PostAsync("/api/v1/people", new { email = $"{name}@example.com", name, team = "platform", role });
        return (await PostAsync("/api/v1/keys", new { owner = $"{name}@example.com", name = "laptop" }))["secret"]!.GetValue<string>();
    }

    private async Task<JsonNode> PostAsync(string path, object body)
    {
        using var answer = await Admin.PostAsJsonAsync(path, body, Ct);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(Ct));
        await _server.RefreshDirectoryAsync(Ct);
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(Ct))!;
    }

    private Task<HttpResponseMessage> SendAsync(string path, object body, string session, string work = "")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("x-assay-session", session);
        if (work.Length > 0)
        {
            request.Headers.Add("x-assay-work", work);
        }

        return Ada.SendAsync(request, Ct);
    }
}
