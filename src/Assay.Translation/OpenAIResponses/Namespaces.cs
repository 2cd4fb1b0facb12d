using System.Text.Json;
using Assay.Translation.Json;

namespace Assay.Translation.OpenAIResponses;

/// <summary>
/// Names of tools that stand in a namespace, as Codex groups those of its MCP servers. Inside, both are one name with a
/// character between them that no format allows: so each target gets a name of its own for it, and the client its two back.
/// </summary>
internal static class Namespaces
{
    private const char Between = '\u001F';

    public static string Join(string space, string name) => $"{space}{Between}{name}";

    /// <summary>The name of the tool that an item calls.</summary>
    public static string Join(JsonElement item)
    {
        var name = item.Member("name"u8).Name();
        return item.TextOrEmpty("namespace"u8) is { Length: > 0 } space ? Join(space, name) : name;
    }

    public static void Write(Utf8JsonWriter json, string name)
    {
        var at = name.IndexOf(Between, StringComparison.Ordinal);
        if (at >= 0)
        {
            json.WriteString("namespace"u8, name.AsSpan(0, at));
        }

        json.WriteString("name"u8, name.AsSpan(at + 1));
    }
}
