using System.Text;

namespace Assay.Demo;

/// <summary>What well-known client programs send, in their own formats and with their own headers.</summary>
internal static class DemoClients
{
    private const string Authorization = "Authorization";
    private const string ApiKey = "x-api-key";
    private const string GoogleKey = "x-goog-api-key";

    // Long instructions that all users of a program share: this is what prompt caches live on.
    private static readonly string s_agentRules = DemoText.Draw(new Random(11), 9_000);
    private static readonly string s_chatRules = DemoText.Draw(new Random(12), 900);
    private static readonly string s_triageRules = DemoText.Draw(new Random(13), 5_200);

    private static readonly string s_device = DemoText.Hex(new Random(14), 64);

    private const string AnthropicTools =
        """[{"name":"Read","description":"Reads a file","input_schema":{"type":"object","properties":{"file_path":{"type":"string"},"limit":{"type":"integer"}},"required":["file_path"]}},{"name":"Bash","description":"Runs a command","input_schema":{"type":"object","properties":{"command":{"type":"string"}},"required":["command"]},"cache_control":{"type":"ephemeral"}}]""";

    private const string OpenAITools =
        """[{"type":"function","name":"shell","description":"Runs a command","parameters":{"type":"object","properties":{"command":{"type":"string"},"workdir":{"type":"string"}}}}]""";

    public static DemoCall ClaudeCode(DemoSession session, string model, Random random)
    {
        var said = Messages(session.Said, "assistant", (text, isLast) => isLast
            ? $$$"""[{"type":"text","text":"{{{text}}}","cache_control":{"type":"ephemeral"}}]"""
            : $"\"{text}\"");
        var user = $$"""{\"device_id\":\"{{s_device}}\",\"account_uuid\":\"\",\"session_id\":\"{{session.Id}}\"}""";
        var thinking = random.Next(3) == 0 ? ""","thinking":{"type":"adaptive"}""" : "";
        var body = $$$"""{"model":"{{{model}}}","max_tokens":32000,"stream":true,"system":[{"type":"text","text":"{{{s_agentRules}}}","cache_control":{"type":"ephemeral","ttl":"1h"}}],"tools":{{{AnthropicTools}}},"metadata":{"user_id":"{{{user}}}"}{{{thinking}}},"messages":{{{said}}}}""";
        return new DemoCall("anthropic", "/v1/messages?beta=true", body, ApiKey, With(
            session,
            ("User-Agent", "claude-cli/2.1.98 (external, cli)"),
            ("x-app", "cli"),
            ("anthropic-version", "2023-06-01"),
            ("anthropic-beta", "claude-code-20250219,interleaved-thinking-2025-05-14"),
            ("x-claude-code-session-id", session.Id)), Streamed: true);
    }

    public static DemoCall Codex(DemoSession session, string model)
    {
        var input = Messages(session.Said, "assistant", (text, _) => $"\"{text}\"");
        var body = $$"""{"model":"{{model}}","stream":true,"store":false,"instructions":"{{s_agentRules}}","tools":{{OpenAITools}},"reasoning":{"effort":"medium"},"prompt_cache_key":"{{session.Id}}","input":{{input}}}""";
        return new DemoCall("openai", "/v1/responses", body, Authorization, With(
            session,
            ("User-Agent", "codex_cli_rs/0.98.0 (Debian 13.0.0; x86_64) xterm-256color"),
            ("originator", "codex_cli_rs"),
            ("session_id", session.Id)), Streamed: true);
    }

    public static DemoCall GeminiCli(DemoSession session, string model) => new(
        "gemini",
        $"/v1beta/models/{model}:streamGenerateContent?alt=sse",
        GeminiBody(session, s_agentRules),
        GoogleKey,
        With(session, ("User-Agent", $"GeminiCLI/0.32.1/{model} (linux; x64)"), ("x-session-id", session.Id)),
        Streamed: true);

    public static DemoCall OpenCode(DemoSession session, string model)
    {
        var body = $$"""{"model":"{{model}}","stream":true,"stream_options":{"include_usage":true},"max_tokens":8192,"messages":{{ChatMessages(session, s_agentRules)}}}""";
        return new DemoCall("openai", "/v1/chat/completions", body, Authorization, With(
            session, ("User-Agent", "opencode/1.2.10"), ("x-opencode-session", session.Id)), Streamed: true);
    }

    public static DemoCall Chat(DemoSession session, Random random)
    {
        // This app never asks for the usage of its streams: Assay must ask in its place.
        var streamed = random.Next(3) > 0;
        var model = random.Next(4) == 0 ? "gpt-5.5" : "gpt-5.4-mini";
        var tier = random.Next(6) == 0 ? ""","service_tier":"flex" """ : "";
        var body = $$"""{"model":"{{model}}","stream":{{(streamed ? "true" : "false")}}{{tier}},"messages":{{ChatMessages(session, s_chatRules)}}}""";
        return new DemoCall("openai", "/v1/chat/completions", body, Authorization, With(session, ("User-Agent", "OpenAI/JS 6.18.0")), streamed);
    }

    public static DemoCall Triage(DemoSession session, Random random)
    {
        var counts = random.Next(12) == 0;
        var bound = counts ? "" : "\"max_tokens\":400,";
        var body = $$$"""{"model":"claude-haiku-4-5",{{{bound}}}"system":[{"type":"text","text":"{{{s_triageRules}}}","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":"{{{session.Said[^1]}}}"}]}""";
        return new DemoCall("anthropic", counts ? "/v1/messages/count_tokens" : "/v1/messages", body, ApiKey, With(
            session, ("User-Agent", "Anthropic/Python 0.92.0"), ("anthropic-version", "2023-06-01")), Streamed: false);
    }

    public static DemoCall Index(DemoSession session, Random random)
    {
        var text = session.Said[^1];
        return random.Next(3) == 0
            ? new DemoCall(
                "gemini",
                "/v1beta/models/gemini-embedding-001:embedContent",
                $$"""{"content":{"parts":[{"text":"{{text}}"}]},"outputDimensionality":256}""",
                GoogleKey,
                With(session, ("User-Agent", "google-genai-sdk/1.60.0 gl-python/3.13")),
                Streamed: false)
            : new DemoCall(
                "openai",
                "/v1/embeddings",
                $$"""{"model":"text-embedding-3-small","input":["{{text}}","{{text[..(text.Length / 2)]}}"],"encoding_format":"base64"}""",
                Authorization,
                With(session, ("User-Agent", "OpenAI/Python 2.31.0")),
                Streamed: false);
    }

    public static DemoCall Notebook(DemoSession session, Random random)
    {
        if (random.Next(4) == 0)
        {
            var body = $$"""{"model":"gpt-5.4-mini","messages":{{ChatMessages(session, s_chatRules)}},"n":2}""";
            return new DemoCall("openai", "/v1/chat/completions", body, Authorization, With(session, ("User-Agent", "AsyncOpenAI/Python 2.31.0")), Streamed: false);
        }

        // Without alt=sse the stream is one JSON array.
        var streamed = random.Next(2) == 0;
        return new DemoCall(
            "gemini",
            "/v1beta/models/gemini-3.5-flash:" + (streamed ? "streamGenerateContent" : "generateContent"),
            GeminiBody(session, s_chatRules),
            GoogleKey,
            With(session, ("User-Agent", "google-genai-sdk/1.60.0 gl-python/3.13")),
            streamed);
    }

    private static string GeminiBody(DemoSession session, string rules)
    {
        var contents = new StringBuilder("[");
        for (var i = 0; i < session.Said.Count; i++)
        {
            contents.Append(i == 0 ? "" : ",").Append("{\"role\":\"").Append(i % 2 == 0 ? "user" : "model")
                .Append("\",\"parts\":[{\"text\":\"").Append(session.Said[i]).Append("\"}]}");
        }

        contents.Append(']');
        return $$"""{"systemInstruction":{"parts":[{"text":"{{rules}}"}]},"generationConfig":{"maxOutputTokens":8192},"contents":{{contents}}}""";
    }

    private static string ChatMessages(DemoSession session, string rules) =>
        $$"""[{"role":"system","content":"{{rules}}"},{{Messages(session.Said, "assistant", (text, _) => $"\"{text}\"")[1..]}}""";

    /// <summary>The conversation as a JSON array; the texts hold nothing to escape.</summary>
    private static string Messages(List<string> said, string other, Func<string, bool, string> content)
    {
        var json = new StringBuilder("[");
        for (var i = 0; i < said.Count; i++)
        {
            json.Append(i == 0 ? "" : ",").Append("{\"role\":\"").Append(i % 2 == 0 ? "user" : other)
                .Append("\",\"content\":").Append(content(said[i], i == said.Count - 1)).Append('}');
        }

        return json.Append(']').ToString();
    }

    private static List<KeyValuePair<string, string>> With(DemoSession session, params ReadOnlySpan<(string Name, string Value)> headers)
    {
        var all = new List<KeyValuePair<string, string>>(headers.Length + 1);
        foreach (var (name, value) in headers)
        {
            all.Add(new(name, value));
        }

        if (session.WorkRef.Length > 0)
        {
            all.Add(new("x-assay-work", session.WorkRef));
        }

        return all;
    }
}
