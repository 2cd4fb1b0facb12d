using System.Text.Json;

namespace Assay.Sim.Providers.Clouds;

/// <summary>What Bedrock refuses of a <c>Converse</c> request.</summary>
internal static class ConverseRules
{
    private static readonly string[] s_blocks =
        ["text", "image", "document", "video", "audio", "toolUse", "toolResult", "reasoningContent", "cachePoint", "guardContent"];

    /// <summary>The words of the refusal; null if it may pass.</summary>
    public static string? Fault(JsonElement body)
    {
        var messages = body.GetItems("messages").ToList();
        if (messages.Count == 0 || messages[0].GetText("role") != "user")
        {
            return "A conversation must start with a user message. Try again with a conversation that starts with a user message.";
        }

        HashSet<string> open = [];
        string? role = null;
        var hasTools = false;
        foreach (var message in messages)
        {
            if (message.GetText("role") == role || message.GetText("role") is not ("user" or "assistant"))
            {
                return "A conversation must alternate between user and assistant roles.";
            }

            role = message.GetText("role");
            HashSet<string> called = [];
            foreach (var block in message.GetItems("content"))
            {
                if (BlockFault(block) is { } fault)
                {
                    return fault;
                }

                hasTools |= block.Get("toolUse") is not null;
                if (block.Get("toolUse")?.GetText("toolUseId") is { } id && !called.Add(id))
                {
                    return "toolUseIds must be unique.";
                }

                if (block.Get("toolResult")?.GetText("toolUseId") is { } answered && !open.Remove(answered))
                {
                    return "The number of toolResult blocks exceeds the number of toolUse blocks of previous turn.";
                }
            }

            if (role == "user" && open.Count > 0)
            {
                return "Expected toolResult blocks for the following Ids: " + string.Join(", ", open);
            }

            open = role == "assistant" ? called : [];
        }

        return Settings(body, hasTools);
    }

    private static string? BlockFault(JsonElement block)
    {
        var names = block.EnumerateObject().Select(member => member.Name).ToList();
        return names.Count != 1 || !s_blocks.Contains(names[0]) ? "The content block must have exactly one of its members."
            : block.GetText("text")?.Length == 0 ? "The text field in the ContentBlock object is blank. Add text to the text field, and try again."
            : null;
    }

    private static string? Settings(JsonElement body, bool hasTools)
    {
        var tools = body.Get("toolConfig") ?? default;
        var temperature = body.Get("inferenceConfig")?.Get("temperature");
        return body.Get("model") is not null || body.Get("stream") is not null ? "The model and the stream are said by the path."
            : hasTools && !tools.GetItems("tools").Any() ? "The toolConfig field must be defined when using toolUse and toolResult content blocks."
            : tools.GetItems("tools").Any(tool => tool.Get("cachePoint") is null && tool.Get("toolSpec")?.Get("inputSchema")?.Get("json") is null)
                ? "The value at toolConfig.tools.toolSpec.inputSchema is empty."
            : temperature is { } value && value.GetDouble() is < 0 or > 1 ? "temperature must be between 0 and 1."
            : body.Get("outputConfig")?.Get("textFormat")?.Get("structure")?.Get("jsonSchema") is { } schema && schema.GetText("schema") is null
                ? "The schema must be a string."
            : null;
    }
}
