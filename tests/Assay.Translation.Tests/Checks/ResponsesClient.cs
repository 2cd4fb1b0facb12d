using System.Text;
using System.Text.Json;
using Assay.Translation.Tests.Scenes;

namespace Assay.Translation.Tests.Checks;

/// <summary>A client of Responses that takes nothing for granted, and finds every event confirmed by the later ones.</summary>
internal static class ResponsesClient
{
    private static readonly string[] s_required =
    [
        "id", "object", "created_at", "status", "error", "incomplete_details", "instructions", "model", "output",
        "parallel_tool_calls", "previous_response_id", "reasoning", "store", "temperature", "text", "tool_choice", "tools",
        "top_p", "truncation", "usage", "user", "metadata", "max_output_tokens",
    ];

    public static Seen Whole(JsonElement root)
    {
        var seen = new Seen();
        Response(root);
        foreach (var item in root.Have("output", JsonValueKind.Array).EnumerateArray())
        {
            Item(item, seen);
        }

        seen.Stop = root.Text("status") switch
        {
            "completed" => seen.Calls.Count > 0 ? SceneStop.Tools : SceneStop.End,
            "incomplete" => root.Have("incomplete_details").Text("reason") switch
            {
                "max_output_tokens" => SceneStop.Length,
                "content_filter" => SceneStop.Filter,
                var reason => throw new InvalidOperationException(reason),
            },
            var status => throw new InvalidOperationException(status),
        };
        root.Have("error", JsonValueKind.Null);
        var usage = root.Have("usage");
        seen.Usage = usage.ValueKind == JsonValueKind.Null ? null : Usage(usage);
        return seen;
    }

    private static void Response(JsonElement root)
    {
        foreach (var name in s_required)
        {
            root.Have(name);
        }

        root.OnlyHave([.. s_required, "service_tier"]);
        root.Text("id").ShouldStartWith("resp_");
        root.Text("object").ShouldBe("response");
        root.Whole("created_at").ShouldBeGreaterThan(0);
        root.Text("model").ShouldNotBeEmpty();
    }

    private static void Item(JsonElement item, Seen seen)
    {
        switch (item.Text("type"))
        {
            case "message":
                item.OnlyHave("id", "type", "status", "role", "content");
                item.Text("id").ShouldStartWith("msg_");
                item.Text("status").ShouldBe("completed");
                var part = item.Have("content").EnumerateArray().ShouldHaveSingleItem();
                if (part.Text("type") == "refusal")
                {
                    seen.Refusal.Append(part.Text("refusal"));
                }
                else
                {
                    part.OnlyHave("type", "text", "annotations", "logprobs");
                    part.Text("type").ShouldBe("output_text");
                    part.Have("annotations", JsonValueKind.Array);
                    seen.Text.Append(part.Text("text"));
                }

                break;
            case "function_call":
                item.OnlyHave("id", "type", "status", "call_id", "name", "arguments");
                item.Text("id").ShouldStartWith("fc_");
                seen.Calls.Add((item.Text("call_id"), item.Text("name"), item.Text("arguments")));
                break;
            default:
                item.Text("type").ShouldBe("reasoning");
                item.OnlyHave("id", "type", "summary", "encrypted_content");
                item.Text("id").ShouldStartWith("rs_");
                foreach (var summary in item.Have("summary").EnumerateArray())
                {
                    summary.Text("type").ShouldBe("summary_text");
                    seen.Thoughts.Append(summary.Text("text"));
                }

                if (item.TryGetProperty("encrypted_content", out var seal))
                {
                    seen.Seals.Add(seal.GetString()!);
                }

                break;
        }
    }

    private static (long, long, long, long) Usage(JsonElement usage)
    {
        usage.Whole("total_tokens").ShouldBe(usage.Whole("input_tokens") + usage.Whole("output_tokens"));
        return (
            usage.Whole("input_tokens"),
            usage.Have("input_tokens_details").Whole("cached_tokens"),
            usage.Whole("output_tokens"),
            usage.Have("output_tokens_details").Whole("reasoning_tokens"));
    }

    public static Seen Stream(string stream)
    {
        var sequence = 0;
        var (index, itemId, partOpen, itemOpen) = (-1L, "", false, false);
        var text = new StringBuilder();
        var done = new List<string>();
        JsonElement? last = null;
        var error = default(string);
        foreach (var (eventName, data) in Sse.Read(stream))
        {
            var root = JsonElement.Parse(data);
            root.Text("type").ShouldBe(eventName);
            root.Whole("sequence_number").ShouldBe(sequence++);
            last.ShouldBeNull("nothing follows the terminal event");
            switch (eventName)
            {
                case "response.created":
                case "response.in_progress":
                    sequence.ShouldBe(eventName == "response.created" ? 1 : 2);
                    Response(root.Have("response"));
                    root.Have("response").Text("status").ShouldBe("in_progress");
                    root.Have("response").Have("output").GetArrayLength().ShouldBe(0);
                    continue;
                case "response.completed" or "response.incomplete":
                    itemOpen.ShouldBeFalse();
                    last = root.Have("response");
                    last.Value.Text("status").ShouldBe(eventName[9..]);
                    continue;
                case "response.failed":
                    last = root.Have("response");
                    Response(last.Value);
                    last.Value.Text("status").ShouldBe("failed");
                    last.Value.Have("error").Text("code").ShouldNotBeEmpty();
                    error = last.Value.Have("error").Text("message");
                    continue;
                case "response.output_item.added":
                    itemOpen.ShouldBeFalse("items do not overlap");
                    root.Whole("output_index").ShouldBe(++index);
                    itemId = root.Have("item").Text("id");
                    itemOpen = true;
                    text.Clear();
                    continue;
                case "response.output_item.done":
                    itemOpen.ShouldBeTrue();
                    partOpen.ShouldBeFalse();
                    root.Whole("output_index").ShouldBe(index);
                    root.Have("item").Text("id").ShouldBe(itemId);
                    done.Add(root.Have("item").GetRawText());
                    itemOpen = false;
                    continue;
            }

            itemOpen.ShouldBeTrue();
            root.Whole("output_index").ShouldBe(index);
            root.Text("item_id").ShouldBe(itemId);
            switch (eventName)
            {
                case "response.content_part.added" or "response.reasoning_summary_part.added":
                    partOpen.ShouldBeFalse();
                    partOpen = true;
                    break;
                case "response.content_part.done" or "response.reasoning_summary_part.done":
                    partOpen.ShouldBeTrue();
                    partOpen = false;
                    break;
                case "response.output_text.delta" or "response.refusal.delta" or "response.reasoning_summary_text.delta":
                    partOpen.ShouldBeTrue();
                    text.Append(root.Text("delta"));
                    break;
                case "response.function_call_arguments.delta":
                    text.Append(root.Text("delta"));
                    break;
                case "response.output_text.done" or "response.reasoning_summary_text.done":
                    root.Text("text").ShouldBe(text.ToString());
                    break;
                case "response.refusal.done":
                    root.Text("refusal").ShouldBe(text.ToString());
                    break;
                case "response.function_call_arguments.done":
                    root.Text("arguments").ShouldBe(text.ToString());
                    break;
                default:
                    eventName.ShouldBe("a known event");
                    break;
            }
        }

        last.ShouldNotBeNull("the stream has an end");
        last.Value.Have("output").EnumerateArray().Select(item => item.GetRawText()).ShouldBe(done);
        return error is null ? Whole(last.Value) : new Seen { Error = error };
    }
}
