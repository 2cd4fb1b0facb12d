using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Assay.Translation.Json;

/// <summary>What every writer here says to <see cref="Utf8JsonWriter"/>.</summary>
internal static class JsonWriting
{
    /// <summary>Validation is off because raw pieces are spliced in; the tests parse everything that is written.</summary>
    public static JsonWriterOptions Options { get; } =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>A string whose inside is given as it shall stand there.</summary>
    public static void WriteEscaped(this Utf8JsonWriter json, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default)
    {
        var length = first.Length + second.Length + 2;
        byte[]? rented = null;
        var quoted = length <= 512 ? stackalloc byte[512] : rented = ArrayPool<byte>.Shared.Rent(length);
        quoted[0] = (byte)'"';
        first.CopyTo(quoted[1..]);
        second.CopyTo(quoted[(1 + first.Length)..]);
        quoted[length - 1] = (byte)'"';
        json.WriteRawValue(quoted[..length], skipInputValidation: true);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    public static void WriteText(this Utf8JsonWriter json, ReadOnlySpan<byte> name, RawText text)
    {
        json.WritePropertyName(name);
        text.WriteTo(json);
    }

    public static void WriteTextIfSet(this Utf8JsonWriter json, ReadOnlySpan<byte> name, RawText text)
    {
        if (text.IsSet)
        {
            json.WriteText(name, text);
        }
    }

    /// <summary>An element as it came, without the white space between its tokens.</summary>
    public static void WriteElement(this Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonElement element)
    {
        json.WritePropertyName(name);
        json.WriteElement(element);
    }

    public static void WriteElement(this Utf8JsonWriter json, JsonElement element)
    {
        var raw = JsonMarshal.GetRawUtf8Value(element);
        if (raw.ContainsAny((byte)'\n', (byte)'\r'))
        {
            // An event's data must stay on its line.
            element.WriteTo(json);
        }
        else
        {
            json.WriteRawValue(raw, skipInputValidation: true);
        }
    }

    /// <summary>The model as the client named it, or else as the upstream does.</summary>
    public static void WriteModel(this Utf8JsonWriter json, AnswerContext context, ReadOnlySpan<byte> upstream)
    {
        if (context.ClientModel.Length > 0)
        {
            json.WriteStringValue(context.ClientModel);
        }
        else
        {
            json.WriteEscaped(upstream);
        }
    }

    public static void WriteNumberIfSet(this Utf8JsonWriter json, ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    public static void WriteElementIfSet(this Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonElement element)
    {
        if (element.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
        {
            json.WriteElement(name, element);
        }
    }

    public static void AppendNumber(this IBufferWriter<byte> output, long value)
    {
        var span = output.GetSpan(20);
        Utf8Formatter.TryFormat(value, span, out var written);
        output.Advance(written);
    }
}
