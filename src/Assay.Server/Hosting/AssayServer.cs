using System.Collections;
using Assay.Server.Api;
using Assay.Server.Console;
using Assay.Server.Directory;
using Assay.Server.Metering;
using Assay.Server.Proxy;
using Assay.Server.Routing;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Assay.Server.Hosting;

/// <summary>What a host may set beside the configuration.</summary>
public sealed class AssayServerOptions
{
    /// <summary>Where secrets and the first administrator's key come from.</summary>
    public IDictionary Environment { get; init; } = new Hashtable();

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The least severe level that is logged.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>Added after the defaults; tests listen with it.</summary>
    public Action<ILoggingBuilder>? Logging { get; init; }

    /// <summary>How much what pages read from the store may be behind what is metered; what is live never is. Tests are in a hurry.</summary>
    internal TimeSpan Behind { get; init; } = TimeSpan.FromMilliseconds(300);
}

/// <summary>A running gateway. Dispose stops it: it finishes calls for a while, then settles and closes everything.</summary>
public sealed class AssayServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly AssayParts _parts;

    private AssayServer(WebApplication app, AssayParts parts, string? secret)
    {
        _app = app;
        _parts = parts;
        FirstAdministratorSecret = secret;
    }

    /// <summary>The addresses that are listened on, with their real ports.</summary>
    public IReadOnlyList<string> Addresses => [.. _app.Services.GetRequiredService<IServer>()
        .Features.Get<IServerAddressesFeature>()!.Addresses];

    /// <summary>The first administrator's key, if this start made one; it can never be shown again.</summary>
    public string? FirstAdministratorSecret { get; }

    internal IServiceProvider Services => _app.Services;

    internal AssayParts Parts => _parts;

    /// <summary>Takes in a change of the directory now instead of within half a second.</summary>
    internal Task RefreshDirectoryAsync(CancellationToken cancellation) =>
        _app.Services.GetRequiredService<DirectorySnapshots>().RefreshAsync(cancellation);

    /// <summary>Opens store and journal, settles what an earlier process left open, and listens.</summary>
    public static async Task<AssayServer> StartAsync(
        AssayConfig config, AssayServerOptions options, CancellationToken cancellation)
    {
        var parts = await AssayParts.OpenAsync(config, options, cancellation);
        WebApplication? app = null;
        try
        {
            app = Build(config, options, parts);
            var log = app.Services.GetRequiredService<ILogger<AssayServer>>();
            if (parts.Ledger.ExpiredAtStart > 0)
            {
                Log.ExpiredAtStart(log, parts.Ledger.ExpiredAtStart);
            }

            var secret = await FirstAdministrator.EnsureAsync(
                parts.Store.Directory, options.Environment["ASSAY_ADMIN_KEY"] as string, options.Clock, cancellation);
            await app.Services.GetRequiredService<DirectorySnapshots>().RefreshAsync(cancellation);
            await app.StartAsync(cancellation);
            return new AssayServer(app, parts, secret);
        }
        catch
        {
            if (app is not null)
            {
                await app.DisposeAsync();
            }

            await parts.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the process is asked to stop, or the token is cancelled.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellation) => _app.WaitForShutdownAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _parts.DisposeAsync();
    }

    private static WebApplication Build(AssayConfig config, AssayServerOptions options, AssayParts parts)
    {
        // The host's own settings files are not ours. Without the switch it would also watch its directory with all that is
        // in it, and wake up for every write to a journal that is kept below it.
        var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false"]);
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        builder.WebHost.UseUrls(config.Urls.Split(';', StringSplitOptions.TrimEntries));
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => Limit(kestrel, config.Limits));
        // Without queues of its own the transport hands work straight to the thread pool: one hand-over less for each write.
        builder.WebHost.UseSockets(sockets => sockets.IOQueueCount = 0);
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(o =>
        {
            o.SingleLine = true;
            o.UseUtcTimestamp = true;
            o.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });
        builder.Logging.SetMinimumLevel(options.LogLevel);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);

        // While this category has any level, the host makes an activity and a log scope for each request.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);

        // An answer is broken off by an exception (see AnswerBrokenException); real faults are logged where they happen.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Critical);
        options.Logging?.Invoke(builder.Logging);
        builder.Services.Configure<HostOptions>(
            o => o.ShutdownTimeout = TimeSpan.FromSeconds(config.Timeouts.DrainSeconds + 10));
        parts.AddTo(builder.Services, config, options);
        builder.Services.AddGateway(config, options);
        builder.Services.AddAssayApi();
        builder.Services.AddAssayConsole();
        builder.Services.AddOptions<ConsoleOptions>().Configure<RouteTable, Pricing>((console, routes, pricing) =>
        {
            console.DataDirectory = parts.DataDirectory;
            console.TimeZone = TimeZoneInfo.FindSystemTimeZoneById(config.TimeZone);
            console.PublicUrl = config.PublicUrl;
            console.InHouseProviders = routes.Providers.Values.Where(p => p.InHouse).Select(p => p.Name).ToHashSet();
            console.PriceProvider = name =>
                routes.Providers.TryGetValue(name, out var provider) ? pricing.PriceProvider(provider) : name;
        });
        var app = builder.Build();

        var watchdog = app.Services.GetRequiredService<CallWatchdog>();
        app.Lifetime.ApplicationStopping.Register(watchdog.Drain);

        // The data plane comes first and alone: nothing that pages need may cost a proxied call anything.
        app.UseMiddleware<GatewayMiddleware>();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapOperations();
        app.MapLive();
        app.MapAssayApi();
        app.MapAssayConsole();
        app.MapGateway();
        return app;
    }

    private static void Limit(KestrelServerOptions kestrel, LimitsConfig limits)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestHeadersTotalSize = limits.HeaderBytesMax;
        kestrel.Limits.MaxRequestLineSize = Math.Min(limits.LineBytesMax, limits.HeaderBytesMax);
        kestrel.Limits.MaxRequestBufferSize = Math.Max(1024 * 1024, limits.LineBytesMax);

        // Bodies are bounded where they are read, to answer in the caller's own format.
        kestrel.Limits.MaxRequestBodySize = limits.BodyBytesMax + 1024L;

        // A client that reads slowly because a model writes slowly is not an attacker.
        kestrel.Limits.MinResponseDataRate = null;
    }
}
