using System.Text.Json;

namespace Assay.Server.Formats;

/// <summary>What a call's headers tell about who sent it and what for. Strings are empty, never null.</summary>
/// <param name="Program">The client program, as in <c>claude-code</c>; the first word of an unknown user agent.</param>
/// <param name="Session">The agent conversation.</param>
/// <param name="WorkRef">The ticket, branch or pull request.</param>
/// <param name="UseCase">What the spend is for.</param>
internal readonly record struct ClientFacts(string Program, string Session, string WorkRef, string UseCase)
{
    public const string SessionHeader = "x-assay-session";
    public const string WorkHeader = "x-assay-work";
    public const string UseCaseHeader = "x-assay-use-case";

    private const int ProgramCharactersMax = 64;

    /// <summary>By how the user agent starts; the more telling first.</summary>
    private static readonly (string Start, string Name)[] s_programs =
    [
        ("claude-cli/", "claude-code"),
        ("claude-code/", "claude-code"),
        ("codex_", "codex"),
        ("codex-", "codex"),
        ("codex/", "codex"),
        ("GeminiCLI", "gemini-cli"),
        ("gemini-cli", "gemini-cli"),
        ("opencode", "opencode"),
        ("Cursor/", "cursor"),
        ("GitHubCopilot", "copilot"),
        ("OpenAI/Python", "openai-python"),
        ("AsyncOpenAI/Python", "openai-python"),
        ("OpenAI/JS", "openai-node"),
        ("OpenAI/Go", "openai-go"),
        ("OpenAI/Java", "openai-java"),
        ("OpenAI/", "openai-dotnet"),
        ("AnthropicClient/", "anthropic-dotnet"),
        ("Anthropic/Python", "anthropic-python"),
        ("AsyncAnthropic/Python", "anthropic-python"),
        ("Anthropic/JS", "anthropic-node"),
        ("Anthropic/Go", "anthropic-go"),
        ("Anthropic/Java", "anthropic-java"),
        ("Anthropic/", "anthropic-dotnet"),
        ("google-genai-sdk", "google-genai"),
        ("LangChain", "langchain"),
        ("litellm", "litellm"),
        ("ai-sdk", "ai-sdk"),
        ("ai/", "ai-sdk"),
        ("curl/", "curl"),
    ];

    /// <summary>
    /// Where clients say which conversation a call belongs to, the most explicit first. Codex sends <c>session-id</c>,
    /// older versions <c>session_id</c>; Claude Code its own header since 2.1.86.
    /// </summary>
    private static readonly string[] s_sessionHeaders =
    [
        SessionHeader,
        "x-claude-code-session-id",
        "session-id",
        "session_id",
        "conversation_id",
        "x-opencode-session",
        "x-session-id",
        "x-session-affinity",
    ];

    public static ClientFacts Read(IHeaderDictionary headers)
    {
        var session = "";
        foreach (var name in s_sessionHeaders)
        {
            session = Header(headers, name);
            if (session.Length > 0)
            {
                break;
            }
        }

        if (session.Length == 0)
        {
            session = CodexTurnSession(headers);
        }

        return new ClientFacts(
            ProgramOf(headers.UserAgent.ToString()),
            session,
            Header(headers, WorkHeader),
            Header(headers, UseCaseHeader));
    }

    /// <summary>The client program behind a user agent; empty if there is none.</summary>
    public static string ProgramOf(string userAgent)
    {
        // All starts are ASCII letters, which differ from their other case in one bit: most are ruled out by it.
        var first = userAgent.Length == 0 ? 0 : userAgent[0] | 0x20;
        foreach (var (start, name) in s_programs)
        {
            if ((start[0] | 0x20) == first && userAgent.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            {
                return name;
            }
        }

        var end = userAgent.AsSpan().IndexOfAny('/', ' ', '(');
        var word = Labels.Clean(end < 0 ? userAgent : userAgent[..end]);
        return word.Length > ProgramCharactersMax ? word[..ProgramCharactersMax] : word;
    }

    private static string Header(IHeaderDictionary headers, string name) =>
        headers.TryGetValue(name, out var values) && values.Count > 0 ? Labels.Clean(values[0]) : "";

    private static string CodexTurnSession(IHeaderDictionary headers)
    {
        if (!headers.TryGetValue("x-codex-turn-metadata", out var values) || values.Count == 0
            || values[0] is not { Length: > 0 and < 4096 } json)
        {
            return "";
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("session_id", out var session)
                && session.ValueKind == JsonValueKind.String
                    ? Labels.Clean(session.GetString())
                    : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }
}
