using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Assay.Translation.Json;

/// <summary>
/// A text as it stands between the quotes of a JSON string: still escaped, UTF-8. It is a view of the body it was read
/// from wherever possible, so megabytes of prompt and image are never decoded.
/// </summary>
internal readonly struct RawText
{
    private readonly JsonElement _element;
    private readonly ReadOnlyMemory<byte> _escaped;

    private readonly int _from;

    private RawText(JsonElement element, ReadOnlyMemory<byte> escaped, int from = 0)
    {
        _element = element;
        _escaped = escaped;
        _from = from;
        IsSet = true;
    }

    /// <summary>Whether there is a text at all, be it empty.</summary>
    public bool IsSet { get; }

    public bool IsEmpty => Escaped.IsEmpty;

    public ReadOnlySpan<byte> Escaped =>
        _element.ValueKind == JsonValueKind.String ? JsonMarshal.GetRawUtf8Value(_element)[(1 + _from)..^1] : _escaped.Span;

    public static RawText Of(JsonElement element) =>
        element.ValueKind == JsonValueKind.String
            ? new RawText(element, default)
            : throw TranslationException.Malformed(element, "must be a string");

    public static RawText Of(string plain) => new(default, JsonEscape.Escaped(plain));

    /// <summary>The rest of a text, from a byte that begins no escape.</summary>
    public RawText From(int index) => _element.ValueKind == JsonValueKind.String
        ? new RawText(_element, default, _from + index)
        : new RawText(default, _escaped[index..]);

    public static RawText OfEscaped(ReadOnlyMemory<byte> escaped) => new(default, escaped);

    /// <summary>The text itself; for names and identifiers, not for prompts.</summary>
    public string Decode()
    {
        var plain = new ArrayBufferWriter<byte>(Math.Max(16, Escaped.Length));
        return JsonEscape.TryUnescape(Escaped, plain)
            ? Encoding.UTF8.GetString(plain.WrittenSpan)
            : throw TranslationException.Malformed(_element, "is not valid Unicode text");
    }

    public void WriteTo(Utf8JsonWriter json)
    {
        if (_element.ValueKind == JsonValueKind.String && _from == 0)
        {
            json.WriteRawValue(JsonMarshal.GetRawUtf8Value(_element), skipInputValidation: true);
        }
        else
        {
            json.WriteEscaped(Escaped);
        }
    }
}
