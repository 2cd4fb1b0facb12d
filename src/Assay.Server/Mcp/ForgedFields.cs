using System.Text.Json;

namespace Assay.Server.Mcp;

/// <summary>Arguments by which an agent would speak for a person. They are refused like any unknown one, and written down.</summary>
internal static class ForgedFields
{
    private static readonly string[] s_persons =
    [
        "owner", "confidence", "status", "prior", "accept", "accepted", "acceptedby", "acceptedat", "approved", "approvedby", "judgedby",
        "decidedat", "decidedby", "ratifiedby", "reviews", "result", "sealed", "id", "frontmatter", "origin",
    ];

    /// <summary>The names among the arguments, at any depth, that are a person's to say.</summary>
    public static IReadOnlyList<string> In(IEnumerable<KeyValuePair<string, JsonElement>> arguments) =>

        // An entry that is answered is named by its id.
        [.. arguments.Where(a => IsPersons(a.Key) || (a.Key != "responds_to" && HoldsPersons(a.Value))).Select(a => a.Key)];

    private static bool HoldsPersons(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any(f => IsPersons(f.Name) || HoldsPersons(f.Value)),
        JsonValueKind.Array => value.EnumerateArray().Any(HoldsPersons),
        _ => false,
    };

    private static bool IsPersons(string name) => s_persons.Contains(
        name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant(), StringComparer.Ordinal);
}
