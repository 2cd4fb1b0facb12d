namespace Assay.Server.Console.Connect;

/// <summary>How one tool is pointed at the gateway.</summary>
public sealed record ToolSetup(string Id, string Name, string About, IReadOnlyList<ToolSnippet> Snippets);

/// <summary>Text to copy, and where it goes.</summary>
public sealed record ToolSnippet(string Place, string Text);

/// <summary>The tools that people ask about first.</summary>
public static class ToolSetups
{
    public static IReadOnlyList<ToolSetup> For(string origin) =>
    [
        new(
            "curl",
            "Try it first",
            "This answers with the models that your key may use, and so shows that address and key are right.",
            [
                new("Shell", $$"""
                    export ASSAY_KEY=ask_…

                    curl {{origin}}/v1/models -H "Authorization: Bearer $ASSAY_KEY"
                    """),
            ]),
        new(
            "claude-code",
            "Claude Code",
            "The address has no /v1 at the end. If ANTHROPIC_API_KEY is set as well, unset it.",
            [
                new("Shell", $$"""
                    export ANTHROPIC_BASE_URL={{origin}}
                    export ANTHROPIC_AUTH_TOKEN=$ASSAY_KEY
                    """),
            ]),
        new(
            "codex",
            "Codex",
            "Codex speaks the Responses API and reads the key from the variable named in env_key.",
            [
                new("~/.codex/config.toml", $$"""
                    model_provider = "assay"

                    [model_providers.assay]
                    name = "Assay"
                    base_url = "{{origin}}/v1"
                    env_key = "ASSAY_KEY"
                    wire_api = "responses"
                    """),
            ]),
        new(
            "gemini-cli",
            "Gemini CLI",
            "Choose “Use Gemini API Key” when it asks how to sign in.",
            [
                new("Shell", $$"""
                    export GOOGLE_GEMINI_BASE_URL={{origin}}
                    export GEMINI_API_KEY=$ASSAY_KEY
                    """),
            ]),
        new(
            "sdks",
            "SDKs",
            "The official libraries need no change but address and key. A header says what a call is for.",
            [
                new("Python, OpenAI", $$"""
                    from openai import OpenAI

                    client = OpenAI(
                        base_url="{{origin}}/v1",
                        api_key=os.environ["ASSAY_KEY"],
                        default_headers={"x-assay-use-case": "support-triage"},
                    )
                    """),
                new("TypeScript, Anthropic", $$"""
                    import Anthropic from "@anthropic-ai/sdk";

                    const client = new Anthropic({
                      baseURL: "{{origin}}",
                      apiKey: process.env.ASSAY_KEY,
                    });
                    """),
                new("Python, Google Gen AI", $$"""
                    from google import genai

                    client = genai.Client(
                        api_key=os.environ["ASSAY_KEY"],
                        http_options={"base_url": "{{origin}}"},
                    )
                    """),
            ]),
    ];
}
