using System.Runtime.InteropServices;
using System.Text.Json;
using Assay.Server.Formats;

namespace Assay.Server.Routing;

/// <summary>What a call asks of a model besides text.</summary>
[Flags]
internal enum Needs : byte
{
    None = 0,
    Tools = 1,
    Vision = 2,
}

/// <summary>What a call needs, and how long its text is without its pictures.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CallNeeds(Needs Needs, long TextBytes)
{
    private static readonly byte[][] s_pictures =
        ["\"image_url\""u8.ToArray(), "\"input_image\""u8.ToArray(), "\"image\""u8.ToArray(), "nlineData\""u8.ToArray(),
            "inline_data\""u8.ToArray(), "ileData\""u8.ToArray(), "file_data\""u8.ToArray()];

    /// <summary>
    /// Reads them from a body that was scanned before. Only routes that look at needs ask for this: a search for the few
    /// words that pictures come with, and only where one is found a walk through the conversation.
    /// </summary>
    public static CallNeeds Read(ReadOnlySpan<byte> body)
    {
        var mayHavePictures = false;
        foreach (var word in s_pictures)
        {
            mayHavePictures |= body.IndexOf(word) >= 0;
        }

        var needs = Needs.None;
        long dataBytes = 0;
        try
        {
            var cursor = new JsonCursor(body, body.StartsWith("\uFEFF"u8) ? 3 : 0);
            if (!cursor.TryEnterObject())
            {
                return new CallNeeds(needs, body.Length);
            }

            while (cursor.TryReadName(out var name))
            {
                cursor.SkipSpace();
                var start = cursor.At;
                cursor.SkipValue();
                var value = body[start..cursor.At];
                if (name.SequenceEqual("\"tools\""u8) && value.IndexOf((byte)'{') >= 0)
                {
                    needs |= Needs.Tools;
                }
                else if (mayHavePictures && (name.SequenceEqual("\"messages\""u8) || name.SequenceEqual("\"input\""u8)
                    || name.SequenceEqual("\"contents\""u8)))
                {
                    needs |= Pictures(value, ref dataBytes);
                }
            }
        }
        catch (JsonException)
        {
            // The scan before has taken it; whatever differs is not worth refusing a call for.
        }

        return new CallNeeds(needs, Math.Max(0, body.Length - dataBytes));
    }

    private static Needs Pictures(ReadOnlySpan<byte> conversation, ref long dataBytes)
    {
        var needs = Needs.None;
        var reader = new Utf8JsonReader(conversation, new JsonReaderOptions { MaxDepth = JsonCursor.DepthMax });
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                needs |= reader.TokenType == JsonTokenType.String && (reader.ValueTextEquals("image_url"u8)
                    || reader.ValueTextEquals("input_image"u8) || reader.ValueTextEquals("image"u8))
                        ? Needs.Vision
                        : Needs.None;
            }
            else if (reader.ValueTextEquals("mimeType"u8) || reader.ValueTextEquals("mime_type"u8))
            {
                reader.Read();
                needs |= reader.TokenType == JsonTokenType.String && reader.ValueSpan.StartsWith("image/"u8) ? Needs.Vision : Needs.None;
            }
            else if (reader.ValueTextEquals("data"u8) || reader.ValueTextEquals("url"u8) || reader.ValueTextEquals("image_url"u8))
            {
                reader.Read();
                dataBytes += reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > 1024 ? reader.ValueSpan.Length : 0;
            }
            else if (reader.ValueTextEquals("args"u8) || reader.ValueTextEquals("arguments"u8))
            {
                // What a tool is called with may have members of any name.
                reader.Skip();
            }
        }

        return needs;
    }
}
