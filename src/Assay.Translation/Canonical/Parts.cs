using System.Buffers;
using System.Text.Json;
using Assay.Translation.Json;

namespace Assay.Translation.Canonical;

/// <summary>A piece of a message.</summary>
internal abstract record Part
{
    /// <summary>Where it was read, for errors.</summary>
    public JsonElement At { get; init; }

    /// <summary>The prompt up to here shall be cached.</summary>
    public CacheMark Cache { get; init; }
}

/// <summary>How long a cached prompt shall live.</summary>
internal enum CacheMark : byte
{
    None,
    FiveMinutes,
    OneHour,
}

internal sealed record TextPart(RawText Text) : Part;

/// <summary>The model declined, in these words.</summary>
internal sealed record RefusalPart(RawText Text) : Part;

internal enum MediaKind : byte
{
    Image,
    Document,
    Audio,
    Video,
}

/// <summary>An image, document, sound or film: exactly one of data, address and file is set.</summary>
internal sealed record MediaPart(MediaKind Kind) : Part
{
    /// <summary>As in <c>image/png</c>; empty if not known.</summary>
    public string MediaType { get; init; } = "";

    /// <summary>Base64.</summary>
    public RawText Data { get; init; }

    public RawText Url { get; init; }

    /// <summary>A document that is plain text.</summary>
    public RawText PlainText { get; init; }

    /// <summary>The name of the file, or the title of the document.</summary>
    public RawText Name { get; init; }

    /// <summary>OpenAI's <c>detail</c>.</summary>
    public string Detail { get; init; } = "";
}

/// <summary>The model asks for a tool to be run.</summary>
internal sealed record ToolCallPart(string Id, string Name, Arguments Arguments) : Part
{
    /// <summary>The call has free text instead of arguments (Responses: <c>custom_tool_call</c>).</summary>
    public bool IsText { get; init; }

    /// <summary>The arguments as an object; false if they were none and had to be wrapped.</summary>
    public bool WriteObject(Utf8JsonWriter json)
    {
        if (!IsText)
        {
            return Arguments.WriteAsObject(json);
        }

        json.WriteStartObject();
        json.WritePropertyName("input"u8);
        Arguments.WriteAsText(json);
        json.WriteEndObject();
        return true;
    }

    /// <summary>The arguments as the inside of a JSON string.</summary>
    public void WriteString(Utf8JsonWriter json)
    {
        if (!IsText)
        {
            Arguments.WriteAsText(json);
            return;
        }

        var plain = new ArrayBufferWriter<byte>();
        using (var inner = new Utf8JsonWriter(plain, JsonWriting.Options))
        {
            WriteObject(inner);
        }

        json.WriteEscaped(JsonEscape.Escaped(plain.WrittenSpan));
    }
}

/// <summary>What the tool answered.</summary>
internal sealed record ToolResultPart(string CallId, List<Part> Content) : Part
{
    public bool IsError { get; init; }

    /// <summary>The tool's name, where the format repeats it; else found from the call.</summary>
    public string Name { get; init; } = "";
}

/// <summary>What the model thought. The sealed form is for its own provider only.</summary>
internal sealed record ReasoningPart(RawText Text, Opaque Sealed) : Part
{
    /// <summary>Anthropic: the thought itself is encrypted, <see cref="Sealed"/> is all there is.</summary>
    public bool IsRedacted { get; init; }
}
