using System.Text.Json;
using Assay.Signals.Sketches;

namespace Assay.Server.Signals;

/// <summary>
/// Sketches what is new in a conversation: its last message. All before it has been sent before, for clients send the whole
/// conversation each time. Of the text nothing is kept but the sketch.
/// </summary>
internal static class LastMessage
{
    /// <summary>Longer texts are sketched by their beginning.</summary>
    public const int TextBytesMax = 8192;

    /// <summary>Reads a request's body, which is known to be JSON.</summary>
    /// <returns>An empty sketch if there is no message.</returns>
    public static (TextSketch Sketch, bool IsHuman) Sketch(SketchKey key, ReadOnlySpan<byte> body)
    {
        try
        {
            ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
            body = body.StartsWith(mark) ? body[mark.Length..] : body;
            var message = body.IsEmpty || body[0] is not ((byte)'{' or (byte)' ' or (byte)'\n') ? default : Find(body);
            return message.IsEmpty ? (default, true) : Read(key, message);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return (default, true);
        }
    }

    /// <summary>The last element of <c>messages</c>, <c>input</c> or <c>contents</c>, or the text that stands there.</summary>
    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return default;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isConversation = reader.ValueTextEquals("messages"u8) || reader.ValueTextEquals("input"u8)
                || reader.ValueTextEquals("contents"u8) || reader.ValueTextEquals("prompt"u8);
            reader.Read();
            if (!isConversation || reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.String))
            {
                reader.Skip();
                continue;
            }

            if (reader.TokenType == JsonTokenType.String)
            {
                return body[(int)reader.TokenStartIndex..(int)reader.BytesConsumed];
            }

            var (from, to) = (0, 0);
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                from = (int)reader.TokenStartIndex;
                reader.Skip();
                to = (int)reader.BytesConsumed;
            }

            return body[from..to];
        }

        return default;
    }

    private static (TextSketch Sketch, bool IsHuman) Read(SketchKey key, ReadOnlySpan<byte> message)
    {
        Span<byte> text = stackalloc byte[TextBytesMax];
        var (length, isHuman, isText) = (0, true, true);
        var reader = new Utf8JsonReader(message);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                isText = reader.ValueTextEquals("text"u8) || reader.ValueTextEquals("content"u8) || reader.ValueTextEquals("output"u8);
                isHuman &= !reader.ValueTextEquals("functionResponse"u8) && !reader.ValueTextEquals("tool_call_id"u8);
                if (reader.ValueTextEquals("type"u8) || reader.ValueTextEquals("role"u8))
                {
                    reader.Read();
                    isHuman &= reader.TokenType != JsonTokenType.String
                        || !(reader.ValueTextEquals("tool_result"u8) || reader.ValueTextEquals("tool"u8)
                            || reader.ValueTextEquals("function"u8) || reader.ValueTextEquals("function_call_output"u8));
                }

                continue;
            }

            if (reader.TokenType == JsonTokenType.String && isText && length < text.Length - 1)
            {
                var raw = reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, text.Length - 1 - length)];
                raw.CopyTo(text[length..]);
                length += raw.Length;
                text[length++] = (byte)' ';
            }
        }

        var sketch = TextSketch.Of(key, text[..length]);
        text[..length].Clear();
        return (sketch, isHuman);
    }
}
