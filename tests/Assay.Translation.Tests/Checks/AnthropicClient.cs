using System.Text;
using System.Text.Json;
using Assay.Translation.Tests.Scenes;

namespace Assay.Translation.Tests.Checks;

/// <summary>A client of Messages that takes nothing for granted.</summary>
internal static class AnthropicClient
{
    private static readonly Dictionary<string, SceneStop> s_stops = new()
    {
        ["end_turn"] = SceneStop.End,
        ["max_tokens"] = SceneStop.Length,
        ["tool_use"] = SceneStop.Tools,
        ["refusal"] = SceneStop.Filter,
    };

    public static Seen Whole(JsonElement root)
    {
        var seen = new Seen();
        root.OnlyHave("id", "type", "role", "model", "content", "stop_reason", "stop_sequence", "usage");
        Head(root);
        foreach (var block in root.Have("content", JsonValueKind.Array).EnumerateArray())
        {
            switch (block.Text("type"))
            {
                case "text":
                    block.OnlyHave("type", "text", "citations");
                    block.Text("text").ShouldNotBeEmpty();
                    seen.Text.Append(block.Text("text"));
                    break;
                case "thinking":
                    block.OnlyHave("type", "thinking", "signature");
                    seen.Thoughts.Append(block.Text("thinking"));
                    seen.Seals.Add(block.Text("signature"));
                    break;
                case "redacted_thinking":
                    seen.Seals.Add("redacted:" + block.Text("data"));
                    break;
                case "tool_use":
                    block.OnlyHave("type", "id", "name", "input");
                    seen.Calls.Add((block.Text("id"), block.Text("name"), block.Have("input", JsonValueKind.Object).GetRawText()));
                    break;
                case var type:
                    type.ShouldBe("a known type");
                    break;
            }
        }

        seen.Stop = s_stops[root.Text("stop_reason")];
        root.Have("stop_sequence", JsonValueKind.Null);
        seen.Usage = Usage(root.Have("usage"));
        return seen;
    }

    private static void Head(JsonElement root)
    {
        root.Text("id").ShouldStartWith("msg_");
        root.Text("type").ShouldBe("message");
        root.Text("role").ShouldBe("assistant");
        root.Text("model").ShouldNotBeEmpty();
    }

    private static (long, long, long, long) Usage(JsonElement usage)
    {
        var cached = usage.Whole("cache_read_input_tokens");
        var reasoning = usage.TryGetProperty("output_tokens_details", out var details) ? details.Whole("thinking_tokens") : 0;
        return (usage.Whole("input_tokens") + cached + usage.Whole("cache_creation_input_tokens"), cached, usage.Whole("output_tokens"), reasoning);
    }

    public static Seen Stream(string stream)
    {
        var seen = new Seen();
        var (open, index, kind, stopped, ended, started) = (false, -1L, "", false, false, false);
        var arguments = new StringBuilder();
        var (id, name) = ("", "");
        foreach (var (eventName, data) in Sse.Read(stream))
        {
            using var document = JsonDocument.Parse(data);
            var root = document.RootElement;
            root.Text("type").ShouldBe(eventName);
            ended.ShouldBeFalse("nothing follows message_stop or an error");
            if (eventName == "error")
            {
                root.OnlyHave("type", "error");
                root.Have("error").Text("type").ShouldNotBeEmpty();
                seen.Error = root.Have("error").Text("message");
                ended = true;
                continue;
            }

            started.ShouldBe(eventName != "message_start");
            switch (eventName)
            {
                case "message_start":
                    started = true;
                    var message = root.Have("message");
                    Head(message);
                    message.Have("content", JsonValueKind.Array).GetArrayLength().ShouldBe(0);
                    message.Have("stop_reason", JsonValueKind.Null);
                    Usage(message.Have("usage"));
                    break;
                case "content_block_start":
                    open.ShouldBeFalse("blocks do not overlap");
                    stopped.ShouldBeFalse();
                    root.Whole("index").ShouldBe(++index);
                    open = true;
                    var block = root.Have("content_block");
                    kind = block.Text("type");
                    switch (kind)
                    {
                        case "text":
                            block.Text("text").ShouldBeEmpty();
                            break;
                        case "thinking":
                            block.Text("thinking").ShouldBeEmpty();
                            break;
                        case "redacted_thinking":
                            seen.Seals.Add("redacted:" + block.Text("data"));
                            break;
                        default:
                            kind.ShouldBe("tool_use");
                            block.Have("input", JsonValueKind.Object).EnumerateObject().ShouldBeEmpty();
                            (id, name) = (block.Text("id"), block.Text("name"));
                            arguments.Clear();
                            break;
                    }

                    break;
                case "content_block_delta":
                    open.ShouldBeTrue();
                    root.Whole("index").ShouldBe(index);
                    var delta = root.Have("delta");
                    switch (delta.Text("type"))
                    {
                        case "text_delta":
                            kind.ShouldBe("text");
                            seen.Text.Append(delta.Text("text"));
                            break;
                        case "thinking_delta":
                            kind.ShouldBe("thinking");
                            seen.Thoughts.Append(delta.Text("thinking"));
                            break;
                        case "signature_delta":
                            kind.ShouldBe("thinking");
                            seen.Seals.Add(delta.Text("signature"));
                            break;
                        case "citations_delta":
                            kind.ShouldBe("text");
                            break;
                        default:
                            delta.Text("type").ShouldBe("input_json_delta");
                            kind.ShouldBe("tool_use");
                            arguments.Append(delta.Text("partial_json"));
                            break;
                    }

                    break;
                case "content_block_stop":
                    open.ShouldBeTrue();
                    root.Whole("index").ShouldBe(index);
                    open = false;
                    if (kind == "tool_use")
                    {
                        seen.Calls.Add((id, name, arguments.Length == 0 ? "{}" : arguments.ToString()));
                    }

                    break;
                case "message_delta":
                    open.ShouldBeFalse();
                    stopped.ShouldBeFalse();
                    stopped = true;
                    seen.Stop = s_stops[root.Have("delta").Text("stop_reason")];
                    root.Have("delta").Have("stop_sequence", JsonValueKind.Null);
                    seen.Usage = Usage(root.Have("usage"));
                    break;
                default:
                    eventName.ShouldBe("message_stop");
                    stopped.ShouldBeTrue();
                    ended = true;
                    break;
            }
        }

        ended.ShouldBeTrue("the stream has an end");
        return seen;
    }
}
