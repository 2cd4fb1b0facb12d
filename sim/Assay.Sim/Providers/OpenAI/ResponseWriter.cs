using System.Text.Json;
using Assay.Sim.Faults;
using Assay.Sim.Prompts;

namespace Assay.Sim.Providers.OpenAI;

/// <summary>Writes a response object and its items, under way or ended.</summary>
internal sealed class ResponseWriter(SimRequest request, Generation generation, string tier)
{
    private readonly string _id = "resp_" + Words.Hex(request.Ids, 48);
    private readonly string _key = Words.Hex(request.Ids, 40);

    public string MessageId => "msg_" + _key;

    public string ReasoningId => "rs_" + _key;

    public bool ShowsReasoning => generation.ReasoningTokens > 0;

    public int Searches => (int)generation.Usage.WebSearch;

    public string Status => generation.OutOfTokens ? "incomplete" : "completed";

    public string SearchId(int index) => $"ws_{_key}{index}";

    public static string CallItemId(ToolUse tool) => "fc_" + tool.Id[5..];

    public void WriteResponse(Utf8JsonWriter json, bool ended) => json.Object(() =>
    {
        json.WriteString("id", _id);
        json.WriteString("object", "response");
        json.WriteNumber("created_at", request.Now);
        json.WriteString("status", ended ? Status : "in_progress");
        json.WriteBoolean("background", false);
        json.WriteNull("error");
        if (ended && generation.OutOfTokens)
        {
            json.Object("incomplete_details", () => json.WriteString("reason", "max_output_tokens"));
        }
        else
        {
            json.WriteNull("incomplete_details");
        }

        json.WriteNull("instructions");
        json.WriteNull("max_output_tokens");
        json.WriteString("model", request.BaseModel);
        json.Array("output", () =>
        {
            if (ended)
            {
                WriteItems(json);
            }
        });
        json.WriteBoolean("parallel_tool_calls", true);
        json.WriteNull("previous_response_id");
        json.Object("reasoning", () =>
        {
            json.WriteNull("effort");
            json.WriteNull("summary");
        });
        json.WriteString("service_tier", tier);
        json.WriteBoolean("store", true);
        json.WriteNumber("temperature", 1.0);
        json.Object("text", () => json.Object("format", () => json.WriteString("type", "text")));
        json.WriteString("tool_choice", "auto");
        json.Array("tools", static () => { });
        json.WriteNumber("top_p", 1.0);
        json.WriteString("truncation", "disabled");
        WriteUsage(json, ended);
        json.WriteNull("user");
        json.Object("metadata", static () => { });
    });

    public void WriteReasoning(Utf8JsonWriter json, bool ended)
    {
        json.WriteString("id", ReasoningId);
        json.WriteString("type", "reasoning");
        json.Array("summary", () =>
        {
            if (ended)
            {
                json.Object(() =>
                {
                    json.WriteString("type", "summary_text");
                    json.WriteString("text", string.Concat(generation.ReasoningPieces()));
                });
            }
        });
    }

    public void WriteSearch(Utf8JsonWriter json, int index, bool ended)
    {
        json.WriteString("id", SearchId(index));
        json.WriteString("type", "web_search_call");
        json.WriteString("status", ended ? "completed" : "in_progress");
        json.Object("action", () =>
        {
            json.WriteString("type", "search");
            json.WriteString("query", "release notes");
        });
    }

    public void WriteMessage(Utf8JsonWriter json, bool ended)
    {
        json.WriteString("id", MessageId);
        json.WriteString("type", "message");
        json.WriteString("status", ended ? Status : "in_progress");
        json.Array("content", () =>
        {
            if (ended)
            {
                json.Object(() => WriteTextPart(json, generation.Text(0)));
            }
        });
        json.WriteString("role", "assistant");
    }

    public static void WriteTextPart(Utf8JsonWriter json, string text)
    {
        json.WriteString("type", "output_text");
        json.Array("annotations", static () => { });
        json.Array("logprobs", static () => { });
        json.WriteString("text", text);
    }

    public static void WriteCall(Utf8JsonWriter json, ToolUse tool, bool ended)
    {
        json.WriteString("id", CallItemId(tool));
        json.WriteString("type", "function_call");
        json.WriteString("status", ended ? "completed" : "in_progress");
        json.WriteString("arguments", ended ? tool.Arguments : "");
        json.WriteString("call_id", tool.Id);
        json.WriteString("name", tool.Name);
    }

    private void WriteItems(Utf8JsonWriter json)
    {
        if (ShowsReasoning)
        {
            json.Object(() => WriteReasoning(json, ended: true));
        }

        for (var i = 0; i < Searches; i++)
        {
            var index = i;
            json.Object(() => WriteSearch(json, index, ended: true));
        }

        json.Object(() => WriteMessage(json, ended: true));
        foreach (var tool in generation.Tools)
        {
            json.Object(() => WriteCall(json, tool, ended: true));
        }
    }

    private void WriteUsage(Utf8JsonWriter json, bool ended)
    {
        var telling = request.Instructions.Usage;
        if (telling == UsageTelling.Never)
        {
            return;
        }

        if (!ended && telling == UsageTelling.Every)
        {
            OpenAIUsage.WriteResponses(json, generation.Usage with { Output = 0, Reasoning = 0 });
        }
        else if (!ended || telling == UsageTelling.Null)
        {
            json.WriteNull("usage");
        }
        else
        {
            OpenAIUsage.WriteResponses(json, generation.Usage);
            if (telling == UsageTelling.Twice)
            {
                OpenAIUsage.WriteResponses(json, generation.Usage);
            }
        }
    }
}
