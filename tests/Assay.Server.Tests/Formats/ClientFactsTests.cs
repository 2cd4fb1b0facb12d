using Assay.Server.Formats;
using Microsoft.AspNetCore.Http;

namespace Assay.Server.Tests.Formats;

public sealed class ClientFactsTests
{
    [Theory]
    [InlineData("claude-cli/2.1.278 (external, sdk-cli)", "claude-code")]
    [InlineData("codex_cli_rs/0.125.0 (Debian 12.0.0; x86_64) xterm", "codex")]
    [InlineData("codex-tui/1.0", "codex")]
    [InlineData("GeminiCLI/v0.9.0 (linux; x64)", "gemini-cli")]
    [InlineData("OpenAI/2.15.0 (.NET 10.0.12; Debian GNU/Linux 12 (bookworm))", "openai-dotnet")]
    [InlineData("OpenAI/Python 2.1.0", "openai-python")]
    [InlineData("AnthropicClient/C# 13.12.0+0cb7408", "anthropic-dotnet")]
    [InlineData("Anthropic/Python 0.70.0", "anthropic-python")]
    [InlineData("my-agent/3.2 (x)", "my-agent")]
    [InlineData("", "")]
    public void The_client_program_is_known_by_its_user_agent(string userAgent, string program) =>
        ClientFacts.ProgramOf(userAgent).ShouldBe(program);

    [Fact]
    public void Our_own_headers_win_over_those_of_tools()
    {
        var headers = new HeaderDictionary
        {
            ["User-Agent"] = "claude-cli/2.0",
            ["X-Claude-Code-Session-Id"] = "tool",
            ["x-assay-session"] = "own",
            ["x-assay-work"] = " ABC-1 ",
            ["x-assay-use-case"] = "code-review",
        };

        ClientFacts.Read(headers).ShouldBe(new ClientFacts("claude-code", "own", "ABC-1", "code-review"));
    }

    [Theory]
    [InlineData("x-claude-code-session-id", "s1", "s1")]
    [InlineData("session_id", "s2", "s2")]
    [InlineData("Session-Id", "s3", "s3")]
    [InlineData("x-codex-turn-metadata", """{"turn_id":"t","session_id":"s4"}""", "s4")]
    [InlineData("x-codex-turn-metadata", "[1]", "")]
    [InlineData("x-codex-turn-metadata", "{", "")]
    [InlineData("x-unknown", "s5", "")]
    public void The_session_is_found_in_the_headers_of_known_tools(string name, string value, string session) =>
        ClientFacts.Read(new HeaderDictionary { [name] = value }).Session.ShouldBe(session);
}
