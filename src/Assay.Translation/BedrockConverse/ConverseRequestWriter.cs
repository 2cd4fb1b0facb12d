using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.BedrockConverse;

/// <summary>
/// Writes the body of Bedrock's <c>Converse</c> and <c>ConverseStream</c>, one for models of every maker there. Neither model
/// nor stream stands in it: the path says both.
/// </summary>
internal sealed class ConverseRequestWriter(WriteContext context)
{
    private readonly Utf8JsonWriter _json = context.Json;
    private readonly ConverseBlocks _blocks = new(context);
    private bool _thinks;

    public void Write(Conversation c)
    {
        // A tool cannot be forced on a Claude that thinks.
        var isForced = c.Choice.Mode == ChoiceMode.Required && c.Tools.Count > 0 && ConverseModels.IsClaude(context.Model);
        context.DropIf(isForced && c.Thinking.IsSet && !c.Thinking.IsOff, "thinking");
        _thinks = c.Thinking.IsSet && !c.Thinking.IsOff && !isForced;
        _json.WriteStartObject();
        WriteSystem(c);
        Turns.Write(_json, c, "Bedrock", _blocks.Write);
        WriteInference(c);
        WriteTools(c);
        WriteThinking(c);
        WriteOutput(c);
        WriteRest(c);
        _json.WriteEndObject();
    }

    private void WriteSystem(Conversation c)
    {
        var later = c.Messages.Where(message => message.Role == Role.System).SelectMany(message => message.Parts).ToList();
        context.DropIf(later.Count > 0, "messages.role=system(moved_to_system)");
        if (c.System.Count + later.Count == 0)
        {
            return;
        }

        _json.WriteStartArray("system"u8);
        foreach (var part in c.System.Concat(later))
        {
            _blocks.Write(part);
        }

        _json.WriteEndArray();
    }

    private void WriteInference(Conversation c)
    {
        var s = c.Sampling;
        var isClaudeThinking = _thinks && ConverseModels.IsClaude(context.Model);
        context.DropIf(isClaudeThinking && !s.Temperature.IsNull() && s.Temperature.GetDouble() != 1, "temperature");
        context.DropIf(isClaudeThinking && !s.TopP.IsNull(), "top_p");
        var bound = s.OutputTokensMax ?? (context.Options.OutputTokensMax > 0 ? context.Options.OutputTokensMax : null);
        _json.WriteStartObject("inferenceConfig"u8);
        _json.WriteNumberIfSet("maxTokens"u8, bound);
        if (isClaudeThinking)
        {
            // It takes neither where it thinks.
        }
        else if (!s.Temperature.IsNull() && s.Temperature.GetDouble() > 1)
        {
            context.Drop("temperature(cut_to_1)");
            _json.WriteNumber("temperature"u8, 1);
        }
        else
        {
            _json.WriteElementIfSet("temperature"u8, s.Temperature);
        }

        if (!isClaudeThinking)
        {
            _json.WriteElementIfSet("topP"u8, s.TopP);
        }

        if (s.Stops.Count > 0)
        {
            _json.WriteStartArray("stopSequences"u8);
            foreach (var stop in s.Stops)
            {
                stop.WriteTo(_json);
            }

            _json.WriteEndArray();
        }

        _json.WriteEndObject();
        context.DropIf(!s.TopK.IsNull(), "top_k");
        context.DropIf(!s.Seed.IsNull(), "seed");
        context.DropIf(!s.PresencePenalty.IsNull() && s.PresencePenalty.GetDouble() != 0, "presence_penalty");
        context.DropIf(!s.FrequencyPenalty.IsNull() && s.FrequencyPenalty.GetDouble() != 0, "frequency_penalty");
    }

    private void WriteTools(Conversation c)
    {
        var names = c.Choice.Names;
        var tools = c.Tools.FindAll(tool => tool.Kind != ToolKind.WebSearch
            && (names.Count == 0 || c.Choice.Forced is not null || names.Contains(tool.Name)));
        context.DropIf(c.Tools.Exists(tool => tool.Kind == ToolKind.WebSearch), "tools.web_search");
        if (tools.Count == 0 || c.Choice.Mode == ChoiceMode.None)
        {
            WriteCalledTools(c);
            return;
        }

        _json.WriteStartObject("toolConfig"u8);
        _json.WriteStartArray("tools"u8);
        foreach (var tool in tools)
        {
            WriteTool(tool);
        }

        _json.WriteEndArray();
        WriteChoice(c.Choice);
        _json.WriteEndObject();
        context.DropIf(c.ParallelCalls == false, "parallel_tool_calls");
    }

    /// <summary>
    /// Bedrock has no word for "none", so what may not be called is not offered; but it refuses a conversation with calls
    /// whose tools are not stated. These are, with the words that they are not to be called.
    /// </summary>
    private void WriteCalledTools(Conversation c)
    {
        var called = c.Messages.SelectMany(message => message.Parts).OfType<ToolCallPart>().DistinctBy(call => call.Name).ToList();
        if (called.Count == 0)
        {
            return;
        }

        _json.WriteStartObject("toolConfig"u8);
        _json.WriteStartArray("tools"u8);
        foreach (var call in called)
        {
            WriteTool(new Tool(call.IsText ? ToolKind.Text : ToolKind.Function, call.Name)
            {
                Description = RawText.Of("Not available now: do not call it."),
            });
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
        context.DropIf(c.Choice.Mode == ChoiceMode.None, "tool_choice=none(told_in_words)");
    }

    private void WriteTool(Tool tool)
    {
        _json.WriteStartObject();
        _json.WriteStartObject("toolSpec"u8);
        _json.WriteString("name"u8, tool.Kind == ToolKind.Text ? context.Names.TargetOfText(tool.Name) : context.Names.Target(tool.Name));
        tool.WriteDescription(_json);
        _json.WriteStartObject("inputSchema"u8);
        _json.WritePropertyName("json"u8);
        tool.WriteSchema(_json);
        _json.WriteEndObject();
        if (tool.Strict == true)
        {
            _json.WriteBoolean("strict"u8, true);
        }

        _json.WriteEndObject();
        _json.WriteEndObject();
        _blocks.WriteCache(tool.Cache);
    }

    private void WriteChoice(ToolChoice choice)
    {
        if (choice.Mode == ChoiceMode.Unset)
        {
            return;
        }

        _json.WriteStartObject("toolChoice"u8);
        if (choice.Forced is { } name)
        {
            _json.WriteStartObject("tool"u8);
            _json.WriteString("name"u8, context.Names.Target(name));
        }
        else
        {
            _json.WriteStartObject(choice.Mode == ChoiceMode.Required ? "any"u8 : "auto"u8);
        }

        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private void WriteThinking(Conversation c)
    {
        if (!_thinks && !c.Thinking.IsOff)
        {
            return;
        }

        _json.WriteStartObject("additionalModelRequestFields"u8);
        var lost = ConverseModels.WriteThinking(_json, context.Model, c);
        _json.WriteEndObject();
        context.DropIf(lost.Length > 0, lost);
    }

    private void WriteOutput(Conversation c)
    {
        if (c.Output.Kind == OutputKind.JsonObject)
        {
            throw TranslationException.Meaning(c.Output.At, "Bedrock cannot promise JSON without a schema; ask for json_schema");
        }

        if (c.Output.Kind != OutputKind.JsonSchema)
        {
            return;
        }

        _json.WriteStartObject("outputConfig"u8);
        _json.WriteStartObject("textFormat"u8);
        _json.WriteString("type"u8, "json_schema"u8);
        _json.WriteStartObject("structure"u8);
        _json.WriteStartObject("jsonSchema"u8);

        // The schema is a text here, not an object.
        _json.WritePropertyName("schema"u8);
        _json.WriteEscaped(JsonEscape.Escaped(c.Output.Schema.Span));
        _json.WriteTextIfSet("name"u8, c.Output.Name);
        _json.WriteTextIfSet("description"u8, c.Output.Description);
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private void WriteRest(Conversation c)
    {
        if (c.ServiceTier is "flex" or "priority" or "default")
        {
            _json.WriteStartObject("serviceTier"u8);
            _json.WriteString("type"u8, c.ServiceTier);
            _json.WriteEndObject();
        }

        context.DropIf(c.UserId.IsSet, "user");
        context.DropIf(!c.Metadata.IsNull(), "metadata");
        context.DropIf(c.CacheKey.IsSet, "prompt_cache_key");
        context.DropIf(c.Verbosity.Length > 0, "verbosity");
    }
}
