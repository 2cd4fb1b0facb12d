using System.Net;
using System.Text;
using System.Text.Json;
using Assay.Server.Api;
using Assay.Server.Budgets;
using Assay.Server.Budgets.Forecasting;
using Assay.Server.Directory;
using Assay.Server.Hosting;
using Assay.Server.Notifications;
using Assay.Server.Store;
using Assay.Server.Store.Sqlite;
using Assay.Server.Tests.Directory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Assay.Server.Tests.Api;

/// <summary>The API alone on a real Kestrel with a real SQLite store, holding <see cref="SampleOrg"/>.</summary>
public sealed class ApiHost : IAsyncLifetime
{
    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("assay-api-").FullName;
    private readonly List<HttpClient> _clients = [];
    private WebApplication? _app;
    private SqliteStore? _store;

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    internal IStore Store => _app!.Services.GetRequiredService<IStore>();

    internal BudgetForecasts Forecasts => _app!.Services.GetRequiredService<BudgetForecasts>();

    internal DirectorySnapshots Snapshots => _app!.Services.GetRequiredService<DirectorySnapshots>();

    internal INotifier Notifier => _app!.Services.GetRequiredService<INotifier>();

    internal ManualBalances Balances { get; } = new();

    internal RecordedEvents Events { get; } = new();

    public Uri Address => new(_app!.Services.GetRequiredService<IServer>().Features
        .Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Without <see cref="SampleOrg"/>: only a first administrator with this key.</summary>
    public string? AdministratorSecret { get; init; }

    /// <summary>The configuration's section of that name.</summary>
    public NotificationsConfig Notifications { get; init; } = new();

    public AssayConfig Config { get; init; } = new();

    public async ValueTask InitializeAsync()
    {
        var store = _store = new SqliteStore(Path.Combine(_folder, "assay.db"), new StoreOptions());
        await store.MigrateAsync(Ct);
        await FillAsync(store.Directory);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IStore>(store);
        builder.Services.AddSingleton<IBudgetBalances>(Balances);
        builder.Services.AddSingleton<IBudgetEvents>(Events);
        builder.Services.AddSingleton(Notifications);
        builder.Services.AddSingleton(Config);
        builder.Services.AddAssayApi();
        _app = builder.Build();
        _app.MapAssayApi();
        await Snapshots.RefreshAsync(Ct);
        await _app.StartAsync(Ct);
    }

    private async Task FillAsync(IDirectoryStore directory)
    {
        if (AdministratorSecret is { } secret)
        {
            await FirstAdministrator.EnsureAsync(directory, secret, TimeProvider.System, Ct);
            return;
        }

        await directory.ChangeAsync(
            [
                .. SampleOrg.Teams.Select(t => new DirectoryChange.PutTeam(t)),
                .. SampleOrg.People.Select(p => new DirectoryChange.PutPerson(p)),
                .. SampleOrg.Agents.Select(a => new DirectoryChange.PutAgent(a)),
                .. SampleOrg.Data().Keys.Select(k => new DirectoryChange.PutKey(k)),
            ],
            "test",
            Ct);
    }

    public IReadOnlyList<Endpoint> Endpoints() => _app!.Services.GetRequiredService<EndpointDataSource>().Endpoints;

    /// <summary>A client with somebody's key; null for none.</summary>
    public HttpClient As(string? name, string? secret = null)
    {
        var client = new HttpClient { BaseAddress = Address };
        if (name is not null)
        {
            client.DefaultRequestHeaders.Authorization = new("Bearer", secret ?? SampleOrg.SecretOf(name));
        }

        _clients.Add(client);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        await _app!.DisposeAsync();
        await _store!.DisposeAsync();
        System.IO.Directory.Delete(_folder, recursive: true);
    }

    internal sealed class ManualBalances : IBudgetBalances
    {
        public Dictionary<string, BudgetBalance> Known { get; } = new(StringComparer.Ordinal);

        public Exception? Fault { get; set; }

        public ValueTask<IReadOnlyDictionary<string, BudgetBalance>> BalancesAsync(
            IReadOnlyList<Budget> budgets, CancellationToken ct = default) => Fault is { } fault
            ? ValueTask.FromException<IReadOnlyDictionary<string, BudgetBalance>>(fault)
            : ValueTask.FromResult<IReadOnlyDictionary<string, BudgetBalance>>(Known);
    }
}

/// <summary>What was told of requests, in order; can be told to fail.</summary>
internal sealed class RecordedEvents : IBudgetEvents
{
    public System.Collections.Concurrent.ConcurrentQueue<string> Told { get; } = new();

    public bool Fails { get; set; }

    public ValueTask RequestedAsync(
        BudgetRequest request, Budget budget, IReadOnlyList<string> deciders, CancellationToken ct = default) =>
        Tell($"{request.Id} asked of {budget.Scope}, to {string.Join(' ', deciders)}");

    public ValueTask DecidedAsync(BudgetRequest request, Budget budget, CancellationToken ct = default) =>
        Tell($"{request.Id} {DirectoryWords.Word(request.State)} by {request.DecidedBy}");

    public ValueTask EndingAsync(EndingGrant ending, CancellationToken ct = default) => Tell($"{ending.Grant.Id} ends");

    private ValueTask Tell(string what)
    {
        Told.Enqueue(what);
        return Fails ? ValueTask.FromException(new InvalidOperationException("Nobody listens.")) : ValueTask.CompletedTask;
    }
}

internal static class ApiCalls
{
    public static Task<Answer> Get(this HttpClient client, string path, string? accept = null) =>
        client.AskAsync(HttpMethod.Get, path, null, accept);

    public static Task<Answer> Post(this HttpClient client, string path, string json) =>
        client.AskAsync(HttpMethod.Post, path, json);

    public static Task<Answer> Put(this HttpClient client, string path, string json) =>
        client.AskAsync(HttpMethod.Put, path, json);

    public static Task<Answer> Patch(this HttpClient client, string path, string json) =>
        client.AskAsync(HttpMethod.Patch, path, json);

    public static Task<Answer> Delete(this HttpClient client, string path) =>
        client.AskAsync(HttpMethod.Delete, path, null);

    public static async Task<Answer> AskAsync(
        this HttpClient client, HttpMethod method, string path, string? json, string? accept = null)
    {
        using var request = new HttpRequestMessage(method, "/api/v1" + path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        if (accept is not null)
        {
            request.Headers.Accept.ParseAdd(accept);
        }

        using var response = await client.SendAsync(request, ApiHost.Ct);
        return new Answer(
            response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            await response.Content.ReadAsStringAsync(ApiHost.Ct));
    }
}

internal sealed record Answer(HttpStatusCode Status, string? MediaType, string Text)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Text);

    public string Field(string name) => Json.GetProperty(name).GetString() ?? "(null)";

    public Answer ShouldBe(HttpStatusCode status)
    {
        Status.ShouldBe(status, Text);
        if ((int)status >= 400)
        {
            MediaType.ShouldBe("application/problem+json", Text);
            Field("title").ShouldNotBeNullOrWhiteSpace();
        }

        return this;
    }
}
