using System.Text.Json;

namespace Assay.Translation.Tests.Checks;

/// <summary>What Gemini demands of a request.</summary>
internal static class GeminiServer
{
    public static void Read(JsonElement root, Transcript t)
    {
        root.OnlyHave("systemInstruction", "contents", "tools", "toolConfig", "generationConfig", "serviceTier");
        if (root.TryGetProperty("systemInstruction", out var system))
        {
            foreach (var part in system.Have("parts").EnumerateArray())
            {
                t.Say("system", part.Text("text"));
            }
        }

        var calls = new List<(string Id, string Name)>();
        var last = "";
        var made = 0;
        foreach (var content in root.Have("contents", JsonValueKind.Array).EnumerateArray())
        {
            var role = content.Text("role");
            role.ShouldBeOneOf("user", "model");
            role.ShouldNotBe(last, "roles alternate");
            last = role;
            content.Have("parts").GetArrayLength().ShouldBeGreaterThan(0);
            foreach (var part in content.Have("parts").EnumerateArray())
            {
                Part(part, role, t, calls, ref made);
            }
        }

        Settings(root, t);
    }

    private static void Part(JsonElement part, string role, Transcript t, List<(string Id, string Name)> calls, ref int made)
    {
        part.OnlyHave("text", "thought", "thoughtSignature", "inlineData", "fileData", "functionCall", "functionResponse");
        if (part.TryGetProperty("functionCall", out var call))
        {
            role.ShouldBe("model");
            call.Text("name").ShouldMatch("^[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}$");
            var id = call.TryGetProperty("id", out var own) ? own.GetString()! : $"made{made++}";
            calls.Add((id, call.Text("name")));
            t.Call(id, call.Text("name"), call.Have("args", JsonValueKind.Object));
        }
        else if (part.TryGetProperty("functionResponse", out var response))
        {
            role.ShouldBe("user");
            var at = calls.FindIndex(one => response.TryGetProperty("id", out var own) ? one.Id == own.GetString() : one.Name == response.Text("name"));
            at.ShouldBeGreaterThanOrEqualTo(0);
            response.Text("name").ShouldBe(calls[at].Name);
            var body = response.Have("response", JsonValueKind.Object);
            var failed = body.TryGetProperty("error", out var error);
            var result = t.Result(calls[at].Id) + (failed ? " failed" : "");
            calls.RemoveAt(at);
            var text = failed ? error : body.TryGetProperty("output", out var output) ? output : body;
            t.Say("tool", $"{result}: {(text.ValueKind == JsonValueKind.String ? text.GetString() : Transcript.Json(text))}");
        }
        else
        {
            if (role == "user")
            {
                t.NoneUnanswered();
            }

            t.Say(role == "model" ? "assistant" : "user", Piece(part));
        }
    }

    private static string Piece(JsonElement part)
    {
        if (part.TryGetProperty("text", out var text))
        {
            return text.GetString()!;
        }

        var isInline = part.TryGetProperty("inlineData", out var data);
        data = isInline ? data : part.Have("fileData");
        var type = data.Text("mimeType");
        var kind = type.StartsWith("image/", StringComparison.Ordinal) ? "image " : "document ";
        return kind + (isInline ? type + " " + data.Text("data") : data.Text("fileUri"));
    }

    private static void Settings(JsonElement root, Transcript t)
    {
        var config = root.TryGetProperty("generationConfig", out var given) ? given : Transcript.Parse("{}");
        foreach (var (name, word) in new[] { ("maxOutputTokens", "max"), ("temperature", "temperature"), ("topP", "top_p"), ("stopSequences", "stop") })
        {
            if (config.TryGetProperty(name, out var value))
            {
                t.Setting(word, value);
            }
        }

        if (config.TryGetProperty("responseJsonSchema", out var schema))
        {
            config.Text("responseMimeType").ShouldBe("application/json");
            t.Setting("schema", schema);
        }

        if (root.TryGetProperty("tools", out var tools))
        {
            foreach (var tool in tools.EnumerateArray().SelectMany(group => group.Have("functionDeclarations").EnumerateArray()))
            {
                tool.OnlyHave("name", "description", "parametersJsonSchema");
                var parameters = tool.TryGetProperty("parametersJsonSchema", out var some) ? some : Transcript.Parse("""{"type":"object","properties":{}}""");
                var description = tool.TryGetProperty("description", out var text) ? text.GetString() : "";
                t.Line($"tool {tool.Text("name")} '{description}' {Transcript.Json(parameters)}");
            }
        }

        if (root.TryGetProperty("toolConfig", out var toolConfig))
        {
            var calling = toolConfig.Have("functionCallingConfig");
            var names = calling.TryGetProperty("allowedFunctionNames", out var allowed) ? allowed.EnumerateArray().Select(name => name.GetString()).ToList() : [];
            t.Line("choice " + (names.Count == 1 ? names[0] : calling.Text("mode").ToLowerInvariant()));
        }
    }
}
