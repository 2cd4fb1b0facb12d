using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.Translation.Tests.Scenes;

/// <summary>The bodies in which each provider would say a scene, in the shape of the real ones.</summary>
internal static partial class Upstreams
{
    public static byte[] Whole(ApiFormat format, Scene scene) => Encoding.UTF8.GetBytes((format switch
    {
        ApiFormat.AnthropicMessages => AnthropicUpstream.Whole(scene),
        ApiFormat.OpenAIChat => ChatUpstream.Whole(scene),
        ApiFormat.OpenAIResponses => ResponsesUpstream.Whole(scene),
        ApiFormat.BedrockConverse => ConverseUpstream.Whole(scene),
        _ => GeminiUpstream.Whole(scene),
    }).ToJsonString());

    public static byte[] Stream(ApiFormat format, Scene scene) => Encoding.UTF8.GetBytes(format switch
    {
        ApiFormat.AnthropicMessages => AnthropicUpstream.Stream(scene),
        ApiFormat.OpenAIChat => ChatUpstream.Stream(scene),
        ApiFormat.OpenAIResponses => ResponsesUpstream.Stream(scene),
        ApiFormat.BedrockConverse => ConverseUpstream.Stream(scene),
        _ => GeminiUpstream.Stream(scene),
    });

    public static string Event(string name, JsonNode data) => $"event: {name}\ndata: {data.ToJsonString()}\n\n";

    public static string Data(JsonNode data) => $"data: {data.ToJsonString()}\n\n";

    public static JsonNode Json(string text) => JsonNode.Parse(text)!;

    public static string Quote(string text) => JsonSerializer.Serialize(text);
}

internal static class AnthropicUpstream
{
    private static string Stop(Scene scene) => scene.Stop switch
    {
        SceneStop.Length => "max_tokens",
        SceneStop.Tools => "tool_use",
        SceneStop.Filter => "refusal",
        _ => "end_turn",
    };

    private static JsonObject Usage(Scene scene, bool start)
    {
        var usage = new JsonObject
        {
            ["input_tokens"] = scene.Input,
            ["cache_creation_input_tokens"] = scene.Written,
            ["cache_read_input_tokens"] = scene.Cached,
            ["cache_creation"] = new JsonObject { ["ephemeral_5m_input_tokens"] = scene.Written, ["ephemeral_1h_input_tokens"] = 0 },
            ["output_tokens"] = start ? 1 : scene.Output + scene.Reasoning,
            ["service_tier"] = "standard",
        };
        if (!start && scene.Reasoning > 0)
        {
            usage["output_tokens_details"] = new JsonObject { ["thinking_tokens"] = scene.Reasoning };
        }

        return usage;
    }

    public static JsonNode Whole(Scene scene)
    {
        var content = new JsonArray();
        if (scene.Thoughts.Length > 0)
        {
            content.Add(new JsonObject { ["type"] = "thinking", ["thinking"] = string.Concat(scene.Thoughts), ["signature"] = scene.Seal });
        }

        if (scene.Texts.Length + scene.Refusal.Length > 0)
        {
            content.Add(new JsonObject { ["type"] = "text", ["text"] = scene.Text + string.Concat(scene.Refusal) });
        }

        foreach (var call in scene.Calls)
        {
            content.Add(new JsonObject
            {
                ["type"] = "tool_use",
                ["id"] = call.Id,
                ["name"] = call.Name,
                ["input"] = JsonNode.Parse(call.Arguments),
            });
        }

        return new JsonObject
        {
            ["id"] = "msg_01XFDUDYJgAACzvnptvVoYEL",
            ["type"] = "message",
            ["role"] = "assistant",
            ["model"] = "claude-sonnet-5",
            ["content"] = content,
            ["stop_reason"] = Stop(scene),
            ["stop_sequence"] = null,
            ["usage"] = Usage(scene, start: false),
        };
    }

    public static string Stream(Scene scene)
    {
        var text = new StringBuilder();
        var start = Whole(scene);
        start["content"] = new JsonArray();
        start["stop_reason"] = null;
        start["usage"] = Usage(scene, start: true);
        text.Append(Upstreams.Event("message_start", new JsonObject { ["type"] = "message_start", ["message"] = start }));
        text.Append("event: ping\ndata: {\"type\": \"ping\"}\n\n");
        var index = 0;
        if (scene.Thoughts.Length > 0)
        {
            Start(text, index, """{"type":"thinking","thinking":"","signature":""}""");
            Deltas(text, index, "thinking_delta", "thinking", scene.Thoughts);
            Deltas(text, index, "signature_delta", "signature", scene.Seal);
            Stop(text, index++);
        }

        if (scene.Texts.Length + scene.Refusal.Length > 0)
        {
            Start(text, index, """{"type":"text","text":""}""");
            Deltas(text, index, "text_delta", "text", [.. scene.Texts, .. scene.Refusal]);
            Stop(text, index++);
        }

        foreach (var call in scene.Calls)
        {
            Start(text, index, $$$"""{"type":"tool_use","id":"{{{call.Id}}}","name":"{{{call.Name}}}","input":{}}""");
            Deltas(text, index, "input_json_delta", "partial_json", ["", .. call.Fragments]);
            Stop(text, index++);
        }

        text.Append(Upstreams.Event("message_delta", new JsonObject
        {
            ["type"] = "message_delta",
            ["delta"] = new JsonObject { ["stop_reason"] = Stop(scene), ["stop_sequence"] = null },
            ["usage"] = Usage(scene, start: false),
        }));
        text.Append("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
        return text.ToString();
    }

    private static void Start(StringBuilder text, int index, string block) => text.Append(
        $"event: content_block_start\ndata: {{\"type\":\"content_block_start\",\"index\":{index},\"content_block\":{block}}}\n\n");

    private static void Stop(StringBuilder text, int index) =>
        text.Append($"event: content_block_stop\ndata: {{\"type\":\"content_block_stop\",\"index\":{index}}}\n\n");

    private static void Deltas(StringBuilder text, int index, string type, string name, params ReadOnlySpan<string> pieces)
    {
        foreach (var piece in pieces)
        {
            text.Append($"event: content_block_delta\ndata: {{\"type\":\"content_block_delta\",\"index\":{index},\"delta\":{{\"type\":\"{type}\",\"{name}\":{Upstreams.Quote(piece)}}}}}\n\n");
        }
    }
}

internal static class ChatUpstream
{
    private static string Stop(Scene scene) => scene.Stop switch
    {
        SceneStop.Length => "length",
        SceneStop.Tools => "tool_calls",
        SceneStop.Filter => "content_filter",
        _ => "stop",
    };

    private static JsonObject Usage(Scene scene)
    {
        var input = scene.Input + scene.Cached + scene.Written;
        var details = new JsonObject { ["cached_tokens"] = scene.Cached, ["audio_tokens"] = 0 };
        if (scene.Written > 0)
        {
            details["cache_write_tokens"] = scene.Written;
        }

        return new JsonObject
        {
            ["prompt_tokens"] = input,
            ["completion_tokens"] = scene.Output + scene.Reasoning,
            ["total_tokens"] = input + scene.Output + scene.Reasoning,
            ["prompt_tokens_details"] = details,
            ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = scene.Reasoning, ["accepted_prediction_tokens"] = 0 },
        };
    }

    public static JsonNode Whole(Scene scene)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = scene.Texts.Length > 0 ? scene.Text : null };
        message["refusal"] = scene.Refusal.Length > 0 ? string.Concat(scene.Refusal) : null;
        if (scene.Thoughts.Length > 0)
        {
            message["reasoning_content"] = string.Concat(scene.Thoughts);
        }

        if (scene.Calls.Length > 0)
        {
            message["tool_calls"] = new JsonArray([.. scene.Calls.Select(call => new JsonObject
            {
                ["id"] = call.Id,
                ["type"] = "function",
                ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = string.Concat(call.Fragments) },
            })]);
        }

        return new JsonObject
        {
            ["id"] = "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
            ["object"] = "chat.completion",
            ["created"] = 1_741_569_952,
            ["model"] = "gpt-4.1-2025-04-14",
            ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = message, ["logprobs"] = null, ["finish_reason"] = Stop(scene) }),
            ["usage"] = Usage(scene),
            ["service_tier"] = "default",
            ["system_fingerprint"] = null,
        };
    }

    public static string Stream(Scene scene)
    {
        var text = new StringBuilder();
        Chunk(text, """{"role":"assistant","content":"","refusal":null}""");
        foreach (var thought in scene.Thoughts)
        {
            Chunk(text, $$"""{"reasoning_content":{{Upstreams.Quote(thought)}}}""");
        }

        foreach (var piece in scene.Texts)
        {
            Chunk(text, $$"""{"content":{{Upstreams.Quote(piece)}}}""");
        }

        foreach (var piece in scene.Refusal)
        {
            Chunk(text, $$"""{"refusal":{{Upstreams.Quote(piece)}}}""");
        }

        for (var i = 0; i < scene.Calls.Length; i++)
        {
            var call = scene.Calls[i];
            Chunk(text, $$$"""{"tool_calls":[{"index":{{{i}}},"id":"{{{call.Id}}}","type":"function","function":{"name":"{{{call.Name}}}","arguments":""}}]}""");
            foreach (var fragment in call.Fragments)
            {
                Chunk(text, $$$"""{"tool_calls":[{"index":{{{i}}},"function":{"arguments":{{{Upstreams.Quote(fragment)}}}}}]}""");
            }
        }

        Chunk(text, "{}", Stop(scene));
        var last = Head();
        last["choices"] = new JsonArray();
        last["usage"] = Usage(scene);
        text.Append(Upstreams.Data(last));
        text.Append("data: [DONE]\n\n");
        return text.ToString();
    }

    private static JsonObject Head() => new()
    {
        ["id"] = "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
        ["object"] = "chat.completion.chunk",
        ["created"] = 1_741_569_952,
        ["model"] = "gpt-4.1-2025-04-14",
        ["system_fingerprint"] = "fp_44709d6fcb",
    };

    private static void Chunk(StringBuilder text, string delta, string? finish = null)
    {
        var chunk = Head();
        chunk["choices"] = new JsonArray(new JsonObject
        {
            ["index"] = 0,
            ["delta"] = Upstreams.Json(delta),
            ["logprobs"] = null,
            ["finish_reason"] = finish,
        });
        chunk["usage"] = null;
        text.Append(Upstreams.Data(chunk));
    }
}

internal static class GeminiUpstream
{
    private static string Stop(Scene scene) => scene.Stop switch
    {
        SceneStop.Length => "MAX_TOKENS",
        SceneStop.Filter => "SAFETY",
        _ => "STOP",
    };

    private static JsonObject Usage(Scene scene)
    {
        var prompt = scene.Input + scene.Cached + scene.Written;
        var usage = new JsonObject
        {
            ["promptTokenCount"] = prompt,
            ["candidatesTokenCount"] = scene.Output,
            ["totalTokenCount"] = prompt + scene.Output + scene.Reasoning,
            ["cachedContentTokenCount"] = scene.Cached,
            ["promptTokensDetails"] = new JsonArray(new JsonObject { ["modality"] = "TEXT", ["tokenCount"] = prompt }),
        };
        if (scene.Reasoning > 0)
        {
            usage["thoughtsTokenCount"] = scene.Reasoning;
        }

        return usage;
    }

    private static IEnumerable<JsonObject> Parts(Scene scene)
    {
        foreach (var thought in scene.Thoughts)
        {
            yield return new JsonObject { ["text"] = thought, ["thought"] = true };
        }

        foreach (var piece in scene.Texts.Concat(scene.Refusal))
        {
            yield return new JsonObject { ["text"] = piece };
        }

        var first = true;
        foreach (var call in scene.Calls)
        {
            var part = new JsonObject
            {
                ["functionCall"] = new JsonObject { ["name"] = call.Name, ["args"] = JsonNode.Parse(call.Arguments) },
            };
            if (first && scene.Seal.Length > 0)
            {
                part["thoughtSignature"] = scene.Seal;
            }

            first = false;
            yield return part;
        }
    }

    private static JsonObject Answer(Scene scene, IEnumerable<JsonObject> parts, bool last)
    {
        var candidate = new JsonObject
        {
            ["content"] = new JsonObject { ["parts"] = new JsonArray([.. parts]), ["role"] = "model" },
            ["index"] = 0,
        };
        if (last)
        {
            candidate["finishReason"] = Stop(scene);
        }

        return new JsonObject
        {
            ["candidates"] = new JsonArray(candidate),
            ["usageMetadata"] = Usage(scene),
            ["modelVersion"] = "gemini-2.5-pro",
            ["responseId"] = "yCr9aNWDH",
        };
    }

    public static JsonNode Whole(Scene scene) => Answer(scene, Parts(scene), last: true);

    public static string Stream(Scene scene)
    {
        var text = new StringBuilder();
        foreach (var part in Parts(scene))
        {
            text.Append("data: ").Append(Answer(scene, [part], last: false).ToJsonString()).Append("\r\n\r\n");
        }

        text.Append("data: ").Append(Answer(scene, [new JsonObject { ["text"] = "" }], last: true).ToJsonString()).Append("\r\n\r\n");
        return text.ToString();
    }
}
