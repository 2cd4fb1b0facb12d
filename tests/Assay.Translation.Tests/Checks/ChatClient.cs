using System.Text;
using System.Text.Json;
using Assay.Translation.Tests.Scenes;

namespace Assay.Translation.Tests.Checks;

/// <summary>A client of Chat Completions that takes nothing for granted.</summary>
internal static class ChatClient
{
    private static readonly Dictionary<string, SceneStop> s_stops = new()
    {
        ["stop"] = SceneStop.End,
        ["length"] = SceneStop.Length,
        ["tool_calls"] = SceneStop.Tools,
        ["content_filter"] = SceneStop.Filter,
    };

    public static Seen Whole(JsonElement root)
    {
        var seen = new Seen();
        root.OnlyHave("id", "object", "created", "model", "choices", "usage");
        Head(root, "chat.completion");
        var choice = root.Have("choices", JsonValueKind.Array).EnumerateArray().ShouldHaveSingleItem();
        choice.Whole("index").ShouldBe(0);
        var message = choice.Have("message");
        message.OnlyHave("role", "content", "refusal", "reasoning_content", "reasoning_details", "tool_calls", "annotations");
        message.Text("role").ShouldBe("assistant");
        seen.Text.Append(message.Have("content").GetString());
        seen.Refusal.Append(message.Have("refusal").GetString());
        if (message.TryGetProperty("reasoning_content", out var thoughts))
        {
            seen.Thoughts.Append(thoughts.GetString());
        }

        Details(message, seen);
        if (message.TryGetProperty("tool_calls", out var calls))
        {
            calls.GetArrayLength().ShouldBeGreaterThan(0);
            foreach (var call in calls.EnumerateArray())
            {
                call.Text("type").ShouldBe("function");
                seen.Calls.Add((call.Text("id"), call.Have("function").Text("name"), call.Have("function").Text("arguments")));
            }
        }

        seen.Stop = s_stops[choice.Text("finish_reason")];
        seen.Usage = Usage(root.Have("usage"));
        return seen;
    }

    private static void Head(JsonElement root, string kind)
    {
        root.Text("id").ShouldStartWith("chatcmpl-");
        root.Text("object").ShouldBe(kind);
        root.Whole("created").ShouldBeGreaterThan(0);
        root.Text("model").ShouldNotBeEmpty();
    }

    private static void Details(JsonElement message, Seen seen)
    {
        if (message.TryGetProperty("reasoning_details", out var details))
        {
            foreach (var detail in details.EnumerateArray())
            {
                seen.Seals.Add(detail.Text("type") == "reasoning.text" ? detail.Text("signature") : "redacted:" + detail.Text("data"));
            }
        }
    }

    private static (long, long, long, long) Usage(JsonElement usage)
    {
        usage.Whole("total_tokens").ShouldBe(usage.Whole("prompt_tokens") + usage.Whole("completion_tokens"));
        return (
            usage.Whole("prompt_tokens"),
            usage.Have("prompt_tokens_details").Whole("cached_tokens"),
            usage.Whole("completion_tokens"),
            usage.Have("completion_tokens_details").Whole("reasoning_tokens"));
    }

    public static Seen Stream(string stream)
    {
        var seen = new Seen();
        var calls = new List<(string Id, string Name, StringBuilder Arguments)>();
        var (first, finished, done, id) = (true, false, false, "");
        foreach (var (eventName, data) in Sse.Read(stream))
        {
            eventName.ShouldBeEmpty();
            done.ShouldBeFalse("nothing follows [DONE] or an error");
            if (data == "[DONE]")
            {
                finished.ShouldBeTrue();
                done = true;
                continue;
            }

            using var document = JsonDocument.Parse(data);
            var root = document.RootElement;
            if (root.TryGetProperty("error", out var error))
            {
                seen.Error = error.Text("message");
                done = true;
                continue;
            }

            Head(root, "chat.completion.chunk");
            id = id.Length == 0 ? root.Text("id") : id;
            root.Text("id").ShouldBe(id);
            var choices = root.Have("choices", JsonValueKind.Array);
            if (choices.GetArrayLength() == 0)
            {
                finished.ShouldBeTrue("usage follows the finish");
                seen.Usage = Usage(root.Have("usage"));
                continue;
            }

            finished.ShouldBeFalse();
            var choice = choices.EnumerateArray().ShouldHaveSingleItem();
            var delta = choice.Have("delta", JsonValueKind.Object);
            delta.TryGetProperty("role", out _).ShouldBe(first, "the role comes first and once");
            first = false;
            seen.Text.Append(delta.TryGetProperty("content", out var content) ? content.GetString() : "");
            seen.Refusal.Append(delta.TryGetProperty("refusal", out var refusal) ? refusal.GetString() : "");
            seen.Thoughts.Append(delta.TryGetProperty("reasoning_content", out var thoughts) ? thoughts.GetString() : "");
            Details(delta, seen);
            if (delta.TryGetProperty("tool_calls", out var fragments))
            {
                var fragment = fragments.EnumerateArray().ShouldHaveSingleItem();
                if (fragment.TryGetProperty("id", out var callId))
                {
                    fragment.Whole("index").ShouldBe(calls.Count);
                    fragment.Text("type").ShouldBe("function");
                    fragment.Have("function").Text("arguments").ShouldBeEmpty();
                    calls.Add((callId.GetString()!, fragment.Have("function").Text("name"), new StringBuilder()));
                }
                else
                {
                    fragment.Whole("index").ShouldBe(calls.Count - 1, "calls do not overlap");
                    calls[^1].Arguments.Append(fragment.Have("function").Text("arguments"));
                }
            }

            if (choice.Have("finish_reason").ValueKind == JsonValueKind.String)
            {
                finished = true;
                seen.Stop = s_stops[choice.Text("finish_reason")];
            }
        }

        done.ShouldBeTrue("the stream has an end");
        seen.Calls.AddRange(calls.Select(call => (call.Id, call.Name, call.Arguments.ToString())));
        return seen;
    }
}
