using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Assay.Sim.Providers;

/// <summary>Writes JSON as providers do: without needless escapes.</summary>
internal static class Json
{
    // No validation, because a body may be asked for that has a key twice.
    private static readonly JsonWriterOptions s_options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    public static byte[] Bytes(Action<Utf8JsonWriter> write, bool indented = false)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, s_options with { Indented = indented }))
        {
            write(json);
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static string Text(Action<Utf8JsonWriter> write) => Encoding.UTF8.GetString(Bytes(write));

    public static void Object(this Utf8JsonWriter json, Action write)
    {
        json.WriteStartObject();
        write();
        json.WriteEndObject();
    }

    public static void Object(this Utf8JsonWriter json, string name, Action write)
    {
        json.WritePropertyName(name);
        json.Object(write);
    }

    public static void Array(this Utf8JsonWriter json, string name, Action write)
    {
        json.WriteStartArray(name);
        write();
        json.WriteEndArray();
    }

    public static JsonElement? Get(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
        && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    public static string? GetText(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public static int? GetNumber(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : null;

    public static bool GetFlag(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.True };

    public static IEnumerable<JsonElement> GetItems(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray() : [];
}
