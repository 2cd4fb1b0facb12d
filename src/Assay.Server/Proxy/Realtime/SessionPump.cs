using System.Buffers;
using System.Net.WebSockets;
using Assay.Ledger.Book;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Server.Formats;
using Assay.Server.Hosting;
using Assay.Server.Metering;

namespace Assay.Server.Proxy.Realtime;

/// <summary>
/// Copies the frames of a WebSocket session in both directions as they are, reads usage from what the provider says, lets the
/// reservation grow with it, and settles the whole session as one row. A hard budget that has nothing left ends the session.
/// </summary>
internal sealed class SessionPump(AssayConfig config, AttemptRunner attempts, LedgerHost ledger, Pricing pricing, TimeProvider clock)
{
    private const int FrameBytes = 32 * 1024;
    private const int MessageBytesMax = 1024 * 1024;
    private static readonly TimeSpan s_goodbye = TimeSpan.FromSeconds(5);

    /// <summary>Settles what the session used. An answer that began and did not tell its usage makes it an estimate.</summary>
    public async Task SettleAsync(Call call, ISessionUsage usage)
    {
        call.Reading = new UsageReading
        {
            Counts = usage.Counts,
            HasInput = !usage.IsOpen,
            HasOutput = !usage.IsOpen,
        };
        await attempts.SettleAsync(call, isLast: true);
        attempts.Watch(call);
    }

    /// <summary>Runs an admitted session to its end.</summary>
    public async Task RunAsync(Call call, WebSocket client, WebSocket provider, ISessionUsage usage)
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
    private async Task<WebSocketCloseStatus?> CopyAsync(Call call, WebSocket from, WebSocket to, ISessionUsage? usage)
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
                if (usage is not null && (usage.ReadsBinary || read.MessageType == WebSocketMessageType.Text) && message.Length < MessageBytesMax)
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

    /// <summary>Reserves what the session has used and what its next answer may; false if a hard budget has nothing left.</summary>
    private async Task<bool> KeepUpAsync(Call call, ISessionUsage usage)
    {
        if (call.Hold.Accounts.Length == 0)
        {
            return true;
        }

        var ahead = usage.Counts + usage.Next;
        var wanted = pricing.Price(call.Target!.Provider, call.ProviderModel, ahead, "", call.StartedAtMs).Amount;
        var tokens = ahead.TotalTokens;
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
