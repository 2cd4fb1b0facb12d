using Assay.Server.Budgets;
using Assay.Server.Formats;

namespace Assay.Server.Proxy.Realtime;

/// <summary>A WebSocket of OpenAI's Realtime API. Its address names the model, so it is admitted before it is opened.</summary>
internal sealed class RealtimeSession(Admission admission, SessionUpstream upstream, SessionPump pump, CallWatchdog watchdog)
{
    /// <summary>Runs the session to its end; null, or why it was not let in.</summary>
    public async Task<Refused?> RunAsync(Call call)
    {
        var http = call.Http;
        call.Model = http.Request.Query["model"].ToString();
        if (!Handshake.IsAsked(http) || call.Model.Length is 0 or > 256 || Labels.HasControl(call.Model))
        {
            return Refused.Malformed("Realtime sessions are WebSockets: connect to /v1/realtime?model=NAME.");
        }

        if ((upstream.Route(call) ?? await admission.AdmitAsync(call)) is { } refused)
        {
            return refused;
        }

        watchdog.Watch(call);
        var usage = new RealtimeUsage();
        try
        {
            using var provider = await upstream.ConnectAsync(
                call, "/v1/realtime", "?model=" + Uri.EscapeDataString(call.ProviderModel));
            if (provider is null)
            {
                return Refused.ByOutcome(call);
            }

            using var client = await Handshake.AcceptAsync(http, SessionUpstream.KeepAlive);
            call.Status = StatusCodes.Status200OK;
            call.FirstByteSeen = true;
            await pump.RunAsync(call, client, provider, usage);
        }
        finally
        {
            watchdog.Forget(call);
            await pump.SettleAsync(call, usage);
        }

        return null;
    }
}
