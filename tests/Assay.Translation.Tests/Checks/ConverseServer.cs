using System.Text.Json;

namespace Assay.Translation.Tests.Checks;

/// <summary>Reads a <c>Converse</c> request as strictly as Bedrock does, or more.</summary>
internal static class ConverseServer
{
    public static void Read(JsonElement root, Transcript t)
    {
        root.OnlyHave("system", "messages", "inferenceConfig", "toolConfig", "additionalModelRequestFields", "outputConfig", "serviceTier");
        if (root.TryGetProperty("system", out var system))
        {
            foreach (var block in system.EnumerateArray())
            {
                block.Text("text").ShouldNotBeEmpty();
                t.Say("system", block.Text("text"));
            }
        }

        var last = "assistant";
        foreach (var message in root.Have("messages", JsonValueKind.Array).EnumerateArray())
        {
            message.OnlyHave("role", "content");
            var role = message.Text("role");
            role.ShouldNotBe(last, "roles alternate, the user's first");
            last = role;
            message.Have("content").GetArrayLength().ShouldBeGreaterThan(0);
            var resultsOver = false;
            foreach (var block in message.Have("content").EnumerateArray())
            {
                Block(block, role, ref resultsOver, t);
            }
        }

        last.ShouldBe("user");
        Settings(root, t);
    }

    private static void Block(JsonElement block, string role, ref bool resultsOver, Transcript t)
    {
        block.EnumerateObject().Count().ShouldBe(1, "a block has one member");
        if (block.TryGetProperty("toolResult", out var answer))
        {
            role.ShouldBe("user");
            resultsOver.ShouldBeFalse("results stand first");
            answer.OnlyHave("toolUseId", "content", "status");
            var failed = answer.TryGetProperty("status", out var status) && status.GetString() == "error";
            var result = t.Result(answer.Text("toolUseId")) + (failed ? " failed" : "");
            foreach (var piece in answer.Have("content", JsonValueKind.Array).EnumerateArray())
            {
                t.Say("tool", $"{result}: {Piece(piece)}");
            }

            return;
        }

        if (role == "user")
        {
            t.NoneUnanswered();
            resultsOver = true;
        }

        if (block.TryGetProperty("toolUse", out var call))
        {
            role.ShouldBe("assistant");
            call.OnlyHave("toolUseId", "name", "input");
            call.Text("toolUseId").ShouldMatch("^[a-zA-Z0-9_-]{1,64}$");
            call.Text("name").ShouldMatch("^[a-zA-Z0-9_-]{1,64}$");
            t.Call(call.Text("toolUseId"), call.Text("name"), call.Have("input", JsonValueKind.Object));
        }
        else
        {
            t.Say(role, Piece(block));
        }
    }

    private static string Piece(JsonElement block)
    {
        if (block.TryGetProperty("text", out var text))
        {
            text.GetString().ShouldNotBeNullOrEmpty();
            return text.GetString()!;
        }

        var media = block.EnumerateObject().Single();
        var type = media.Value.Text("format");
        return media.Name switch
        {
            "image" => $"image image/{type} " + media.Value.Have("source").Text("bytes"),
            "document" => $"document {(type == "pdf" ? "application/pdf" : type)} " + media.Value.Have("source").Text("bytes"),
            _ => throw new InvalidOperationException(media.Name),
        };
    }

    private static void Settings(JsonElement root, Transcript t)
    {
        var inference = root.Have("inferenceConfig", JsonValueKind.Object);
        inference.OnlyHave("maxTokens", "temperature", "topP", "stopSequences");
        foreach (var (name, told) in new[] { ("maxTokens", "max"), ("temperature", "temperature"), ("topP", "top_p"), ("stopSequences", "stop") })
        {
            if (inference.TryGetProperty(name, out var value))
            {
                t.Setting(told, value);
            }
        }

        if (root.TryGetProperty("outputConfig", out var output))
        {
            var format = output.Have("textFormat");
            format.Text("type").ShouldBe("json_schema");
            t.Setting("schema", JsonElement.Parse(format.Have("structure").Have("jsonSchema").Text("schema")));
        }

        if (!root.TryGetProperty("toolConfig", out var config))
        {
            return;
        }

        foreach (var tool in config.Have("tools").EnumerateArray().Select(one => one.Have("toolSpec")))
        {
            tool.OnlyHave("name", "description", "inputSchema", "strict");
            tool.Text("name").ShouldMatch("^[a-zA-Z0-9_-]{1,64}$");
            var schema = tool.Have("inputSchema").Have("json", JsonValueKind.Object);
            var description = tool.TryGetProperty("description", out var text) ? text.GetString() : "";
            t.Line($"tool {tool.Text("name")} '{description}' {Transcript.Json(schema)}");
        }

        if (config.TryGetProperty("toolChoice", out var choice))
        {
            var mode = choice.EnumerateObject().Single();
            t.Line("choice " + (mode.Name == "tool" ? mode.Value.Text("name") : mode.Name));
        }
    }
}
