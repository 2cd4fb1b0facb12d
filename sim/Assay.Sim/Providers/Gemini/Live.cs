using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Assay.Sim.Tally;
using Microsoft.AspNetCore.Http;

namespace Assay.Sim.Providers.Gemini;

/// <summary>
/// A Live session: the setup is acknowledged, every <c>clientContent</c> that completes a turn is answered with a piece of
/// audio and usage. As with Google, messages are JSON in binary frames, the prompt of a turn is all that the context holds by
/// then, and each turn is billed in full; half of its output is told once before the end.
/// </summary>
internal static class Live
{
    private const long FirstText = 40;
    private const long FirstAudio = 60;
    private const long Thought = 5;
    private const long Spoken = 40;
    private const string Piece = """"
        "modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm","data":"AAAA"}}]}
        """";

    public static bool IsAsked(HttpContext http) =>
        http.Request.Path.Value is { } path
        && path.StartsWith("/ws/google.ai.generativelanguage.", StringComparison.Ordinal)
        && path.EndsWith(".GenerativeService.BidiGenerateContent", StringComparison.Ordinal)
        && SimSocket.IsAsked(http);

    public static async Task<SimCall> RunAsync(HttpContext http, string id)
    {
        using var socket = await SimSocket.AcceptAsync(http);
        var (model, billed, audio) = ("", default(SimUsage), FirstAudio);
        try
        {
            while (await HearAsync(socket, http.RequestAborted) is { } heard)
            {
                if (heard.Get("setup")?.GetText("model") is { } named)
                {
                    model = named.Replace("models/", "", StringComparison.Ordinal);
                    await SayAsync(socket, """{"setupComplete":{}}""");
                }
                else if (heard.Get("clientContent")?.GetFlag("turnComplete") == true)
                {
                    await SayAsync(socket, Turn(audio, Spoken / 2, Piece));
                    await SayAsync(socket, """{"serverContent":{"generationComplete":true}}""");
                    await SayAsync(socket, Turn(audio, Spoken, "\"turnComplete\":true"));
                    billed += new SimUsage { Input = FirstText, AudioInput = audio, AudioOutput = Spoken, Reasoning = Thought };
                    audio += Spoken + FirstAudio;
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
            Format = SimFormat.Gemini,
            Operation = "live",
            Model = model,
            Streamed = true,
            Status = 101,
            Billing = billed == default ? SimBilling.None : SimBilling.Told,
            Usage = billed,
        };
    }

    private static string Turn(long audio, long spoken, string content) =>
        $$$"""{"serverContent":{{{{content}}}},"usageMetadata":{"promptTokenCount":{{{FirstText + audio}}},"responseTokenCount":{{{spoken}}},"thoughtsTokenCount":{{{Thought}}},"totalTokenCount":{{{FirstText + audio + spoken + Thought}}},"promptTokensDetails":[{"modality":"TEXT","tokenCount":{{{FirstText}}}},{"modality":"AUDIO","tokenCount":{{{audio}}}}],"responseTokensDetails":[{"modality":"AUDIO","tokenCount":{{{spoken}}}}]}}""";

    private static async Task<JsonElement?> HearAsync(WebSocket socket, CancellationToken cancel)
    {
        using var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        ValueWebSocketReceiveResult read;
        do
        {
            read = await socket.ReceiveAsync(buffer.AsMemory(), cancel);
            message.Write(buffer, 0, read.Count);
        }
        while (!read.EndOfMessage);

        if (read.MessageType == WebSocketMessageType.Close)
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
            return null;
        }

        return JsonSerializer.Deserialize<JsonElement>(Encoding.UTF8.GetString(message.ToArray()));
    }

    private static Task SayAsync(WebSocket socket, string text) => SimSocket.SayAsync(socket, text, WebSocketMessageType.Binary);
}
