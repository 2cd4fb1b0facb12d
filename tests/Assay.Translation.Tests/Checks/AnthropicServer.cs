using System.Text.Json;

namespace Assay.Translation.Tests.Checks;

/// <summary>What Anthropic demands of a request.</summary>
internal static class AnthropicServer
{
    public static void Read(JsonElement root, Transcript t)
    {
        root.OnlyHave(
            "model", "max_tokens", "stream", "system", "messages", "tools", "tool_choice", "thinking", "temperature", "top_p",
            "top_k", "stop_sequences", "output_config", "metadata", "service_tier");
        root.Text("model").ShouldNotBeEmpty();
        root.Whole("max_tokens").ShouldBeGreaterThan(0);
        if (root.TryGetProperty("system", out var system))
        {
            foreach (var text in system.ValueKind == JsonValueKind.String ? [system] : system.EnumerateArray().Select(block => block.Have("text")))
            {
                text.GetString().ShouldNotBeNullOrEmpty();
                t.Say("system", text.GetString()!);
            }
        }

        var last = "";
        foreach (var message in root.Have("messages", JsonValueKind.Array).EnumerateArray())
        {
            message.OnlyHave("role", "content");
            var role = message.Text("role");
            role.ShouldBeOneOf("user", "assistant");
            role.ShouldNotBe(last, "roles alternate");
            last = role;
            Content(message.Have("content"), role, t);
        }

        last.ShouldBe("user");
        Settings(root, t);
    }

    private static void Content(JsonElement content, string role, Transcript t)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            t.Say(role, content.GetString()!);
            return;
        }

        content.GetArrayLength().ShouldBeGreaterThan(0);
        var resultsOver = false;
        foreach (var block in content.EnumerateArray())
        {
            if (block.Text("type") == "tool_result")
            {
                resultsOver.ShouldBeFalse("results come first");
                role.ShouldBe("user");
                var result = t.Result(block.Text("tool_use_id")) + (block.TryGetProperty("is_error", out var error) && error.GetBoolean() ? " failed" : "");
                var inner = block.Have("content");
                foreach (var piece in inner.ValueKind == JsonValueKind.String ? [inner.GetString()!] : inner.EnumerateArray().Select(Piece))
                {
                    t.Say("tool", $"{result}: {piece}");
                }

                continue;
            }

            if (role == "user")
            {
                t.NoneUnanswered();
                resultsOver = true;
            }

            if (block.Text("type") == "tool_use")
            {
                role.ShouldBe("assistant");
                block.Text("id").ShouldMatch("^[a-zA-Z0-9_-]+$");
                block.Text("name").ShouldMatch("^[a-zA-Z0-9_-]{1,128}$");
                t.Call(block.Text("id"), block.Text("name"), block.Have("input", JsonValueKind.Object));
            }
            else if (block.Text("type") == "thinking")
            {
                t.Say(role, $"thought {block.Text("thinking")} sealed {block.Text("signature")}");
            }
            else
            {
                t.Say(role, Piece(block));
            }
        }
    }

    private static string Piece(JsonElement block)
    {
        switch (block.Text("type"))
        {
            case "text":
                block.Text("text").ShouldNotBeEmpty();
                return block.Text("text");
            case "image" or "document":
                var source = block.Have("source");
                return block.Text("type") + " " + (source.Text("type") switch
                {
                    "base64" => source.Text("media_type") + " " + source.Text("data"),
                    "url" => source.Text("url"),
                    _ => "text " + source.Text("data"),
                });
            default:
                throw new InvalidOperationException(block.Text("type"));
        }
    }

    private static void Settings(JsonElement root, Transcript t)
    {
        t.Setting("max", root.Have("max_tokens"));
        foreach (var name in new[] { "temperature", "top_p" })
        {
            if (root.TryGetProperty(name, out var value))
            {
                t.Setting(name, value);
            }
        }

        if (root.TryGetProperty("stop_sequences", out var stops))
        {
            t.Setting("stop", stops);
        }

        if (root.TryGetProperty("output_config", out var config) && config.TryGetProperty("format", out var format))
        {
            format.Text("type").ShouldBe("json_schema");
            t.Setting("schema", format.Have("schema", JsonValueKind.Object));
        }

        if (root.TryGetProperty("tools", out var tools))
        {
            tools.EnumerateArray().Select(tool => tool.Text("name")).ShouldBeUnique();
            foreach (var tool in tools.EnumerateArray())
            {
                tool.Text("name").ShouldMatch("^[a-zA-Z0-9_-]{1,128}$");
                tool.Have("input_schema").Text("type").ShouldBe("object");
                var description = tool.TryGetProperty("description", out var text) ? text.GetString() : "";
                t.Line($"tool {tool.Text("name")} '{description}' {Transcript.Json(tool.Have("input_schema"))}");
            }
        }

        if (root.TryGetProperty("tool_choice", out var choice))
        {
            t.Line("choice " + (choice.Text("type") == "tool" ? choice.Text("name") : choice.Text("type")));
        }
    }
}
