using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.OpenAIChat;

/// <summary>
/// Thoughts in Chat. OpenAI's own has no place for them; servers of open models say <c>reasoning_content</c>,
/// OpenRouter <c>reasoning</c>, and OpenRouter's <c>reasoning_details</c> carry seals, which its clients send back.
/// </summary>
internal static class ChatReasoning
{
    public static void ReadTurn(JsonElement message, List<Part> parts)
    {
        var details = message.Member("reasoning_details"u8);
        if (details.ValueKind == JsonValueKind.Array && details.GetArrayLength() > 0)
        {
            foreach (var detail in details.EnumerateArray())
            {
                if (Detail(detail) is { } part)
                {
                    parts.Add(part);
                }
            }

            return;
        }

        var text = message.Text("reasoning_content"u8);
        text = text.IsSet ? text : message.Text("reasoning"u8);
        if (text is { IsSet: true, IsEmpty: false })
        {
            parts.Add(new ReasoningPart(text, default) { At = message });
        }
    }

    /// <summary>Google's way to carry a signature with a call: <c>extra_content.google.thought_signature</c>.</summary>
    public static RawText GoogleSignature(JsonElement call) =>
        call.Member("extra_content"u8).Member("google"u8).Text("thought_signature"u8);

    public static void WriteGoogleSignature(Utf8JsonWriter json, ReadOnlySpan<byte> escaped)
    {
        json.WriteStartObject("extra_content"u8);
        json.WriteStartObject("google"u8);
        json.WritePropertyName("thought_signature"u8);
        json.WriteEscaped(escaped);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>One entry of <c>reasoning_details</c>: a sealed thought that only its own provider can read.</summary>
    public static void WriteDetail(Utf8JsonWriter json, ApiFormat origin, bool redacted, ReadOnlySpan<byte> text, ReadOnlySpan<byte> seal)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, redacted ? "reasoning.encrypted"u8 : "reasoning.text"u8);
        if (!redacted)
        {
            json.WritePropertyName("text"u8);
            json.WriteEscaped(text);
        }

        json.WritePropertyName(redacted ? "data"u8 : "signature"u8);
        json.WriteEscaped((byte[])[.. Opaque.Mark(origin), .. redacted ? Opaque.Redacted : default], seal);
        json.WriteEndObject();
    }

    private static ReasoningPart? Detail(JsonElement detail) => detail.TextOrEmpty("type"u8) switch
    {
        "reasoning.text" => new ReasoningPart(detail.Text("text"u8), Opaque.Read(ApiFormat.OpenAIChat, detail.Text("signature"u8))) { At = detail },
        "reasoning.summary" => new ReasoningPart(detail.Text("summary"u8), default) { At = detail },
        "reasoning.encrypted" => new ReasoningPart(default, Opaque.Read(ApiFormat.OpenAIChat, detail.Text("data"u8))) { At = detail },
        _ => null,
    };
}
