using System.Text.Json;

namespace Assay.Sim.Prompts;

/// <summary>How many results of tools a conversation has, in whichever format.</summary>
internal static class ToolResults
{
    public static int Count(JsonElement at) => at.ValueKind switch
    {
        JsonValueKind.Array => at.EnumerateArray().Sum(Count),
        JsonValueKind.Object => IsResult(at) ? 1 : at.EnumerateObject().Sum(member => Count(member.Value)),
        _ => 0,
    };

    private static bool IsResult(JsonElement at) =>
        Text(at, "type") is "function_call_output" or "custom_tool_call_output" or "tool_result"
        || Text(at, "role") == "tool"
        || at.TryGetProperty("functionResponse", out _)
        || at.TryGetProperty("toolResult", out _);

    private static string? Text(JsonElement at, string name) =>
        at.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
