using System.Text.Json;
using Assay.Server.Formats;
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
        var cursor = new JsonCursor(body, 0);
        if (!cursor.TryEnterObject())
        {
            return default;
        }

        while (cursor.TryReadName(out var name))
        {
            cursor.SkipSpace();
            var from = cursor.At;
            if (!IsConversation(name))
            {
                cursor.SkipValue();
                continue;
            }

            if (cursor.TryEnterArray())
            {
                ReadOnlySpan<byte> last = default;
                while (cursor.TryReadElement(last.IsEmpty, out var element))
                {
                    last = element;
                }

                return last;
            }

            cursor.SkipValue();
            if (body[from] == '"')
            {
                return body[from..cursor.At];
            }
        }

        return default;
    }

    private static bool IsConversation(ReadOnlySpan<byte> quoted) => quoted.SequenceEqual("\"messages\""u8)
        || quoted.SequenceEqual("\"input\""u8) || quoted.SequenceEqual("\"contents\""u8) || quoted.SequenceEqual("\"prompt\""u8);

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
