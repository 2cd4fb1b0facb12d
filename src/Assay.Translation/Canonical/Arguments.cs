using System.Buffers;
using System.Text;
using System.Text.Json;
using Assay.Translation.Json;

namespace Assay.Translation.Canonical;

/// <summary>
/// The arguments of a call, in the shape they came in: a JSON object, or a text that should hold one (OpenAI).
/// </summary>
internal readonly struct Arguments
{
    /// <summary>The member under which arguments that are no JSON object stand, where the format demands an object.</summary>
    public const string BrokenName = "INVALID_JSON";

    private readonly JsonElement _element;
    private readonly RawText _text;

    private Arguments(JsonElement element, RawText text)
    {
        _element = element;
        _text = text;
    }

    public static Arguments OfObject(JsonElement element) => new(element, default);

    public static Arguments OfText(RawText text) => new(default, text);

    /// <summary>As the inside of a JSON string.</summary>
    public void WriteAsText(Utf8JsonWriter json)
    {
        if (_text.IsSet)
        {
            if (_text.IsEmpty)
            {
                json.WriteStringValue("{}"u8);
                return;
            }

            _text.WriteTo(json);
            return;
        }

        var plain = new ArrayBufferWriter<byte>();
        using (var inner = new Utf8JsonWriter(plain, JsonWriting.Options))
        {
            WriteAsObject(inner);
        }

        json.WriteEscaped(JsonEscape.Escaped(plain.WrittenSpan));
    }

    /// <summary>As a JSON object; false if it was none and had to be wrapped.</summary>
    public bool WriteAsObject(Utf8JsonWriter json)
    {
        if (_text.IsSet)
        {
            return WriteAsObject(json, _text.Escaped);
        }

        if (_element.ValueKind == JsonValueKind.Object)
        {
            json.WriteElement(_element);
            return true;
        }

        json.WriteStartObject();
        json.WriteEndObject();
        return _element.IsNull();
    }

    /// <summary>An escaped text as the object that it holds.</summary>
    public static bool WriteAsObject(Utf8JsonWriter json, ReadOnlySpan<byte> escaped)
    {
        var plain = new ArrayBufferWriter<byte>(escaped.Length + 16);
        if (JsonEscape.TryUnescape(escaped, plain))
        {
            if (plain.WrittenSpan.Trim(" \t\r\n"u8).IsEmpty)
            {
                json.WriteStartObject();
                json.WriteEndObject();
                return true;
            }

            if (TryParseObject(plain.WrittenMemory, out var document))
            {
                using (document)
                {
                    json.WriteElement(document!.RootElement);
                }

                return true;
            }
        }

        // A call that was cut, or a model that cannot write JSON: kept in sight instead of lost.
        json.WriteStartObject();
        json.WritePropertyName(BrokenName);
        json.WriteEscaped(escaped);
        json.WriteEndObject();
        return false;
    }

    public static bool TryParseObject(ReadOnlyMemory<byte> plain, out JsonDocument? document)
    {
        document = null;
        try
        {
            document = JsonDocument.Parse(plain);
        }
        catch (JsonException)
        {
            return false;
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return true;
        }

        document.Dispose();
        document = null;
        return false;
    }

    /// <inheritdoc />
    public override string ToString() =>
        _text.IsSet ? Encoding.UTF8.GetString(_text.Escaped) : _element.IsNull() ? "{}" : _element.GetRawText();
}
