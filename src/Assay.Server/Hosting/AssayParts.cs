using Assay.Ledger.Journal;
using Assay.Server.Api;
using Assay.Server.Batches;
using Assay.Server.Budgets;
using Assay.Server.Budgets.Forecasting;
using Assay.Server.Console.Company;
using Assay.Server.Directory;
using Assay.Server.Judgments;
using Assay.Server.Metering;
using Assay.Server.Notifications;
using Assay.Server.Outcomes;
using Assay.Server.Outcomes.Experiments;
using Assay.Server.Outcomes.Otlp;
using Assay.Server.Proxy;
using Assay.Server.RateLimits;
using Assay.Server.Routing;
using Assay.Server.Signals;
using Assay.Server.Store;

namespace Assay.Server.Hosting;

/// <summary>
/// What must be opened before, and closed after, everything else: store, journal and book. Opened in this order and
/// closed in the opposite one.
/// </summary>
internal sealed class AssayParts : IAsyncDisposable
{
    private AssayParts(string dataDirectory, string node, IStore store, LedgerHost ledger)
    {
        DataDirectory = dataDirectory;
        Node = node;
        Store = store;
        Ledger = ledger;
    }

    public string DataDirectory { get; }

    public string Node { get; }

    public IStore Store { get; }

    public LedgerHost Ledger { get; }

    public static async Task<AssayParts> OpenAsync(
        AssayConfig config, AssayServerOptions options, CancellationToken cancellation)
    {
        var data = DataDirectoryOf(config);
        var node = NodeIdentity.Ensure(data, options.Clock);
        var store = await StoreFactory.OpenAsync(config, options.Clock, cancellation);
        try
        {
            // Another process on this data directory would still project; the journal's lock, taken below, refuses us then.
            var watermark = await store.Usage.WatermarkAsync(node, cancellation);
            var charges = await store.Usage.ChargesAsync(
                node, await AccountsAsync(config, store, options.Clock, cancellation), cancellation);
            var ledger = await LedgerHost.OpenAsync(
                new JournalOptions
                {
                    Directory = Path.Combine(data, "journal"),
                    Durability = config.Durability,
                    FirstPosition = watermark,
                },
                charges,
                options.Clock,
                cancellation);
            return new AssayParts(data, node, store, ledger);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>The accounts of the windows that are now: what a call can still be held on.</summary>
    private static async Task<IReadOnlyCollection<string>> AccountsAsync(
        AssayConfig config, IStore store, TimeProvider clock, CancellationToken cancellation)
    {
        var windows = new BudgetWindows(TimeZoneInfo.FindSystemTimeZoneById(config.TimeZone));
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var directory = await store.Directory.LoadAsync(cancellation);
        return [.. directory.Budgets.Select(
            budget => BudgetAccounts.Name(budget.Id, windows.At(budget.Window, now).Key))];
    }

    /// <summary>The data directory, made with access for this user alone.</summary>
    public static string DataDirectoryOf(AssayConfig config)
    {
        var data = Path.GetFullPath(config.Data);
        if (!OperatingSystem.IsWindows())
        {
            System.IO.Directory.CreateDirectory(
                data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        else
        {
            System.IO.Directory.CreateDirectory(data);
        }

        return data;
    }

    public void AddTo(IServiceCollection services, AssayConfig config, AssayServerOptions options)
    {
        // Instances that the container did not make are not disposed by it: store and journal outlive the host.
        services.AddSingleton(config);
        services.AddSingleton(options.Clock);
        services.AddSingleton(Store);
        services.AddSingleton(Store.Usage);
        services.AddSingleton(Store.Directory);
        services.AddSingleton(Store.Notifications);
        services.AddSingleton(Ledger);
        services.AddSingleton(Ledger.Journal);
        services.AddSingleton(_ => new Pricing(config.Prices));
        services.AddSingleton(s => s.GetRequiredService<Pricing>().Book);
        services.AddSingleton(_ => new Telemetry(config.Telemetry, options.Environment, Node));
        services.AddSingleton<DirectorySnapshots>();
        services.AddSingleton(_ => new BudgetWindows(TimeZoneInfo.FindSystemTimeZoneById(config.TimeZone)));
        services.AddSingleton<BudgetOpenings>();
        services.AddSingleton<BudgetKeeper>();
        services.AddSingleton<RateGates>();
        services.AddSingleton<IDirectoryObserver>(s => s.GetRequiredService<BudgetKeeper>());
        services.AddSingleton<IDirectoryObserver>(s => s.GetRequiredService<RateGates>());
        services.AddSingleton<ExperimentBoard>();
        services.AddSingleton<IDirectoryObserver>(s => s.GetRequiredService<ExperimentBoard>());
        services.AddSingleton<BudgetWatch>();
        services.AddSingleton<BudgetRefusals>();
        services.AddSingleton<Admission>();
        services.AddSingleton<StreamGrowth>();
        services.AddSingleton<IBudgetBalances, LedgerBudgetBalances>();
        services.AddSingleton<UsageEstimator>();
        services.AddSingleton<AssayMetrics>();
        services.AddSingleton<PrometheusText>();
        services.AddSingleton<LiveHub>();
        services.AddSingleton<ILiveFigures, HubFigures>();
        services.AddSingleton<UnpricedAlarm>();
        services.AddSingleton<Settlement>();
        services.AddSingleton<ModelList>();
        services.AddSingleton(_ => new CallSlots(config.Limits));
        services.AddSingleton(_ => new CallWatchdog(config.Timeouts, options.Clock));
        services.AddSingleton<BatchJobs>();
        services.AddSingleton<BatchSubmission>();
        services.AddSingleton<BatchTender>();
        services.AddSingleton<TargetOrder>();
        services.AddSingleton<CallRouting>();
        services.AddSingleton<AttemptRunner>();
        services.AddSingleton<GatewayPipeline>();
        services.AddSingleton(s => new Projector(
            Ledger.Journal,
            Store.Usage,
            new ProjectorOptions { Node = Node, GatherFor = options.Behind },
            options.Clock,
            new Random(),
            s.GetRequiredService<ILogger<Projector>>()));

        // The host stops services in the opposite order: calls end first, then what they wrote is projected.
        services.AddHostedService(s => s.GetRequiredService<Projector>());
        services.AddAssayNotifications(config, options.Environment);
        services.AddRepositoryFetcher(config, options.Environment);
        services.AddSingleton(_ => new OutcomeSources(config, options.Environment));
        services.AddSingleton(_ => new TelemetryKeeper(Store.Telemetry, options.Clock));
        services.AddSingleton<OtlpReceiver>();
        services.AddSingleton<SignalFeed>();
        services.AddAssaySignals(TimeZoneInfo.FindSystemTimeZoneById(config.TimeZone), DataDirectory);
        services.AddHostedService<DirectoryPoller>();
        services.AddHostedService<BudgetTender>();
        services.AddHostedService(s => s.GetRequiredService<BatchTender>());
        services.AddSingleton<BudgetWatcher>();
        services.AddHostedService(s => s.GetRequiredService<BudgetWatcher>());
        services.AddHostedService<GrantWatcher>();
        services.AddHostedService(s => s.GetRequiredService<BudgetForecasts>());
        services.AddHostedService<LivePublisher>();
        services.AddHostedService<Gauges>();
    }

    public async ValueTask DisposeAsync()
    {
        await Ledger.DisposeAsync();
        await Store.DisposeAsync();
    }
}
