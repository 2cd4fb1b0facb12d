using System.Buffers;
using System.Net.WebSockets;
using Assay.Ledger.Book;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Server.Budgets;
using Assay.Server.Formats;
using Assay.Server.Hosting;
using Assay.Server.Metering;
using Assay.Server.Routing;
using Assay.Server.Routing.Credentials;

namespace Assay.Server.Proxy.Realtime;

/// <summary>
/// A WebSocket of OpenAI's Realtime API: frames pass as they are in both directions, usage is read from the server's
/// <c>response.done</c>, the reservation grows with it, and the whole session is one row of the ledger. A hard budget that has
/// nothing left ends the session.
/// </summary>
internal sealed class RealtimeSession(
    AssayConfig config,
    RouteTable routes,
    Admission admission,
    AttemptRunner attempts,
    LedgerHost ledger,
    Pricing pricing,
    CallWatchdog watchdog,
    TimeProvider clock)
{
    private const int FrameBytes = 32 * 1024;
    private const int MessageBytesMax = 1024 * 1024;
    private static readonly TimeSpan s_goodbye = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(30);

    /// <summary>Runs the session to its end; null, or why it was not let in.</summary>
    public async Task<Refused?> RunAsync(Call call)
    {
        var http = call.Http;
        call.Model = http.Request.Query["model"].ToString();
        if (!Handshake.IsAsked(http) || call.Model.Length is 0 or > 256 || Labels.HasControl(call.Model))
        {
            return Refused.Malformed("Realtime sessions are WebSockets: connect to /v1/realtime?model=NAME.");
        }

        if (Route(call) is { } unroutable)
        {
            return unroutable;
        }

        if (await admission.AdmitAsync(call) is { } refused)
        {
            return refused;
        }

        watchdog.Watch(call);
        var usage = new RealtimeUsage();
        try
        {
            using var provider = await ConnectAsync(call);
            if (provider is null)
            {
                return Refused.ByOutcome(call);
            }

            using var client = await Handshake.AcceptAsync(http, s_keepAlive);
            call.Status = StatusCodes.Status200OK;
            call.FirstByteSeen = true;
            await PumpAsync(call, client, provider, usage);
        }
        finally
        {
            watchdog.Forget(call);
            call.Reading = new UsageReading
            {
                Counts = usage.Counts,
                HasInput = !usage.IsOpen,
                HasOutput = !usage.IsOpen,
            };
            await attempts.SettleAsync(call, isLast: true);
            attempts.Watch(call);
        }

        return null;
    }

    private Refused? Route(Call call)
    {
        var identity = call.Identity!;
        if (routes.Find(call.Model) is not { } route)
        {
            return Refused.UnknownModel(call.Model);
        }

        if (!identity.AllowsModel(call.Model))
        {
            return Refused.ModelNotAllowed(call.Model);
        }

        var able = route.Targets.Where(target => target.Provider is { Format: WireFormat.OpenAI, Dialect: null, LacksCredential: false });
        if (able.FirstOrDefault() is not { } target)
        {
            return Refused.FormatMismatch(call.Model, route.Targets[0].Provider, WireFormat.OpenAI);
        }

        (call.Route, call.Target, call.ProviderModel) = (route, target, target.Model ?? call.Model);
        call.Facts = new RequestFacts { Model = call.Model, Stream = true };
        return null;
    }

    /// <summary>Null if there is no connection; the call's outcome says why.</summary>
    private async Task<ClientWebSocket?> ConnectAsync(Call call)
    {
        var provider = call.Target!.Provider;
        var socket = new ClientWebSocket();
        socket.Options.Proxy = null;
        socket.Options.KeepAliveInterval = s_keepAlive;
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

            var address = new UriBuilder(provider.Address("/v1/realtime", "?model=" + Uri.EscapeDataString(call.ProviderModel)));
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

    private async Task PumpAsync(Call call, WebSocket client, WebSocket provider, RealtimeUsage usage)
    {
        using var registration = call.Http.RequestAborted.UnsafeRegister(static c => ((Call)c!).LeaveAndStop(), call);
        var up = CopyAsync(call, client, provider, null);
        var down = CopyAsync(call, provider, client, usage);
        var first = await Task.WhenAny(up, down);
        var isClients = first == up;
        var ended = await first;

        // One side has closed or gone: both are told, and have a moment to say goodbye.
        var isBudget = call.Outcome == CallOutcome.BudgetExhausted;
        await CloseAsync(isClients ? provider : client, ended, isBudget);
        await CloseAsync(isClients ? client : provider, isBudget ? WebSocketCloseStatus.NormalClosure : ended, isBudget: false);
        await Task.WhenAny(isClients ? down : up, Task.Delay(s_goodbye, clock));
        call.Stop(StopReason.ClientGone);
        await (isClients ? down : up);
        call.Outcome = isBudget ? CallOutcome.BudgetExhausted
            : call.Reason is StopReason.TooLong or StopReason.ProviderSilent ? CallOutcome.ProviderSilent
            : call.Reason == StopReason.ShutDown ? CallOutcome.ShutDown
            : !isClients && ended is null ? CallOutcome.ProviderBroke
            : isClients && ended is null ? CallOutcome.ClientGone
            : CallOutcome.Completed;
    }

    /// <summary>Copies frames until the source closes; the status of its close, or null if it broke off.</summary>
    private async Task<WebSocketCloseStatus?> CopyAsync(Call call, WebSocket from, WebSocket to, RealtimeUsage? usage)
    {
        var frame = ArrayPool<byte>.Shared.Rent(FrameBytes);
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                var read = await from.ReceiveAsync(frame.AsMemory(), call.Stopped);
                if (read.MessageType == WebSocketMessageType.Close)
                {
                    return from.CloseStatus ?? WebSocketCloseStatus.NormalClosure;
                }

                call.ProgressTicks = clock.GetTimestamp();
                if (usage is not null && read.MessageType == WebSocketMessageType.Text && message.Length < MessageBytesMax)
                {
                    message.Write(frame, 0, read.Count);
                }

                await to.SendAsync(frame.AsMemory(0, read.Count), read.MessageType, read.EndOfMessage, call.Stopped);
                if (usage is not null && read.EndOfMessage)
                {
                    var told = usage.Observe(message.GetBuffer().AsSpan(0, (int)message.Length));
                    message.SetLength(0);
                    if (told && !await KeepUpAsync(call, usage))
                    {
                        call.Outcome = CallOutcome.BudgetExhausted;
                        return WebSocketCloseStatus.PolicyViolation;
                    }
                }
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame, clearArray: true);
        }
    }

    /// <summary>Reserves what the session has used and as much again; false if a hard budget has nothing left.</summary>
    private async Task<bool> KeepUpAsync(Call call, RealtimeUsage usage)
    {
        if (call.Hold.Accounts.Length == 0)
        {
            return true;
        }

        var used = pricing.Price(call.Target!.Provider, call.ProviderModel, usage.Counts, "", call.StartedAtMs).Amount;
        var wanted = new NanoUsd(used.Nanos + (used.Nanos / usage.Answers));
        var tokens = usage.Counts.TotalTokens + (usage.Counts.TotalTokens / usage.Answers);
        if (wanted.Nanos <= call.HeldMoney && tokens <= call.HeldTokens)
        {
            return true;
        }

        var more = new NanoUsd(Math.Max(0, wanted.Nanos - call.HeldMoney));
        var moreTokens = Math.Max(0, tokens - call.HeldTokens);
        var result = await ledger.ExtendAsync(call.Id, more, moreTokens, CancellationToken.None);
        if (result.Status != ReserveStatus.Held)
        {
            return config.Budgets.OnStreamExhausted != "end";
        }

        call.HeldMoney += more.Nanos;
        call.HeldTokens += moreTokens;
        return true;
    }

    private async Task CloseAsync(WebSocket socket, WebSocketCloseStatus? status, bool isBudget)
    {
        using var limit = new CancellationTokenSource(s_goodbye, clock);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                // Codes from 1004 to 1006 and 1015 say that no close came; they must not be sent.
                var told = status is null or WebSocketCloseStatus.Empty ? WebSocketCloseStatus.EndpointUnavailable : status.Value;
                await socket.CloseOutputAsync(told, isBudget ? "A budget has nothing left." : "", limit.Token);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            // It is gone already.
        }
    }
}
