using System.Net.WebSockets;
using System.Text;
using Assay.Ledger.Usage;
using Assay.Server.Budgets;
using Assay.Server.Formats;
using Assay.Server.Hosting;
using Assay.Server.Metering;

namespace Assay.Server.Proxy.Realtime;

/// <summary>
/// A WebSocket of Gemini's Live API. Its model stands in the first message, so the connection is taken first and the session
/// admitted then; whoever is not let in is told by the close.
/// </summary>
internal sealed class LiveSession(
    AssayConfig config,
    Admission admission,
    SessionUpstream upstream,
    SessionPump pump,
    CallWatchdog watchdog,
    AssayMetrics metrics,
    TimeProvider clock)
{
    private const int ReasonBytesMax = 123; // RFC 6455, section 5.5
    private static readonly TimeSpan s_goodbye = TimeSpan.FromSeconds(5);

    /// <summary>Runs the session to its end; null, or why it is no session.</summary>
    public async Task<Refused?> RunAsync(Call call)
    {
        if (!Handshake.IsAsked(call.Http))
        {
            return Refused.Malformed("Live sessions are WebSockets: connect to this path with an upgrade.");
        }

        using var client = await Handshake.AcceptAsync(call.Http, SessionUpstream.KeepAlive);
        using var message = new MemoryStream();
        watchdog.Watch(call);
        try
        {
            var (type, refused) = await ReadSetupAsync(call, client, message);
            if ((refused ?? upstream.Route(call) ?? await admission.AdmitAsync(call)) is { } closed)
            {
                await RefuseAsync(client, closed);
                return null;
            }

            await RunAdmittedAsync(call, client, message.GetBuffer().AsMemory(0, (int)message.Length), type);
        }
        finally
        {
            watchdog.Forget(call);
        }

        return null;
    }

    private async Task RunAdmittedAsync(Call call, WebSocket client, ReadOnlyMemory<byte> setup, WebSocketMessageType type)
    {
        var usage = new LiveUsage(call.ProviderModel);
        try
        {
            using var provider = await upstream.ConnectAsync(
                call, PathTable.LivePath(call.Match), ProviderRequest.Query(call.Http.Request.QueryString));
            if (provider is null)
            {
                await RefuseAsync(client, Refused.ByOutcome(call));
                return;
            }

            call.Status = StatusCodes.Status200OK;
            call.FirstByteSeen = true;
            var first = call.ProviderModel == call.Model
                ? setup
                : LiveSetup.Read(setup.Span)!.Rewrite(setup.Span, call.ProviderModel);
            if (await TrySendAsync(call, provider, first, type))
            {
                await pump.RunAsync(call, client, provider, usage);
            }
        }
        finally
        {
            await pump.SettleAsync(call, usage);
        }
    }

    private async Task<(WebSocketMessageType Type, Refused? Refused)> ReadSetupAsync(Call call, WebSocket client, MemoryStream message)
    {
        using var registration = call.Http.RequestAborted.UnsafeRegister(static c => ((Call)c!).LeaveAndStop(), call);
        var frame = new byte[4096];
        try
        {
            ValueWebSocketReceiveResult read;
            do
            {
                read = await client.ReceiveAsync(frame.AsMemory(), call.Stopped);
                message.Write(frame, 0, read.Count);
                call.ProgressTicks = clock.GetTimestamp();
                if (message.Length > config.Limits.BodyBytesMax)
                {
                    return (read.MessageType, Refused.BodyTooLarge(config.Limits.BodyBytesMax));
                }
            }
            while (!read.EndOfMessage);

            if (read.MessageType == WebSocketMessageType.Close)
            {
                return (read.MessageType, Refused.ClientGone());
            }

            if (LiveSetup.Read(message.GetBuffer().AsSpan(0, (int)message.Length)) is not { } setup)
            {
                return (read.MessageType, Refused.Malformed("The first message must be a setup that names one model: {\"setup\":{\"model\":\"models/NAME\"}}."));
            }

            call.Model = setup.Model;
            return (read.MessageType, null);
        }
        catch (Exception fault) when (fault is OperationCanceledException or WebSocketException or IOException)
        {
            return (WebSocketMessageType.Close, Refused.ClientGone());
        }
    }

    private static async Task<bool> TrySendAsync(Call call, WebSocket provider, ReadOnlyMemory<byte> bytes, WebSocketMessageType type)
    {
        try
        {
            await provider.SendAsync(bytes, type, endOfMessage: true, call.Stopped);
            return true;
        }
        catch (Exception fault) when (fault is OperationCanceledException or WebSocketException or IOException)
        {
            call.Outcome = CallOutcome.ProviderBroke;
            return false;
        }
    }

    /// <summary>Closes with the reason: 1007 for what cannot be read, 1011 for what is nobody's fault here, else 1008.</summary>
    private async Task RefuseAsync(WebSocket client, Refused refused)
    {
        metrics.Refused(refused.Reason);
        var status = refused.Kind switch
        {
            Refusal.BodyMalformed => WebSocketCloseStatus.InvalidPayloadData,
            Refusal.BodyTooLarge => WebSocketCloseStatus.MessageTooBig,
            _ when Refusals.Shape(refused.Kind).Status >= 500 => WebSocketCloseStatus.InternalServerError,
            _ => WebSocketCloseStatus.PolicyViolation,
        };
        var text = Encoding.UTF8.GetBytes($"{refused.Reason}: {refused.Message}");
        var length = Math.Min(text.Length, ReasonBytesMax);
        while (length < text.Length && (text[length] & 0xC0) == 0x80)
        {
            length--; // Not inside a character.
        }

        using var limit = new CancellationTokenSource(s_goodbye, clock);
        try
        {
            if (client.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await client.CloseAsync(status, Encoding.UTF8.GetString(text, 0, length), limit.Token);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            // It is gone already.
        }
    }
}
