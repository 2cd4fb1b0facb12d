using System.Buffers;
using System.Text.Json;
using Assay.Translation.Json;

namespace Assay.Translation.OpenAIResponses;

/// <summary>
/// The settings of a request that its response repeats. Instructions and tools are not: they are long, the client has
/// them, and nothing of a conversation shall be held while its answer is under way.
/// </summary>
internal static class ResponseEcho
{
    private static readonly (string Name, string Default)[] s_members =
    [
        ("max_output_tokens", "null"),
        ("metadata", "{}"),
        ("parallel_tool_calls", "true"),
        ("reasoning", """{"effort":null,"summary":null}"""),
        ("temperature", "1.0"),
        ("text", """{"format":{"type":"text"}}"""),
        ("tool_choice", "\"auto\""),
        ("top_p", "1.0"),
        ("truncation", "\"disabled\""),
        ("user", "null"),
    ];

    /// <summary>Members of an object, without braces.</summary>
    public static byte[] Of(JsonElement request)
    {
        var output = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(output, JsonWriting.Options);
        json.WriteStartObject();
        foreach (var (name, fallback) in s_members)
        {
            json.WritePropertyName(name);
            if (request.ValueKind == JsonValueKind.Object && request.TryGetProperty(name, out var value) && !value.IsNull())
            {
                json.WriteElement(value);
            }
            else
            {
                json.WriteRawValue(fallback, skipInputValidation: true);
            }
        }

        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan[1..^1].ToArray();
    }
}
