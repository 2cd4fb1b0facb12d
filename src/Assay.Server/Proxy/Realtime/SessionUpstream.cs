using System.Net.WebSockets;
using Assay.Ledger.Usage;
using Assay.Server.Formats;
using Assay.Server.Hosting;
using Assay.Server.Routing;
using Assay.Server.Routing.Credentials;

namespace Assay.Server.Proxy.Realtime;

/// <summary>The provider's side of a WebSocket session: who it is, and the connection to it.</summary>
internal sealed class SessionUpstream(AssayConfig config, RouteTable routes, TimeProvider clock)
{
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(30);

    /// <summary>Finds who takes the call's model in its own format: sessions are neither translated nor tried again.</summary>
    public Refused? Route(Call call)
    {
        var format = call.Match.Format;
        if (routes.Find(call.Model) is not { } route)
        {
            return Refused.UnknownModel(call.Model);
        }

        if (!call.Identity!.AllowsModel(call.Model))
        {
            return Refused.ModelNotAllowed(call.Model);
        }

        var able = route.Targets.Where(target => target.Provider is { Dialect: null, LacksCredential: false } && target.Provider.Format == format);
        if (able.FirstOrDefault() is not { } target)
        {
            return Refused.FormatMismatch(call.Model, route.Targets[0].Provider, format);
        }

        (call.Route, call.Target, call.ProviderModel) = (route, target, target.Model ?? call.Model);
        call.Facts = new RequestFacts { Model = call.Model, Stream = true };
        return null;
    }

    /// <summary>Null if there is no connection; the call's outcome says why.</summary>
    public async Task<ClientWebSocket?> ConnectAsync(Call call, string path, string query)
    {
        var provider = call.Target!.Provider;
        var socket = new ClientWebSocket();
        socket.Options.Proxy = null;
        socket.Options.KeepAliveInterval = KeepAlive;
        try
        {
            var now = clock.GetUtcNow();
            call.Key = provider.Keys.Take(call.Session, now.ToUnixTimeMilliseconds());
            var credential = call.Key is null ? "" : await call.Key.Secret.ReadAsync(call.Stopped);
            foreach (var (name, value) in Headers(call, credential, now))
            {
                socket.Options.SetRequestHeader(name, value);
            }

            if (Handshake.Protocol(call.Http) is { } protocol)
            {
                socket.Options.AddSubProtocol(protocol);
            }

            var address = new UriBuilder(provider.Address(path, query));
            address.Scheme = address.Scheme == "https" ? "wss" : "ws";
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(call.Stopped);
            using var timer = clock.CreateTimer(
                static source => ((CancellationTokenSource)source!).Cancel(), limit,
                TimeSpan.FromSeconds(config.Timeouts.ConnectSeconds), Timeout.InfiniteTimeSpan);
            await socket.ConnectAsync(address.Uri, limit.Token);
            call.Sent = true;
            return socket;
        }
        catch (CredentialException fault)
        {
            (call.Outcome, call.CredentialFault) = (CallOutcome.NotConnected, fault.Message);
        }
        catch (Exception fault) when (fault is WebSocketException or OperationCanceledException or HttpRequestException)
        {
            call.Outcome = CallOutcome.NotConnected;
        }

        socket.Dispose();
        return null;
    }

    private static IEnumerable<KeyValuePair<string, string>> Headers(Call call, string credential, DateTimeOffset now)
    {
        using var request = new HttpRequestMessage();
        foreach (var (name, values) in call.Http.Request.Headers)
        {
            if (HeaderRules.PassToProvider(name) && !name.StartsWith("Sec-WebSocket-", StringComparison.OrdinalIgnoreCase)
                && !name.Equals("Origin", StringComparison.OrdinalIgnoreCase))
            {
                request.Headers.TryAddWithoutValidation(name, values.ToString());
            }
        }

        if (credential.Length > 0)
        {
            call.Target!.Provider.Authorize(request, default, credential, now);
        }

        foreach (var (name, value) in call.Target!.Provider.Headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return [.. request.Headers.NonValidated.Select(header => KeyValuePair.Create(header.Key, header.Value.ToString()))];
    }
}
