using System.Net.WebSockets;
using System.Text;
using Assay.Sim.Tally;
using Microsoft.AspNetCore.Http;

namespace Assay.Sim.Providers.OpenAI;

/// <summary>
/// <c>GET /v1/realtime</c> as a WebSocket: every <c>response.create</c> is answered with a text and <c>response.done</c>, whose
/// usage is the same each time.
/// </summary>
internal static class Realtime
{
    private const string Usage =
        """{"total_tokens":150,"input_tokens":100,"output_tokens":50,"input_token_details":{"text_tokens":40,"audio_tokens":60,"cached_tokens":12,"cached_tokens_details":{"text_tokens":12,"audio_tokens":0}},"output_token_details":{"text_tokens":10,"audio_tokens":40}}""";

    public static bool IsAsked(HttpContext http) => http.Request.Path == "/v1/realtime" && SimSocket.IsAsked(http);

    public static async Task<SimCall> RunAsync(HttpContext http, string id)
    {
        using var socket = await SimSocket.AcceptAsync(http);
        var answers = 0;
        await SimSocket.SayAsync(socket, """{"type":"session.created","session":{}}""");
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var read = await socket.ReceiveAsync(buffer.AsMemory(), http.RequestAborted);
                if (read.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
                    break;
                }

                if (Encoding.UTF8.GetString(buffer, 0, read.Count).Contains("response.create", StringComparison.Ordinal))
                {
                    answers++;
                    await SimSocket.SayAsync(socket, """{"type":"response.created","response":{"id":"resp_1"}}""");
                    await SimSocket.SayAsync(socket, """{"type":"response.output_text.delta","delta":"Hello"}""");
                    await SimSocket.SayAsync(socket, $$$"""{"type":"response.done","response":{"id":"resp_1","usage":{{{Usage}}}}}""");
                }
            }
        }
        catch (Exception fault) when (fault is WebSocketException or OperationCanceledException or IOException)
        {
            // The client is gone.
        }

        return new SimCall
        {
            Id = id,
            Format = SimFormat.OpenAI,
            Operation = "realtime",
            Model = http.Request.Query["model"].ToString(),
            Streamed = true,
            Status = 101,
            Billing = answers > 0 ? SimBilling.Told : SimBilling.None,
            Usage = new SimUsage
            {
                Input = 28 * answers,
                CacheRead = 12 * answers,
                AudioInput = 60 * answers,
                Output = 10 * answers,
                AudioOutput = 40 * answers,
            },
        };
    }
}
