using System.Buffers;
using System.Text.Json;

namespace Assay.Server.Formats;

/// <summary>
/// Gemini's <c>:batchEmbedContents</c> repeats the path's model in each of its requests. Where a route gives it another name
/// they must have that one too; every other byte stays.
/// </summary>
internal static class BatchEmbedModels
{
    /// <param name="body">A body that was scanned before.</param>
    /// <param name="model">The model's name at the provider.</param>
    /// <param name="output">Gets the body.</param>
    public static void Write(ReadOnlySpan<byte> body, string model, IBufferWriter<byte> output)
    {
        var start = body.StartsWith("\uFEFF"u8) ? 3 : 0;
        var reader = new Utf8JsonReader(body[start..], new JsonReaderOptions { MaxDepth = JsonCursor.DepthMax });
        var name = JsonSerializer.SerializeToUtf8Bytes(model.StartsWith("models/", StringComparison.Ordinal) ? model : "models/" + model);
        var written = 0;
        var inRequests = false;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            if (reader.CurrentDepth == 1)
            {
                inRequests = reader.ValueTextEquals("requests"u8);
            }
            else if (inRequests && reader.CurrentDepth == 3 && reader.ValueTextEquals("model"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.String)
                {
                    var at = start + (int)reader.TokenStartIndex;
                    output.Write(body[written..at]);
                    output.Write(name);
                    written = start + (int)reader.BytesConsumed;
                }
            }
        }

        output.Write(body[written..]);
    }
}
