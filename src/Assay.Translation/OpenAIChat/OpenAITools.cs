using System.Text.Json;
using Assay.Translation.Anthropic;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.OpenAIChat;

/// <summary>Definitions of tools and schemas, which Chat nests and Responses does not.</summary>
internal static class OpenAITools
{
    public static Tool Read(JsonElement definition, bool isText, ReadContext context)
    {
        NameUnknown(definition, "tools", context, "type", "name", "description", "parameters", "strict", "format", "cache_control");
        var strict = definition.Member("strict"u8);
        var schema = definition.Member("parameters"u8);
        return new Tool(isText ? ToolKind.Text : ToolKind.Function, definition.Member("name"u8).Name())
        {
            Description = definition.Text("description"u8),
            Schema = schema.IsNull() ? default : AnthropicRequestReader.Raw(schema.AsObject()),
            Strict = strict.IsNull() ? null : strict.AsBool(),
            Cache = AnthropicRequestReader.CacheOf(definition),
            TextForm = isText ? TextForm(definition.Member("format"u8)) : "",
            At = definition,
        };
    }

    /// <summary>Names what a definition says beyond what is read of it: settings of a search, members of later days.</summary>
    public static void NameUnknown(JsonElement definition, string parent, ReadContext context, params ReadOnlySpan<string> known)
    {
        foreach (var member in definition.EnumerateObject())
        {
            if (!known.Contains(member.Name))
            {
                context.DropUnknown(parent, member);
            }
        }
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
