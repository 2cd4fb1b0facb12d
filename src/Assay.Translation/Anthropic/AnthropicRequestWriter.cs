using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.Anthropic;

/// <summary>Writes the body of <c>POST /v1/messages</c>.</summary>
internal sealed class AnthropicRequestWriter(WriteContext context)
{
    private const long BudgetTokensMin = 1_024;

    private readonly Utf8JsonWriter _json = context.Json;
    private readonly AnthropicBlocks _blocks = new(context);

    public void Write(Conversation c)
    {
        var thinks = Thinks(c);
        _json.WriteStartObject();
        _json.WriteString("model"u8, context.Model);
        WriteBound(c, thinks);
        if (context.Stream)
        {
            _json.WriteBoolean("stream"u8, true);
        }

        WriteSystem(c);
        Turns.Write(_json, c, "Anthropic", _blocks.Write);
        var tools = Offered(c);
        WriteTools(tools);
        WriteChoice(c, tools);
        WriteThinking(c, thinks);
        WriteSampling(c, thinks);
        WriteRest(c);
        _json.WriteEndObject();
    }

    private long Bound(Conversation c) => c.Sampling.OutputTokensMax
        ?? (context.Options.OutputTokensMax > 0 ? context.Options.OutputTokensMax : AnthropicModels.OutputTokensMax(context.Model));

    private void WriteBound(Conversation c, bool thinks)
    {
        var bound = Bound(c);
        if (thinks && AnthropicModels.ThinkByBudget(context.Model) && c.Sampling.OutputTokensMax is null)
        {
            bound = Math.Max(bound, Budget(c, long.MaxValue) + BudgetTokensMin);
        }

        _json.WriteNumber("max_tokens"u8, bound);
    }

    private void WriteSystem(Conversation c)
    {
        var later = c.Messages.Where(message => message.Role == Role.System).SelectMany(message => message.Parts).ToList();
        context.DropIf(later.Count > 0, "messages.role=system(moved_to_system)");
        if (c.System.Count + later.Count == 0)
        {
            return;
        }

        if (c.System is [{ Cache: CacheMark.None } only] && later.Count == 0)
        {
            _json.WriteText("system"u8, only.Text);
            return;
        }

        _json.WriteStartArray("system"u8);
        foreach (var part in c.System.Concat(later))
        {
            if (part is TextPart { Text.IsEmpty: false } text)
            {
                _blocks.Write(text);
            }
        }

        _json.WriteEndArray();
    }

    /// <summary>Where only some tools may be called, only those are offered: Anthropic has no other way to say it.</summary>
    private static List<Tool> Offered(Conversation c) => c.Choice.Names.Count > 1 || (c.Choice.Names.Count == 1 && c.Choice.Forced is null)
        ? c.Tools.FindAll(tool => c.Choice.Names.Contains(tool.Name))
        : c.Tools;

    private void WriteTools(List<Tool> tools)
    {
        if (tools.Count == 0)
        {
            return;
        }

        _json.WriteStartArray("tools"u8);
        foreach (var tool in tools)
        {
            _json.WriteStartObject();
            if (tool.Kind == ToolKind.WebSearch)
            {
                _json.WriteString("type"u8, "web_search_20250305"u8);
                _json.WriteString("name"u8, "web_search"u8);
            }
            else
            {
                _json.WriteString("name"u8, tool.Kind == ToolKind.Text ? context.Names.TargetOfText(tool.Name) : context.Names.Target(tool.Name));
                tool.WriteDescription(_json);
                _json.WritePropertyName("input_schema"u8);
                tool.WriteSchema(_json);
                if (tool.Strict == true)
                {
                    _json.WriteBoolean("strict"u8, true);
                }
            }

            _blocks.WriteCache(tool.Cache);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }

    private void WriteChoice(Conversation c, List<Tool> tools)
    {
        if (tools.Count == 0 || (c.Choice.Mode == ChoiceMode.Unset && c.ParallelCalls != false))
        {
            return;
        }

        _json.WriteStartObject("tool_choice"u8);
        switch (c.Choice.Mode)
        {
            case ChoiceMode.None:
                _json.WriteString("type"u8, "none"u8);
                break;
            case ChoiceMode.Required when c.Choice.Forced is { } name:
                _json.WriteString("type"u8, "tool"u8);
                _json.WriteString("name"u8, context.Names.Target(name));
                break;
            case ChoiceMode.Required:
                _json.WriteString("type"u8, "any"u8);
                break;
            default:
                _json.WriteString("type"u8, "auto"u8);
                break;
        }

        if (c.ParallelCalls is { } parallel && c.Choice.Mode != ChoiceMode.None)
        {
            _json.WriteBoolean("disable_parallel_tool_use"u8, !parallel);
        }

        _json.WriteEndObject();
    }

    /// <summary>
    /// Whether the model shall think. Anthropic does not let it where a tool is forced, nor (with a budget) where the
    /// turn that is under way has calls without the thoughts that led to them.
    /// </summary>
    private bool Thinks(Conversation c)
    {
        if (!c.Thinking.IsSet || c.Thinking.IsOff)
        {
            return false;
        }

        var forced = c.Choice.Mode == ChoiceMode.Required && c.Tools.Count > 0;
        var byBudget = AnthropicModels.ThinkByBudget(context.Model);
        var unsealed = byBudget
            && c.Messages is [.., { Role: Role.Assistant } call, { Role: Role.User } last]
            && last.Parts.Exists(part => part is ToolResultPart)
            && !call.Parts.Exists(part => part is ReasoningPart { Sealed: { Origin: ApiFormat.AnthropicMessages, IsSet: true } });
        var noRoom = byBudget && Bound(c) <= BudgetTokensMin;
        if (forced || unsealed || noRoom)
        {
            context.Drop("thinking");
            return false;
        }

        return true;
    }

    private void WriteThinking(Conversation c, bool thinks)
    {
        if (!thinks)
        {
            if (c.Thinking.IsOff)
            {
                _json.WriteStartObject("thinking"u8);
                _json.WriteString("type"u8, "disabled"u8);
                _json.WriteEndObject();
            }

            return;
        }

        _json.WriteStartObject("thinking"u8);
        if (AnthropicModels.ThinkByBudget(context.Model))
        {
            _json.WriteString("type"u8, "enabled"u8);
            _json.WriteNumber("budget_tokens"u8, Budget(c, Bound(c)));
        }
        else
        {
            _json.WriteString("type"u8, "adaptive"u8);
            if (c.Thinking.Shown is { } shown)
            {
                _json.WriteString("display"u8, shown ? "summarized"u8 : "omitted"u8);
            }
        }

        _json.WriteEndObject();
    }

    private static long Budget(Conversation c, long bound)
    {
        var wanted = c.Thinking.AsBudget() ?? 8_192;
        return Math.Max(BudgetTokensMin, Math.Min(wanted, c.Sampling.OutputTokensMax is null ? wanted : bound - 1));
    }

    private void WriteSampling(Conversation c, bool thinks)
    {
        var s = c.Sampling;
        if (thinks)
        {
            // With thinking, Anthropic takes only a temperature of 1 and no top_k.
            context.DropIf(!s.Temperature.IsNull() && s.Temperature.GetDouble() != 1, "temperature");
            context.DropIf(!s.TopP.IsNull(), "top_p");
            context.DropIf(!s.TopK.IsNull(), "top_k");
        }
        else
        {
            if (!s.Temperature.IsNull() && s.Temperature.GetDouble() > 1)
            {
                context.Drop("temperature(cut_to_1)");
                _json.WriteNumber("temperature"u8, 1);
            }
            else
            {
                _json.WriteElementIfSet("temperature"u8, s.Temperature);
            }

            if (!s.TopP.IsNull() && !s.Temperature.IsNull() && AnthropicModels.TakesOneOfTemperatureAndTopP(context.Model))
            {
                context.Drop("top_p");
            }
            else
            {
                _json.WriteElementIfSet("top_p"u8, s.TopP);
            }

            _json.WriteElementIfSet("top_k"u8, s.TopK);
        }

        context.DropIf(!s.Seed.IsNull(), "seed");
        context.DropIf(!s.PresencePenalty.IsNull() && s.PresencePenalty.GetDouble() != 0, "presence_penalty");
        context.DropIf(!s.FrequencyPenalty.IsNull() && s.FrequencyPenalty.GetDouble() != 0, "frequency_penalty");
        if (s.Stops.Count > 0)
        {
            _json.WriteStartArray("stop_sequences"u8);
            foreach (var stop in s.Stops)
            {
                stop.WriteTo(_json);
            }

            _json.WriteEndArray();
        }
    }

    private void WriteRest(Conversation c)
    {
        if (c.Output.Kind == OutputKind.JsonObject)
        {
            throw TranslationException.Meaning(c.Output.At, "Anthropic cannot promise JSON without a schema; ask for json_schema");
        }

        var effort = c.Thinking.Effort switch
        {
            Effort.Minimal => "low",
            Effort.Low => "low",
            Effort.Medium => "medium",
            Effort.High => "high",
            Effort.ExtraHigh => "xhigh",
            Effort.Max => "max",
            _ => "",
        };
        var byEffort = effort.Length > 0 && !AnthropicModels.ThinkByBudget(context.Model);
        if (byEffort || c.Output.Kind == OutputKind.JsonSchema)
        {
            _json.WriteStartObject("output_config"u8);
            if (byEffort)
            {
                _json.WriteString("effort"u8, effort);
            }

            if (c.Output.Kind == OutputKind.JsonSchema)
            {
                _json.WriteStartObject("format"u8);
                _json.WriteString("type"u8, "json_schema"u8);
                _json.WritePropertyName("schema"u8);
                _json.WriteRawValue(c.Output.Schema.Span, skipInputValidation: true);
                _json.WriteEndObject();
            }

            _json.WriteEndObject();
        }

        if (c.UserId.IsSet)
        {
            _json.WriteStartObject("metadata"u8);
            _json.WriteText("user_id"u8, c.UserId);
            _json.WriteEndObject();
        }

        if (c.ServiceTier is "auto" or "default")
        {
            _json.WriteString("service_tier"u8, c.ServiceTier == "auto" ? "auto"u8 : "standard_only"u8);
        }

        context.DropIf(c.ServiceTier is "flex" or "priority", "service_tier");
        context.DropIf(!c.Metadata.IsNull(), "metadata");
        context.DropIf(c.CacheKey.IsSet, "prompt_cache_key");
        context.DropIf(c.Verbosity.Length > 0, "verbosity");
    }
}
