using System.Globalization;
using System.Net;
using Assay.Sim.Providers;
using Assay.Sim.Script;
using Assay.Sim.Tally;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Assay.Sim;

/// <summary>
/// Simulated AI providers: real HTTP on loopback, one port for each wire format, with answers that derive from a seed,
/// usage that is known exactly, and faults on demand.
/// </summary>
public sealed class SimProviders : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly IReadOnlyDictionary<SimFormat, ListenOptions> _listeners;

    private SimProviders(WebApplication app, IReadOnlyDictionary<SimFormat, ListenOptions> listeners, SimTally tally, SimScript script)
    {
        _app = app;
        _listeners = listeners;
        Tally = tally;
        Script = script;
    }

    /// <summary>Where the OpenAI format is spoken, without <c>/v1</c>.</summary>
    public Uri OpenAI => Address(SimFormat.OpenAI);

    /// <summary>Where the Anthropic format is spoken, without <c>/v1</c>.</summary>
    public Uri Anthropic => Address(SimFormat.Anthropic);

    /// <summary>Where the Gemini format is spoken, without <c>/v1beta</c>.</summary>
    public Uri Gemini => Address(SimFormat.Gemini);

    /// <summary>What was truly used.</summary>
    public SimTally Tally { get; }

    /// <summary>Instructions from within the process.</summary>
    public SimScript Script { get; }

    /// <summary>The address of a format.</summary>
    public Uri Address(SimFormat format) => new(string.Create(
        CultureInfo.InvariantCulture, $"http://127.0.0.1:{_listeners[format].IPEndPoint!.Port}"));

    /// <summary>Starts listening; the addresses are known when it completes.</summary>
    public static async Task<SimProviders> StartAsync(SimOptions? options = null, CancellationToken cancellationToken = default)
    {
        var chosen = options ?? new SimOptions();
        var tally = new SimTally(chosen);
        var script = new SimScript();
        var listeners = new Dictionary<SimFormat, ListenOptions>();
        var ports = new Dictionary<SimFormat, int>
        {
            [SimFormat.OpenAI] = chosen.OpenAIPort,
            [SimFormat.Anthropic] = chosen.AnthropicPort,
            [SimFormat.Gemini] = chosen.GeminiPort,
        };

        // No configuration sources: the environment of the host must not change where the simulator listens.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        // A write ends when the socket has taken it: else a cut would also lose what was written before it.
        builder.WebHost.UseKestrelCore().UseSockets(sockets => sockets.MaxWriteBufferSize = 1).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = chosen.RequestBytesMax;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            foreach (var (format, port) in ports)
            {
                kestrel.Listen(IPAddress.Loopback, port, listen =>
                {
                    listen.Protocols = HttpProtocols.Http1;
                    listeners[format] = listen;
                });
            }
        });

        var app = builder.Build();
        var pipeline = new SimPipeline(chosen, tally, script);
        app.Run(http => pipeline.HandleAsync(http, FormatOf(http.Connection.LocalPort, listeners)));
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new SimProviders(app, listeners, tally, script);
    }

    /// <summary>Completes when the process is asked to stop.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        // Endless and silent answers would hold a graceful stop for its whole timeout.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private static SimFormat FormatOf(int localPort, Dictionary<SimFormat, ListenOptions> listeners)
    {
        foreach (var (format, listen) in listeners)
        {
            if (listen.IPEndPoint!.Port == localPort)
            {
                return format;
            }
        }

        return SimFormat.OpenAI;
    }
}
