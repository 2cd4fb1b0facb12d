using System.Text.Json;
using Assay.Translation.Json;

namespace Assay.Translation.Canonical;

internal enum ToolKind : byte
{
    /// <summary>Run by the client, with arguments of a schema.</summary>
    Function,

    /// <summary>Run by the client, with free text (Responses: <c>custom</c>).</summary>
    Text,

    /// <summary>A search of the web, run by the provider.</summary>
    WebSearch,
}

/// <summary>A tool that the model may ask for.</summary>
internal sealed record Tool(ToolKind Kind, string Name)
{
    public RawText Description { get; init; }

    /// <summary>A JSON schema, as bytes of JSON; empty if the tool takes nothing.</summary>
    public ReadOnlyMemory<byte> Schema { get; init; }

    public bool? Strict { get; init; }

    public CacheMark Cache { get; init; }

    /// <summary>The form of a text tool's input, in words for the model: a grammar and its definition.</summary>
    public string TextForm { get; init; } = "";

    public JsonElement At { get; init; }

    /// <summary>The schema for formats in which every tool takes an object.</summary>
    public void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteRawValue(
            Kind == ToolKind.Text ? """{"type":"object","properties":{"input":{"type":"string"}},"required":["input"],"additionalProperties":false}"""u8
            : Schema.IsEmpty ? """{"type":"object","properties":{}}"""u8
            : Schema.Span,
            skipInputValidation: true);
    }

    /// <summary>The description; the form of a text tool's input stands in it where the format has no place for it.</summary>
    public void WriteDescription(Utf8JsonWriter json)
    {
        if (TextForm.Length > 0)
        {
            json.WritePropertyName("description"u8);
            json.WriteEscaped(Description.IsSet ? Description.Escaped : default, JsonEscape.Escaped("\n\n" + TextForm));
        }
        else
        {
            json.WriteTextIfSet("description"u8, Description);
        }
    }
}

internal enum ChoiceMode : byte
{
    Unset,
    Auto,
    None,

    /// <summary>Some tool must be called.</summary>
    Required,
}

/// <summary>Whether and which tools must be called.</summary>
internal sealed record ToolChoice(ChoiceMode Mode)
{
    public static ToolChoice Unset { get; } = new(ChoiceMode.Unset);

    /// <summary>Only these may be called; empty: all. With <see cref="ChoiceMode.Required"/> and one name: exactly this.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    public JsonElement At { get; init; }

    /// <summary>The one tool that must be called; null if there is none such.</summary>
    public string? Forced => Mode == ChoiceMode.Required && Names.Count == 1 ? Names[0] : null;
}
