using System.Text.Json;

namespace Assay.Translation.Streaming;

/// <summary>Finds the whole numbers of an object and of the objects inside it; for usage, of which there is much.</summary>
internal static class NumberScan
{
    public delegate void Found<T>(ref T into, ReadOnlySpan<byte> parent, ReadOnlySpan<byte> name, long value);

    /// <param name="reader">At an object's beginning; left at its end. Anything else is skipped.</param>
    /// <param name="into">What the numbers are put into.</param>
    /// <param name="found">Called with each number, never negative.</param>
    public static void Read<T>(ref Utf8JsonReader reader, ref T into, Found<T> found) => Read(ref reader, ref into, found, default);

    public static void Read<T>(JsonElement element, ref T into, Found<T> found)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            var reader = new Utf8JsonReader(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(element));
            reader.Read();
            Read(ref reader, ref into, found, default);
        }
    }

    private static void Read<T>(ref Utf8JsonReader reader, ref T into, Found<T> found, ReadOnlySpan<byte> parent)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            reader.Read();
            if (reader.TokenType == JsonTokenType.Number)
            {
                found(ref into, parent, name, reader.TryGetInt64(out var value) ? Math.Clamp(value, 0, 1_000_000_000_000) : 0);
            }
            else if (reader.TokenType == JsonTokenType.StartObject)
            {
                Read(ref reader, ref into, found, name);
            }
            else
            {
                reader.Skip();
            }
        }
    }
}
