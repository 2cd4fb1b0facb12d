using System.Text;
using System.Text.Json.Nodes;

namespace Assay.Translation.Tests.Scenes;

/// <summary>How Bedrock's <c>Converse</c> says a scene; its stream as the events that its frames become.</summary>
internal static class ConverseUpstream
{
    private static string Stop(Scene scene) => scene.Stop switch
    {
        SceneStop.Length => "max_tokens",
        SceneStop.Tools => "tool_use",
        SceneStop.Filter => "guardrail_intervened",
        _ => "end_turn",
    };

    private static JsonObject Usage(Scene scene) => new()
    {
        ["inputTokens"] = scene.Input,
        ["outputTokens"] = scene.Output + scene.Reasoning,
        ["totalTokens"] = scene.Input + scene.Cached + scene.Written + scene.Output + scene.Reasoning,
        ["cacheReadInputTokens"] = scene.Cached,
        ["cacheWriteInputTokens"] = scene.Written,
        ["cacheDetails"] = new JsonArray(new JsonObject { ["ttl"] = "5m", ["inputTokens"] = scene.Written }),
    };

    public static JsonNode Whole(Scene scene)
    {
        var content = new JsonArray();
        if (scene.Thoughts.Length > 0)
        {
            var text = new JsonObject { ["text"] = string.Concat(scene.Thoughts), ["signature"] = scene.Seal };
            content.Add(new JsonObject { ["reasoningContent"] = new JsonObject { ["reasoningText"] = text } });
        }

        if (scene.Texts.Length > 0)
        {
            content.Add(new JsonObject { ["text"] = scene.Text });
        }

        foreach (var call in scene.Calls)
        {
            content.Add(new JsonObject
            {
                ["toolUse"] = new JsonObject { ["toolUseId"] = call.Id, ["name"] = call.Name, ["input"] = JsonNode.Parse(call.Arguments) },
            });
        }

        return new JsonObject
        {
            ["output"] = new JsonObject { ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = content } },
            ["stopReason"] = Stop(scene),
            ["usage"] = Usage(scene),
            ["metrics"] = new JsonObject { ["latencyMs"] = 551 },
        };
    }

    public static string Stream(Scene scene)
    {
        var text = new StringBuilder();
        Event(text, "messageStart", """{"role":"assistant"}""");
        var index = 0;
        if (scene.Thoughts.Length > 0)
        {
            foreach (var thought in scene.Thoughts)
            {
                Delta(text, index, $$$"""{"reasoningContent":{"text":{{{Upstreams.Quote(thought)}}}}}""");
            }

            Delta(text, index, $$$"""{"reasoningContent":{"signature":{{{Upstreams.Quote(scene.Seal)}}}}}""");
            Event(text, "contentBlockStop", $$"""{"contentBlockIndex":{{index++}}}""");
        }

        if (scene.Texts.Length > 0)
        {
            foreach (var piece in scene.Texts)
            {
                Delta(text, index, $$"""{"text":{{Upstreams.Quote(piece)}}}""");
            }

            Event(text, "contentBlockStop", $$"""{"contentBlockIndex":{{index++}}}""");
        }

        foreach (var call in scene.Calls)
        {
            Event(text, "contentBlockStart", $$$"""{"start":{"toolUse":{"toolUseId":"{{{call.Id}}}","name":"{{{call.Name}}}"}},"contentBlockIndex":{{{index}}}}""");
            foreach (var fragment in call.Fragments)
            {
                Delta(text, index, $$$"""{"toolUse":{"input":{{{Upstreams.Quote(fragment)}}}}}""");
            }

            Event(text, "contentBlockStop", $$"""{"contentBlockIndex":{{index++}}}""");
        }

        Event(text, "messageStop", $$"""{"stopReason":"{{Stop(scene)}}","p":"abcdef"}""");
        Event(text, "metadata", new JsonObject { ["usage"] = Usage(scene), ["metrics"] = new JsonObject { ["latencyMs"] = 551 }, ["p"] = "abc" }.ToJsonString());
        return text.ToString();
    }

    private static void Delta(StringBuilder text, int index, string delta) =>
        Event(text, "contentBlockDelta", $$"""{"contentBlockIndex":{{index}},"delta":{{delta}},"p":"abcdefghijk"}""");

    private static void Event(StringBuilder text, string name, string data) => text.Append($"event: {name}\ndata: {data}\n\n");
}
