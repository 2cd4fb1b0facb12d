using System.Globalization;
using System.Text.Json;

namespace Assay.Outcomes.Scan;

/// <summary>How many lines of a commit a session wrote.</summary>
/// <param name="Tool">As git-ai calls it: <c>claude</c>, <c>codex</c>, <c>gemini</c>.</param>
/// <param name="Session">The conversation's id in the tool.</param>
/// <param name="Lines">Lines that the note attests to it.</param>
public sealed record NotedSession(string Tool, string Session, long Lines);

/// <summary>Reads the notes of git-ai (<c>refs/notes/ai</c>, Git AI Standard 3.0.0): who wrote which lines, then <c>---</c>, then JSON.</summary>
public static class GitAiNote
{
    private const string Schema = "authorship/3.";

    /// <summary>The AI sessions of a commit; none for a note of another kind.</summary>
    public static IReadOnlyList<NotedSession> Read(string note)
    {
        var lines = note.Split('\n');
        var divider = Array.IndexOf(lines, "---");
        if (divider < 0)
        {
            return [];
        }

        var byKey = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in lines.AsSpan(0, divider))
        {
            // Two spaces, the key (of a session with the trace of its checkpoint behind it), the ranges.
            if (line.StartsWith("  ", StringComparison.Ordinal) && line.LastIndexOf(' ') is > 2 and var space)
            {
                var key = line[2..space].Split("::")[0];
                byKey[key] = byKey.GetValueOrDefault(key) + Count(line.AsSpan(space + 1));
            }
        }

        try
        {
            using var json = JsonDocument.Parse(string.Join('\n', lines[(divider + 1)..]), new JsonDocumentOptions { MaxDepth = 32 });
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("schema_version", out var version) || version.GetString()?.StartsWith(Schema, StringComparison.Ordinal) != true)
            {
                return [];
            }

            var sessions = new List<NotedSession>();
            foreach (var map in new[] { "sessions", "prompts" })
            {
                if (root.TryGetProperty(map, out var records) && records.ValueKind == JsonValueKind.Object)
                {
                    foreach (var record in records.EnumerateObject())
                    {
                        if (record.Value.ValueKind == JsonValueKind.Object && record.Value.TryGetProperty("agent_id", out var agent)
                            && agent.ValueKind == JsonValueKind.Object && Text(agent, "id") is { Length: > 0 } id)
                        {
                            sessions.Add(new NotedSession(Text(agent, "tool"), id, byKey.GetValueOrDefault(record.Name)));
                        }
                    }
                }
            }

            return sessions;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return [];
        }
    }

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    /// <summary>How many lines ranges such as <c>1-4,9,12-14</c> hold.</summary>
    private static long Count(ReadOnlySpan<char> ranges)
    {
        var count = 0L;
        foreach (var part in ranges.Split(','))
        {
            var range = ranges[part];
            var dash = range.IndexOf('-');
            var first = dash < 0 ? range : range[..dash];
            var last = dash < 0 ? range : range[(dash + 1)..];
            if (int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
                && int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var to) && to >= from)
            {
                count += to - from + 1L;
            }
        }

        return count;
    }
}
