using System.Buffers.Binary;
using System.Text;
using Assay.Sim.Tally;

namespace Assay.Sim.Providers.Clouds;

/// <summary>How the clouds wrap an answer.</summary>
internal static class CloudAnswers
{
    public static Answer Wrap(SimRoute route, Answer answer, string id) => route.Cloud switch
    {
        SimCloud.Azure when answer.Frames is { } frames => answer with { Frames = frames.Prepend(Filtered()) },
        SimCloud.Bedrock => Bedrock(answer, route.Operation == "converse"),
        SimCloud.Vertex when answer.Status >= 400 && route.Format == SimFormat.Anthropic =>
            SimErrors.Answer(SimFormat.Gemini, answer.Status, id),
        _ => answer,
    };

    /// <summary>Azure says first what its filter found in the prompt: an event without choices.</summary>
    private static Frame Filtered() => new(
        Sse.Data("""{"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"hate":{"filtered":false,"severity":"safe"}}}]}"""u8),
        0, 0);

    private static Answer Bedrock(Answer answer, bool isConverse)
    {
        if (answer.Status >= 400)
        {
            var (type, message) = answer.Status switch
            {
                400 => ("ValidationException", "The provided request is not valid."),
                403 => ("AccessDeniedException", "You don't have access to the model with the specified model ID."),
                429 => ("ThrottlingException", "Too many requests, please wait before trying again."),
                503 or 529 => ("ServiceUnavailableException", "Bedrock is unable to process your request."),
                _ => ("InternalServerException", "The system encountered an unexpected error during processing."),
            };
            return answer with
            {
                Status = answer.Status == 529 ? 503 : answer.Status,
                Headers = [.. answer.Headers, new("x-amzn-ErrorType", type)],
                Body = Json.Bytes(json => json.Object(() => json.WriteString("message", message))),
            };
        }

        return answer.Frames is not { } frames ? answer : answer with
        {
            ContentType = "application/vnd.amazon.eventstream",
            Frames = frames.Select(frame => frame with { Bytes = isConverse ? Typed(frame.Bytes.Span) : Chunk(frame.Bytes.Span) }),
            ErrorFrame = Event("exception", ":exception-type", "throttlingException", "{\"message\":\"Too many tokens\"}"u8),
        };
    }

    private static byte[] Chunk(ReadOnlySpan<byte> sse)
    {
        var text = Encoding.UTF8.GetString(sse);
        var data = text[(text.IndexOf("data: ", StringComparison.Ordinal) + 6)..].TrimEnd('\n');
        var payload = $$"""{"bytes":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(data))}}","p":"abcdefghijk"}""";
        return Event("event", ":event-type", "chunk", Encoding.UTF8.GetBytes(payload));
    }

    // Converse says in the frame's header what the event is.
    private static byte[] Typed(ReadOnlySpan<byte> sse)
    {
        var lines = Encoding.UTF8.GetString(sse).Split('\n', 3);
        return Event("event", ":event-type", lines[0]["event: ".Length..], Encoding.UTF8.GetBytes(lines[1]["data: ".Length..]));
    }

    private static byte[] Event(string message, string kind, string name, ReadOnlySpan<byte> payload)
    {
        using var headers = new MemoryStream();
        foreach (var (key, value) in new[] { (kind, name), (":content-type", "application/json"), (":message-type", message) })
        {
            headers.WriteByte((byte)key.Length);
            headers.Write(Encoding.ASCII.GetBytes(key));
            headers.WriteByte(7);
            headers.WriteByte(0);
            headers.WriteByte((byte)value.Length);
            headers.Write(Encoding.ASCII.GetBytes(value));
        }

        var frame = new byte[12 + headers.Length + payload.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), (int)headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(8), Crc(frame.AsSpan(0, 8)));
        headers.ToArray().CopyTo(frame, 12);
        payload.CopyTo(frame.AsSpan(12 + (int)headers.Length));
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(frame.Length - 4), Crc(frame.AsSpan(0, frame.Length - 4)));
        return frame;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var each in bytes)
        {
            crc ^= each;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320u);
            }
        }

        return ~crc;
    }
}
