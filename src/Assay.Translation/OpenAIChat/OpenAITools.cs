using System.Text.Json;
using Assay.Translation.Anthropic;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.OpenAIChat;

/// <summary>Definitions of tools and schemas, which Chat nests and Responses does not.</summary>
internal static class OpenAITools
{
    public static Tool Read(JsonElement definition, bool isText)
    {
        var strict = definition.Member("strict"u8);
        var schema = definition.Member("parameters"u8);
        return new Tool(isText ? ToolKind.Text : ToolKind.Function, definition.Member("name"u8).Name())
        {
            Description = definition.Text("description"u8),
            Schema = schema.IsNull() ? default : AnthropicRequestReader.Raw(schema.AsObject()),
            Strict = strict.IsNull() ? null : strict.AsBool(),
            TextForm = isText ? TextForm(definition.Member("format"u8)) : "",
            At = definition,
        };
    }

    public static OutputFormat ReadSchema(JsonElement definition, JsonElement at)
    {
        var strict = definition.Member("strict"u8);
        var schema = definition.Member("schema"u8);
        return new OutputFormat
        {
            Kind = OutputKind.JsonSchema,
            Name = definition.Text("name"u8),
            Description = definition.Text("description"u8),
            Schema = schema.IsNull() ? "{\"type\":\"object\"}"u8.ToArray() : AnthropicRequestReader.Raw(schema.AsObject()),
            Strict = strict.IsNull() ? null : strict.AsBool(),
            At = at,
        };
    }

    /// <summary>The grammar of a text tool cannot be enforced elsewhere; the model is at least told of it.</summary>
    private static string TextForm(JsonElement format)
    {
        if (format.IsNull() || format.TextOrEmpty("type"u8) != "grammar")
        {
            return "";
        }

        var grammar = format.Member("grammar"u8).ValueKind == JsonValueKind.Object ? format.Member("grammar"u8) : format;
        return $"The input must follow this {grammar.TextOrEmpty("syntax"u8)} grammar:\n{grammar.TextOrEmpty("definition"u8)}";
    }
}
