using System.Text.Json;

namespace Assay.Translation.Tests.Checks;

/// <summary>What OpenAI demands of a Responses request.</summary>
internal static class ResponsesServer
{
    public static void Read(JsonElement root, Transcript t)
    {
        root.OnlyHave(
            "model", "stream", "store", "instructions", "input", "tools", "tool_choice", "parallel_tool_calls", "max_output_tokens",
            "temperature", "top_p", "reasoning", "include", "text", "user", "service_tier", "metadata", "prompt_cache_key");
        root.Text("model").ShouldNotBeEmpty();
        if (root.TryGetProperty("instructions", out var instructions))
        {
            t.Say("system", instructions.GetString()!);
        }

        var input = root.Have("input");
        if (input.ValueKind == JsonValueKind.String)
        {
            t.Say("user", input.GetString()!);
        }
        else
        {
            foreach (var item in input.EnumerateArray())
            {
                Item(item, t);
            }
        }

        Settings(root, t);
    }

    private static void Item(JsonElement item, Transcript t)
    {
        switch (item.Text("type"))
        {
            case "message":
                t.NoneUnanswered();
                var role = item.Text("role");
                role.ShouldBeOneOf("user", "assistant", "system", "developer");
                foreach (var piece in Pieces(item.Have("content"), role == "assistant"))
                {
                    t.Say(role == "developer" ? "system" : role, piece);
                }

                break;
            case "function_call":
                item.Text("name").ShouldMatch("^[a-zA-Z0-9_-]{1,64}$");
                item.Text("call_id").Length.ShouldBeLessThanOrEqualTo(64);
                t.Call(item.Text("call_id"), item.Text("name"), Transcript.Parse(item.Text("arguments")));
                break;
            case "function_call_output":
                var result = t.Result(item.Text("call_id"));
                foreach (var piece in Pieces(item.Have("output"), isAssistant: false))
                {
                    t.Say("tool", $"{result}: {piece}");
                }

                break;
            default:
                item.Text("type").ShouldBe("reasoning");
                item.Have("summary", JsonValueKind.Array);
                t.Say("assistant", "reasoning sealed " + item.Text("encrypted_content"));
                break;
        }
    }

    private static IEnumerable<string> Pieces(JsonElement content, bool isAssistant)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            return [content.GetString()!];
        }

        return content.EnumerateArray().Select(part =>
        {
            switch (part.Text("type"))
            {
                case "output_text":
                    isAssistant.ShouldBeTrue();
                    return part.Text("text");
                case "input_text":
                    isAssistant.ShouldBeFalse();
                    return part.Text("text");
                case "input_image":
                    return "image " + ChatServer.Data(part.Text("image_url"));
                default:
                    part.Text("type").ShouldBe("input_file");
                    return "document " + (part.TryGetProperty("file_url", out var url) ? url.GetString() : ChatServer.Data(part.Text("file_data")));
            }
        });
    }

    private static void Settings(JsonElement root, Transcript t)
    {
        foreach (var (name, word) in new[] { ("max_output_tokens", "max"), ("temperature", "temperature"), ("top_p", "top_p") })
        {
            if (root.TryGetProperty(name, out var value))
            {
                t.Setting(word, value);
            }
        }

        if (root.TryGetProperty("text", out var text) && text.TryGetProperty("format", out var format))
        {
            format.Text("type").ShouldBe("json_schema");
            format.Text("name").ShouldMatch("^[a-zA-Z0-9_-]{1,64}$");
            t.Setting("schema", format.Have("schema", JsonValueKind.Object));
        }

        if (root.TryGetProperty("tools", out var tools))
        {
            foreach (var tool in tools.EnumerateArray())
            {
                tool.Text("type").ShouldBe("function");
                tool.Have("strict").ValueKind.ShouldBeOneOf(JsonValueKind.True, JsonValueKind.False);
                ChatServer.Tool(tool, t);
            }
        }

        if (root.TryGetProperty("tool_choice", out var choice))
        {
            t.Line("choice " + ChatServer.Choice(choice, isChat: false));
        }
    }
}
