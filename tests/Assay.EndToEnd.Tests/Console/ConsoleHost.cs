using Assay.Ledger.Prices;
using Assay.Server.Api;
using Assay.Server.Budgets;
using Assay.Server.Budgets.Forecasting;
using Assay.Server.Console;
using Assay.Server.Console.Company;
using Assay.Server.Directory;
using Assay.Server.Store;
using Assay.Server.Store.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Assay.EndToEnd.Tests.Console;

/// <summary>A console that tests can look at, wherever it runs.</summary>
internal interface IConsoleUnderTest : IAsyncDisposable
{
    Uri Address { get; }

    SampleCompany Company { get; }
}

/// <summary>The console alone on a real Kestrel, with the sample company in a SQLite store in a new directory.</summary>
internal sealed class ConsoleHost : IConsoleUnderTest
{
    /// <summary>A Friday afternoon, so that today, this week and this month all have something to show.</summary>
    public static readonly DateTimeOffset Now = new(2026, 8, 21, 15, 42, 7, TimeSpan.Zero);

    private readonly WebApplication _app;
    private readonly SqliteStore _store;
    private readonly string _directory;

    private ConsoleHost(WebApplication app, SqliteStore store, string directory, SampleCompany company, SettableTime clock)
    {
        _app = app;
        _store = store;
        _directory = directory;
        Company = company;
        Clock = clock;
    }

    public SampleCompany Company { get; }

    public SettableTime Clock { get; }

    public string DataDirectory => _directory;

    public IDirectoryStore Directory => _store.Directory;

    public IUsageStore Usage => _store.Usage;

    public IBudgetRequestStore Requests => _store.BudgetRequests;

    public DirectorySnapshots Snapshots => _app.Services.GetRequiredService<DirectorySnapshots>();

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public static async Task<ConsoleHost> StartAsync(bool withTraffic, CancellationToken ct, Action<ConsoleOptions>? configure = null)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("assay-console-").FullName;
        var clock = new SettableTime(Now);
        var store = new SqliteStore(Path.Combine(directory, "assay.db"), new StoreOptions { Clock = clock });
        await store.MigrateAsync(ct);
        var prices = SampleCompany.WithHousePrices(PriceBook.Default);
        var company = new SampleCompany(prices);
        await company.FoundAsync(store.Directory, Now, ct);
        if (withTraffic)
        {
            await company.WorkAsync(store.Usage, Now, days: 45, ct);
            await SampleLog.WriteAsync(store, company, Now, ct);
            await SampleSignals.RaiseAsync(store.Signals, company, Now, ct);
            await SampleOutcomes.BringAboutAsync(store.Outcomes, company, Now, ct);
            await SampleOutcomes.RegisterTargetsAsync(store.Goodhart, company, Now, ct);
            await SampleExperiments.DeclareAsync(store.Directory, company, Now, ct);
            await SampleExperiments.TellAsync(store.Telemetry, company, Now, ct);
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton(store.Usage);
        builder.Services.AddSingleton(store.Directory);
        builder.Services.AddSingleton<IStore>(store);
        builder.Services.AddSingleton<IBudgetBalances, UnknownBudgetBalances>();
        builder.Services.AddBudgetDesk();
        builder.Services.AddBudgetForecasts();
        builder.Services.AddSingleton<DirectoryEditor>();
        builder.Services.AddSingleton(prices);
        builder.Services.AddSingleton<DirectorySnapshots>();
        builder.Services.AddSingleton<ILiveFigures>(company);
        builder.Services.AddAssayAuthentication();
        builder.Services.AddSingleton<AuthenticationSchemesRegistered>();
        builder.Services.AddAssayConsole(options =>
        {
            options.DataDirectory = directory;
            options.InHouseProviders = new HashSet<string>(StringComparer.Ordinal) { "metacode" };
            options.PriceProvider = provider => provider == "gemini" ? "google" : provider;
            configure?.Invoke(options);
        });
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapAssayConsole();
        app.MapGet("/api/v1/live", LiveAsync).RequireAuthorization(Policies.SignedIn);
        await app.Services.GetRequiredService<DirectorySnapshots>().RefreshAsync(ct);
        await app.StartAsync(ct);
        return new ConsoleHost(app, store, directory, company, clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _store.DisposeAsync();
        System.IO.Directory.Delete(_directory, recursive: true);
    }

    // One tick, then silence: enough for a page to know that it is connected.
    private static async Task LiveAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync("event: tick\ndata: {\"inFlight\":3}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        var closed = new TaskCompletionSource();
        await using (context.RequestAborted.Register(closed.SetResult))
        {
            await closed.Task;
        }
    }
}

/// <summary>A clock that stands still until a test moves it.</summary>
internal sealed class SettableTime(DateTimeOffset now) : TimeProvider
{
    private DateTimeOffset _now = now;

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by) => _now += by;
}
