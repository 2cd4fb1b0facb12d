using System.Text.Json;
using Assay.Translation.Anthropic;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.BedrockConverse;

/// <summary>
/// What differs between the models behind <c>Converse</c>: how each is told to think. There is one API for all, but for this,
/// which stands under <c>additionalModelRequestFields</c> in each maker's own words.
/// </summary>
internal static class ConverseModels
{
    public static bool IsClaude(string model) => Has(model, "anthropic") || Has(model, "claude");

    /// <summary>Writes how much to think; what of it could not be said, to be named, and empty if all was.</summary>
    public static string WriteThinking(Utf8JsonWriter json, string model, Conversation c)
    {
        const string Lost = "thinking";
        var thinking = c.Thinking;
        if (IsClaude(model))
        {
            return TryClaude(json, model, thinking, c.Sampling.OutputTokensMax) ? "" : Lost;
        }

        if (Has(model, "nova-2"))
        {
            return Nova(json, thinking, c.Sampling);
        }

        if (Has(model, "gpt-oss") && !thinking.IsOff)
        {
            json.WriteString("reasoning_effort"u8, Level(thinking));
            return "";
        }

        return thinking.IsOff ? "" : Lost;
    }

    /// <summary>Nova 2 refuses its highest effort beside a bound, a temperature or a top_p; then it thinks a little less.</summary>
    private static string Nova(Utf8JsonWriter json, Thinking thinking, Sampling sampling)
    {
        var isBound = sampling.OutputTokensMax is not null || !sampling.Temperature.IsNull() || !sampling.TopP.IsNull();
        var isLowered = !thinking.IsOff && isBound && Level(thinking).SequenceEqual("high"u8);
        json.WriteStartObject("reasoningConfig"u8);
        json.WriteString("type"u8, thinking.IsOff ? "disabled"u8 : "enabled"u8);
        if (!thinking.IsOff)
        {
            json.WriteString("maxReasoningEffort"u8, isLowered ? "medium"u8 : Level(thinking));
        }

        json.WriteEndObject();
        return isLowered ? "thinking(high_to_medium)" : "";
    }

    private static bool TryClaude(Utf8JsonWriter json, string model, Thinking thinking, long? outputTokensMax)
    {
        const long BudgetTokensMin = 1_024;
        if (!thinking.IsOff && AnthropicModels.ThinkByBudget(model) && outputTokensMax is { } bound && bound <= BudgetTokensMin)
        {
            return false;
        }

        json.WriteStartObject("thinking"u8);
        if (thinking.IsOff)
        {
            json.WriteString("type"u8, "disabled"u8);
        }
        else if (AnthropicModels.ThinkByBudget(model))
        {
            json.WriteString("type"u8, "enabled"u8);
            var wanted = Math.Max(BudgetTokensMin, thinking.AsBudget() ?? 8_192);
            json.WriteNumber("budget_tokens"u8, outputTokensMax is { } max ? Math.Min(wanted, max - 1) : wanted);
        }
        else
        {
            json.WriteString("type"u8, "adaptive"u8);
        }

        json.WriteEndObject();
        return true;
    }

    private static ReadOnlySpan<byte> Level(Thinking thinking) => thinking.AsEffort() switch
    {
        Effort.Minimal or Effort.Low => "low"u8,
        Effort.Unset or Effort.Medium => "medium"u8,
        _ => "high"u8,
    };

    private static bool Has(string model, string part) => model.Contains(part, StringComparison.Ordinal);
}
