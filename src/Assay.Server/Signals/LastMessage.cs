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

    /// <summary>Reads a message.</summary>
    /// <param name="key">The secret of now.</param>
    /// <param name="message">As <see cref="RequestFacts.LastMessage"/> found it.</param>
    /// <returns>An empty sketch if there is no message.</returns>
    public static (TextSketch Sketch, bool IsHuman) Sketch(SketchKey key, ReadOnlySpan<byte> message)
    {
        try
        {
            return message.IsEmpty ? (default, true) : Read(key, message);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // Strings are not looked into when a body is scanned: half of a surrogate pair is found here.
            return (default, true);
        }
    }

    private static (TextSketch Sketch, bool IsHuman) Read(SketchKey key, ReadOnlySpan<byte> message)
    {
        // The texts and a space behind each are never longer than the message. What is taken here is zeroed first.
        Span<byte> text = stackalloc byte[Math.Min(message.Length + 1, TextBytesMax)];
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
