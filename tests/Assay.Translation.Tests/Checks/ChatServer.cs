using System.Text.Json;

namespace Assay.Translation.Tests.Checks;

/// <summary>What OpenAI demands of a Chat Completions request.</summary>
internal static class ChatServer
{
    public static void Read(JsonElement root, Transcript t)
    {
        root.OnlyHave(
            "model", "stream", "stream_options", "messages", "tools", "tool_choice", "parallel_tool_calls", "max_tokens",
            "max_completion_tokens", "temperature", "top_p", "stop", "seed", "presence_penalty", "frequency_penalty",
            "reasoning_effort", "response_format", "verbosity", "user", "service_tier", "metadata", "prompt_cache_key");
        root.Text("model").ShouldNotBeEmpty();
        foreach (var message in root.Have("messages", JsonValueKind.Array).EnumerateArray())
        {
            Message(message, t);
        }

        Settings(root, t);
    }

    private static void Message(JsonElement message, Transcript t)
    {
        var role = message.Text("role");
        if (role != "tool")
        {
            t.NoneUnanswered();
        }

        switch (role)
        {
            case "tool":
                message.OnlyHave("role", "tool_call_id", "content");
                var result = t.Result(message.Text("tool_call_id"));
                foreach (var piece in Pieces(message.Have("content"), onlyText: true))
                {
                    t.Say("tool", $"{result}: {piece}");
                }

                return;
            case "assistant":
                message.OnlyHave("role", "content", "refusal", "reasoning_content", "tool_calls");
                break;
            default:
                role.ShouldBeOneOf("system", "developer", "user");
                message.OnlyHave("role", "content");
                break;
        }

        if (message.Have("content").ValueKind != JsonValueKind.Null)
        {
            foreach (var piece in Pieces(message.Have("content"), onlyText: role != "user"))
            {
                t.Say(role == "developer" ? "system" : role, piece);
            }
        }

        if (message.TryGetProperty("tool_calls", out var calls))
        {
            calls.GetArrayLength().ShouldBeGreaterThan(0);
            foreach (var call in calls.EnumerateArray())
            {
                call.Text("type").ShouldBe("function");
                var function = call.Have("function");
                function.Text("name").ShouldMatch("^[a-zA-Z0-9_-]{1,64}$");
                t.Call(call.Text("id"), function.Text("name"), Transcript.Parse(function.Text("arguments")));
            }
        }
    }

    private static IEnumerable<string> Pieces(JsonElement content, bool onlyText)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            return [content.GetString()!];
        }

        content.GetArrayLength().ShouldBeGreaterThan(0);
        return content.EnumerateArray().Select(part =>
        {
            switch (part.Text("type"))
            {
                case "text":
                    return part.Text("text");
                case "image_url":
                    onlyText.ShouldBeFalse();
                    return "image " + Data(part.Have("image_url").Text("url"));
                default:
                    onlyText.ShouldBeFalse();
                    part.Text("type").ShouldBe("file");
                    part.Have("file").Text("filename").ShouldNotBeEmpty();
                    return "document " + Data(part.Have("file").Text("file_data"));
            }
        });
    }

    internal static string Data(string url) =>
        url.StartsWith("data:", StringComparison.Ordinal) ? url[5..].Replace(";base64,", " ", StringComparison.Ordinal) : url;

    private static void Settings(JsonElement root, Transcript t)
    {
        (root.TryGetProperty("max_tokens", out _) && root.TryGetProperty("max_completion_tokens", out _)).ShouldBeFalse();
        foreach (var (name, word) in new[] { ("max_tokens", "max"), ("max_completion_tokens", "max"), ("temperature", "temperature"), ("top_p", "top_p") })
        {
            if (root.TryGetProperty(name, out var value))
            {
                t.Setting(word, value);
            }
        }

        if (root.TryGetProperty("stop", out var stops))
        {
            t.Setting("stop", stops.ValueKind == JsonValueKind.String ? Transcript.Parse($"[{stops.GetRawText()}]") : stops);
        }

        if (root.TryGetProperty("response_format", out var format))
        {
            format.Text("type").ShouldBe("json_schema");
            format.Have("json_schema").Text("name").ShouldMatch("^[a-zA-Z0-9_-]{1,64}$");
            t.Setting("schema", format.Have("json_schema").Have("schema", JsonValueKind.Object));
        }

        if (root.TryGetProperty("tools", out var tools))
        {
            foreach (var tool in tools.EnumerateArray())
            {
                tool.Text("type").ShouldBe("function");
                Tool(tool.Have("function"), t);
            }
        }

        if (root.TryGetProperty("tool_choice", out var choice))
        {
            root.TryGetProperty("tools", out _).ShouldBeTrue("a choice needs tools");
            t.Line("choice " + Choice(choice, isChat: true));
        }
    }

    internal static void Tool(JsonElement tool, Transcript t)
    {
        tool.Text("name").ShouldMatch("^[a-zA-Z0-9_-]{1,64}$");
        tool.Have("parameters").Text("type").ShouldBe("object");
        var description = tool.TryGetProperty("description", out var text) ? text.GetString() : "";
        t.Line($"tool {tool.Text("name")} '{description}' {Transcript.Json(tool.Have("parameters"))}");
    }

    internal static string Choice(JsonElement choice, bool isChat) => choice.ValueKind == JsonValueKind.String
        ? choice.GetString() == "required" ? "any" : choice.GetString()!
        : (isChat ? choice.Have("function") : choice).Text("name");
}
