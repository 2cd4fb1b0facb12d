using System.Text.Json;
using Assay.Sim.Tally;

namespace Assay.Sim.Providers;

/// <summary>The lists of models. Any other name is answered too; these are only what is listed.</summary>
internal static class SimModels
{
    private static readonly string[] s_openAI =
        ["gpt-5.6-terra", "gpt-5.5", "gpt-5.4-mini", "gpt-5.3-codex", "gpt-5-nano", "gpt-audio", "text-embedding-3-small", "text-embedding-3-large", "qwen3-coder"];

    private static readonly string[] s_anthropic = ["claude-opus-5", "claude-sonnet-5", "claude-haiku-4-5"];

    private static readonly string[] s_gemini =
        ["gemini-3.5-flash", "gemini-3.1-pro-preview", "gemini-2.5-pro", "gemini-2.5-flash", "gemini-embedding-001"];

    public static Answer List(SimRequest request) => new()
    {
        ContentType = request.Format == SimFormat.Gemini ? "application/json; charset=UTF-8" : "application/json",
        Body = Json.Bytes(json => json.Object(() =>
        {
            if (request.Format == SimFormat.OpenAI)
            {
                json.WriteString("object", "list");
            }

            json.Array(request.Format == SimFormat.Gemini ? "models" : "data", () =>
            {
                foreach (var model in Names(request.Format))
                {
                    json.Object(() => Write(json, request.Format, model));
                }
            });
            if (request.Format == SimFormat.Anthropic)
            {
                json.WriteBoolean("has_more", false);
                json.WriteString("first_id", s_anthropic[0]);
                json.WriteString("last_id", s_anthropic[^1]);
            }
        })),
    };

    public static Answer? One(SimRequest request) => Names(request.Format).Contains(request.BaseModel, StringComparer.Ordinal)
        ? new Answer { Body = Json.Bytes(json => json.Object(() => Write(json, request.Format, request.BaseModel))) }
        : null;

    private static string[] Names(SimFormat format) => format switch
    {
        SimFormat.Anthropic => s_anthropic,
        SimFormat.Gemini => s_gemini,
        _ => s_openAI,
    };

    private static void Write(Utf8JsonWriter json, SimFormat format, string model)
    {
        switch (format)
        {
            case SimFormat.Anthropic:
                json.WriteString("type", "model");
                json.WriteString("id", model);
                json.WriteString("display_name", model);
                json.WriteString("created_at", "2026-06-01T00:00:00Z");
                json.WriteString("lifecycle", "active");
                json.WriteString("line", model.Split('-')[1]);
                json.WriteNumber("max_input_tokens", 1_000_000);
                json.WriteNumber("max_tokens", 64_000);
                json.WriteNull("capabilities");
                json.WriteNull("deprecated_at");
                json.WriteNull("retires_at");
                break;
            case SimFormat.Gemini:
                json.WriteString("name", "models/" + model);
                json.WriteString("version", "001");
                json.WriteString("displayName", model);
                json.WriteNumber("inputTokenLimit", 1_048_576);
                json.WriteNumber("outputTokenLimit", 65_536);
                json.Array("supportedGenerationMethods", () =>
                {
                    json.WriteStringValue(model.Contains("embedding", StringComparison.Ordinal) ? "embedContent" : "generateContent");
                    json.WriteStringValue("countTokens");
                });
                break;
            default:
                json.WriteString("id", model);
                json.WriteString("object", "model");
                json.WriteNumber("created", 1_780_272_000);
                json.WriteString("owned_by", "system");
                break;
        }
    }
}
