using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.OpenAIChat;

/// <summary><c>tool_choice</c>, which Chat nests and Responses does not.</summary>
internal static class OpenAIChoices
{
    public static ToolChoice Read(JsonElement value, bool isChat)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return value.Name() switch
            {
                "auto" => new ToolChoice(ChoiceMode.Auto) { At = value },
                "none" => new ToolChoice(ChoiceMode.None) { At = value },
                "required" => new ToolChoice(ChoiceMode.Required) { At = value },
                _ => throw TranslationException.Malformed(value, "has an unknown value"),
            };
        }

        var type = value.AsObject().TextOrEmpty("type"u8);
        switch (type)
        {
            case "function" or "custom":
                var named = isChat ? value.Member(type == "function" ? "function"u8 : "custom"u8).AsObject() : value;
                return new ToolChoice(ChoiceMode.Required) { At = value, Names = [named.Member("name"u8).Name()] };
            case "allowed_tools":
                var allowed = isChat ? value.Member("allowed_tools"u8).AsObject() : value;
                var names = new List<string>();
                foreach (var tool in allowed.Member("tools"u8).AsArray(1_024).EnumerateArray())
                {
                    names.Add((isChat ? tool.Member("function"u8) : tool).Member("name"u8).Name());
                }

                return new ToolChoice(allowed.TextOrEmpty("mode"u8) == "required" ? ChoiceMode.Required : ChoiceMode.Auto)
                {
                    At = value,
                    Names = names,
                };
            default:
                throw TranslationException.Meaning(value, "demands a tool that only OpenAI has");
        }
    }

    public static void Write(Utf8JsonWriter json, Conversation c, WriteContext context, bool isChat)
    {
        if (c.Choice.Mode == ChoiceMode.Unset || c.Tools.Count == 0)
        {
            return;
        }

        json.WritePropertyName("tool_choice"u8);
        if (c.Choice.Forced is { } forced)
        {
            WriteNamed(json, Kind(c, forced), context.Names.Target(forced), isChat);
        }
        else if (c.Choice.Names.Count > 0)
        {
            WriteAllowed(json, c, context, isChat);
        }
        else
        {
            json.WriteStringValue(c.Choice.Mode switch
            {
                ChoiceMode.None => "none"u8,
                ChoiceMode.Required => "required"u8,
                _ => "auto"u8,
            });
        }
    }

    private static string Kind(Conversation c, string name) =>
        c.Tools.Exists(tool => tool.Kind == ToolKind.Text && tool.Name == name) ? "custom" : "function";

    private static void WriteNamed(Utf8JsonWriter json, string kind, string name, bool isChat)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, kind);
        if (isChat)
        {
            json.WriteStartObject(kind);
            json.WriteString("name"u8, name);
            json.WriteEndObject();
        }
        else
        {
            json.WriteString("name"u8, name);
        }

        json.WriteEndObject();
    }

    private static void WriteAllowed(Utf8JsonWriter json, Conversation c, WriteContext context, bool isChat)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "allowed_tools"u8);
        if (isChat)
        {
            json.WriteStartObject("allowed_tools"u8);
        }

        json.WriteString("mode"u8, c.Choice.Mode == ChoiceMode.Required ? "required"u8 : "auto"u8);
        json.WriteStartArray("tools"u8);
        foreach (var name in c.Choice.Names)
        {
            WriteNamed(json, Kind(c, name), context.Names.Target(name), isChat);
        }

        json.WriteEndArray();
        if (isChat)
        {
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
