using System.Globalization;
using System.Text;

namespace Assay.Bench.Upstream;

/// <summary>
/// The provider's answers as ready bytes: a 650-byte chat completion, and a stream of 80 events where each event is one
/// HTTP chunk. The last event carries the usage and is sent only when the request asks for it, as OpenAI does.
/// </summary>
internal static class Answers
{
    internal const int Events = 80;

    internal static byte[] Json { get; } = Whole();

    internal static byte[] StreamHead { get; } = Encoding.ASCII.GetBytes(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nDate: Sat, 01 Aug 2026 00:00:00 GMT\r\n" +
        "x-request-id: req_0123456789abcdef\r\nopenai-processing-ms: 12\r\nTransfer-Encoding: chunked\r\n\r\n");

    internal static byte[][] Chunks { get; } = [.. Enumerable.Range(0, Events).Select(i => Chunk(Event(i) + "\n\n"))];

    internal static int UsageEvent => Events - 1;

    internal static byte[] StreamEnd { get; } = [.. Chunk("data: [DONE]\n\n"), .. "0\r\n\r\n"u8];

    private static string Event(int i)
    {
        const string Head = "data: {\"id\":\"chatcmpl-Bx0123456789abcdefABCDEFGHIJ\",\"object\":\"chat.completion.chunk\"," +
            "\"created\":1785542400,\"model\":\"gpt-4o-2024-08-06\",\"service_tier\":\"default\"," +
            "\"system_fingerprint\":\"fp_0123456789\",";
        var number = i.ToString(CultureInfo.InvariantCulture);
        return i switch
        {
            0 => Head + "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}," +
                "\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}",
            Events - 2 => Head + "\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]," +
                "\"usage\":null}",
            Events - 1 => Head + "\"choices\":[],\"usage\":{\"prompt_tokens\":312,\"completion_tokens\":77," +
                "\"total_tokens\":389,\"prompt_tokens_details\":{\"cached_tokens\":128,\"audio_tokens\":0}," +
                "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0}}}",
            _ => Head + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word" + number + "\"}," +
                "\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}",
        };
    }

    private static byte[] Chunk(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text).ToString("x", CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes($"{length}\r\n{text}\r\n");
    }

    private static byte[] Whole()
    {
        const string Body = "{\"id\":\"chatcmpl-Bx0123456789abcdefABCDEFGHIJ\",\"object\":\"chat.completion\"," +
            "\"created\":1785542400,\"model\":\"gpt-4o-2024-08-06\",\"choices\":[{\"index\":0,\"message\":{\"role\":" +
            "\"assistant\",\"content\":\"The loop reads one line too many: the last line has no line break.\"," +
            "\"refusal\":null,\"annotations\":[]},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{" +
            "\"prompt_tokens\":312,\"completion_tokens\":17,\"total_tokens\":329,\"prompt_tokens_details\":{" +
            "\"cached_tokens\":128,\"audio_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":0," +
            "\"audio_tokens\":0,\"accepted_prediction_tokens\":0}},\"service_tier\":\"default\"," +
            "\"system_fingerprint\":\"fp_0123456789\"}";
        return Encoding.UTF8.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n" +
            "Date: Sat, 01 Aug 2026 00:00:00 GMT\r\nx-request-id: req_0123456789abcdef\r\nopenai-processing-ms: 12\r\n" +
            "\r\n" + Body);
    }
}
