using System.Text.Json.Nodes;

namespace Assay.Translation.Tests.Checks;

/// <summary>What a client puts together from a stream, to send it back in the next turn.</summary>
internal static class Gathered
{
    public static JsonNode Of(ApiFormat client, List<(string Name, string Data)> events)
    {
        var data = events.Where(e => e.Data != "[DONE]").Select(e => JsonNode.Parse(e.Data)!).ToList();
        return client switch
        {
            ApiFormat.AnthropicMessages => Anthropic(data),
            ApiFormat.OpenAIChat => Chat(data),
            ApiFormat.OpenAIResponses => data[^1]["response"]!.DeepClone(),
            _ => Gemini(data),
        };
    }

    private static JsonObject Anthropic(List<JsonNode> events)
    {
        var content = new JsonArray();
        var arguments = "";
        foreach (var e in events)
        {
            switch ((string)e["type"]!)
            {
                case "content_block_start":
                    content.Add(e["content_block"]!.DeepClone());
                    arguments = "";
                    break;
                case "content_block_delta":
                    var (block, delta) = (content[^1]!, e["delta"]!);
                    foreach (var name in new[] { "text", "thinking", "signature" })
                    {
                        if (delta[name] is { } piece)
                        {
                            block[name] = (string)block[name]! + (string)piece!;
                        }
                    }

                    arguments += (string?)delta["partial_json"];
                    break;
                case "content_block_stop" when (string)content[^1]!["type"]! == "tool_use":
                    content[^1]!["input"] = JsonNode.Parse(arguments);
                    break;
            }
        }

        return new JsonObject { ["content"] = content };
    }

    private static JsonObject Chat(List<JsonNode> events)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = null };
        foreach (var delta in events.Where(e => e["choices"]!.AsArray().Count > 0).Select(e => e["choices"]![0]!["delta"]!))
        {
            if (delta["reasoning_details"] is { } details)
            {
                message["reasoning_details"] = details.DeepClone();
            }

            if (delta["tool_calls"]?[0] is { } call)
            {
                if (call["id"] is not null)
                {
                    message["tool_calls"] = new JsonArray(call.DeepClone());
                }
                else
                {
                    var function = message["tool_calls"]![0]!["function"]!;
                    function["arguments"] = (string)function["arguments"]! + (string)call["function"]!["arguments"]!;
                }
            }
        }

        return new JsonObject { ["choices"] = new JsonArray(new JsonObject { ["message"] = message }) };
    }

    private static JsonObject Gemini(List<JsonNode> events)
    {
        var parts = new JsonArray();
        foreach (var part in events.SelectMany(e => e["candidates"]![0]!["content"]!["parts"]!.AsArray()))
        {
            parts.Add(part!.DeepClone());
        }

        var content = new JsonObject { ["role"] = "model", ["parts"] = parts };
        return new JsonObject { ["candidates"] = new JsonArray(new JsonObject { ["content"] = content }) };
    }
}
