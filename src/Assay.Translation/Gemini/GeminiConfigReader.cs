using System.Text.Json;
using Assay.Translation.Anthropic;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.Gemini;

/// <summary>Reads <c>generationConfig</c>.</summary>
internal sealed class GeminiConfigReader(ReadContext context, Conversation c)
{
    public void Read(JsonElement config)
    {
        var isJson = false;
        var schema = default(byte[]);
        foreach (var member in config.AsObject().EnumerateObject())
        {
            var value = member.Value;
            if (value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            switch (GeminiNames.Camel(member.Name))
            {
                case "temperature": c.Sampling.Temperature = value.AsNumber(); break;
                case "topP": c.Sampling.TopP = value.AsNumber(); break;
                case "topK": c.Sampling.TopK = value.AsNumber(); break;
                case "seed": c.Sampling.Seed = value.AsNumber(); break;
                case "presencePenalty": c.Sampling.PresencePenalty = value.AsNumber(); break;
                case "frequencyPenalty": c.Sampling.FrequencyPenalty = value.AsNumber(); break;
                case "maxOutputTokens": c.Sampling.OutputTokensMax = value.AsWhole(); break;
                case "stopSequences":
                    c.Sampling.StopsAt = value;
                    foreach (var stop in value.AsArray(context.Limits.PartsMax).EnumerateArray())
                    {
                        c.Sampling.Stops.Add(RawText.Of(stop));
                    }

                    break;
                case "candidateCount" when value.AsWhole() > 1:
                    throw TranslationException.Meaning(value, "more than one answer to a call cannot be translated");
                case "candidateCount": break;
                case "responseMimeType":
                    isJson = value.Name() switch
                    {
                        "text/plain" => false,
                        "application/json" => true,
                        _ => throw TranslationException.Meaning(value, "has a form of answer that only Gemini knows"),
                    };
                    break;
                case "responseSchema": schema ??= GeminiSchema.ToJsonSchema(value); break;
                case "responseJsonSchema" or "ResponseJsonSchema": schema = AnthropicRequestReader.Raw(value); break;
                case "thinkingConfig": ReadThinking(value); break;
                case "responseModalities" when value.AsArray(16).EnumerateArray().Any(m => !m.ValueEquals("TEXT"u8)):
                    throw TranslationException.Meaning(value, "only text can be answered through a translation");
                case "responseModalities": break;
                case "speechConfig":
                    throw TranslationException.Meaning(value, "speech cannot be answered through a translation");
                default: context.DropUnknown("generationConfig", member); break;
            }
        }

        if (schema is not null)
        {
            c.Output = new OutputFormat { Kind = OutputKind.JsonSchema, Schema = schema, Strict = true, At = config };
        }
        else if (isJson)
        {
            c.Output = new OutputFormat { Kind = OutputKind.JsonObject, At = config };
        }
    }

    private void ReadThinking(JsonElement value)
    {
        foreach (var member in value.AsObject().EnumerateObject())
        {
            switch (GeminiNames.Camel(member.Name))
            {
                case "thinkingBudget":
                    var budget = member.Value.AsWhole();
                    c.Thinking = budget < 0 ? c.Thinking with { IsDynamic = true } : c.Thinking with { BudgetTokens = budget };
                    break;
                case "thinkingLevel":
                    c.Thinking = c.Thinking with { Effort = Thinking.Parse(member.Value.Name().ToLowerInvariant()) };
                    break;
                case "includeThoughts":
                    c.Thinking = c.Thinking with { Shown = member.Value.AsBool() };
                    break;
                default:
                    context.DropUnknown("generationConfig.thinkingConfig", member);
                    break;
            }
        }
    }
}
