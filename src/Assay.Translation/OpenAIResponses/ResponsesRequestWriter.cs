using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;
using Assay.Translation.OpenAIChat;

namespace Assay.Translation.OpenAIResponses;

/// <summary>Writes the body of <c>POST /v1/responses</c>.</summary>
internal sealed class ResponsesRequestWriter(WriteContext context)
{
    private readonly Utf8JsonWriter _json = context.Json;

    public void Write(Conversation c)
    {
        _json.WriteStartObject();
        _json.WriteString("model"u8, context.Model);
        if (context.Stream)
        {
            _json.WriteBoolean("stream"u8, true);
        }

        // The client did not ask for its conversation to be kept; OpenAI's default would keep it.
        _json.WriteBoolean("store"u8, false);
        if (c.System.Count > 0)
        {
            context.DropIf(c.System[0].Cache != CacheMark.None, "cache_control");
            _json.WriteText("instructions"u8, c.System[0].Text);
        }

        WriteInput(c);
        WriteTools(c);
        WriteSettings(c);
        _json.WriteEndObject();
    }

    private void WriteInput(Conversation c)
    {
        _json.WriteStartArray("input"u8);
        if (c.System.Count > 1)
        {
            WriteMessage("developer"u8, [.. c.System.Skip(1)], "input_text"u8);
        }

        foreach (var message in c.Messages)
        {
            switch (message.Role)
            {
                case Role.System:
                    WriteMessage("developer"u8, message.Parts, "input_text"u8);
                    break;
                case Role.User:
                    WriteTurn(message.Parts, "user"u8, "input_text"u8);
                    break;
                default:
                    WriteTurn(message.Parts, "assistant"u8, "output_text"u8);
                    break;
            }
        }

        _json.WriteEndArray();
    }

    /// <summary>Calls, results and thoughts are items of their own between the messages.</summary>
    private void WriteTurn(List<Part> parts, ReadOnlySpan<byte> role, ReadOnlySpan<byte> textType)
    {
        var open = new List<Part>();
        foreach (var part in parts)
        {
            if (part is ToolCallPart or ToolResultPart or ReasoningPart)
            {
                WriteMessage(role, open, textType);
                open.Clear();
                WriteItem(part);
            }
            else
            {
                open.Add(part);
            }
        }

        WriteMessage(role, open, textType);
    }

    private void WriteMessage(ReadOnlySpan<byte> role, List<Part> parts, ReadOnlySpan<byte> textType)
    {
        if (parts.Count == 0)
        {
            return;
        }

        _json.WriteStartObject();
        _json.WriteString("type"u8, "message"u8);
        _json.WriteString("role"u8, role);
        _json.WriteStartArray("content"u8);
        foreach (var part in parts)
        {
            WriteContent(part, textType);
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    private void WriteContent(Part part, ReadOnlySpan<byte> textType)
    {
        context.DropIf(part.Cache != CacheMark.None, "cache_control");
        switch (part)
        {
            case TextPart text:
                WriteText(text.Text, textType);
                break;
            case RefusalPart refusal:
                _json.WriteStartObject();
                _json.WriteString("type"u8, "refusal"u8);
                _json.WriteText("refusal"u8, refusal.Text);
                _json.WriteEndObject();
                break;
            case MediaPart { PlainText.IsSet: true } plain:
                if (plain.Name.IsSet)
                {
                    WriteText(plain.Name, textType);
                }

                WriteText(plain.PlainText, textType);
                break;
            case MediaPart media:
                WriteMedia(media);
                break;
            default:
                context.Drop("reasoning");
                break;
        }
    }

    private void WriteText(RawText text, ReadOnlySpan<byte> type)
    {
        _json.WriteStartObject();
        _json.WriteString("type"u8, type);
        _json.WriteText("text"u8, text);
        _json.WriteEndObject();
    }

    private void WriteMedia(MediaPart media)
    {
        _json.WriteStartObject();
        switch (media.Kind)
        {
            case MediaKind.Image:
                _json.WriteString("type"u8, "input_image"u8);
                _json.WritePropertyName("image_url"u8);
                DataUrls.Write(_json, media);
                _json.WriteString("detail"u8, media.Detail.Length > 0 ? media.Detail : "auto");
                break;
            case MediaKind.Document:
                _json.WriteString("type"u8, "input_file"u8);
                if (media.Url.IsSet)
                {
                    _json.WriteText("file_url"u8, media.Url);
                    context.DropIf(media.Name.IsSet, "document.name");
                }
                else
                {
                    _json.WriteText("filename"u8, media.Name.IsSet ? media.Name : RawText.Of("document.pdf"));
                    _json.WritePropertyName("file_data"u8);
                    DataUrls.Write(_json, media);
                }

                break;
            case MediaKind.Audio when media.Data.IsSet:
                _json.WriteString("type"u8, "input_audio"u8);
                _json.WriteStartObject("input_audio"u8);
                _json.WriteText("data"u8, media.Data);
                _json.WriteString("format"u8, media.MediaType is "audio/mp3" or "audio/mpeg" ? "mp3"u8 : "wav"u8);
                _json.WriteEndObject();
                break;
            default:
                throw TranslationException.Meaning(media.At, "OpenAI takes no video");
        }

        _json.WriteEndObject();
    }

    private void WriteItem(Part part)
    {
        context.DropIf(part.Cache != CacheMark.None, "cache_control");
        if (part is ReasoningPart reasoning)
        {
            WriteReasoning(reasoning);
            return;
        }

        _json.WriteStartObject();
        if (part is ToolCallPart call)
        {
            _json.WriteString("type"u8, call.IsText ? "custom_tool_call"u8 : "function_call"u8);
            _json.WriteString("call_id"u8, call.Id);
            _json.WriteString("name"u8, context.Names.Target(call.Name));
            _json.WritePropertyName(call.IsText ? "input"u8 : "arguments"u8);
            call.Arguments.WriteAsText(_json);
            _texts.UnionWith(call.IsText ? [call.Id] : []);
        }
        else if (part is ToolResultPart result)
        {
            context.DropIf(result.IsError, "tool_result.is_error");
            _json.WriteString("type"u8, _texts.Contains(result.CallId) ? "custom_tool_call_output"u8 : "function_call_output"u8);
            _json.WriteString("call_id"u8, result.CallId);
            WriteOutput(result);
        }

        _json.WriteEndObject();
    }

    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);

    private void WriteOutput(ToolResultPart result)
    {
        if (result.Content is [] or [TextPart])
        {
            _json.WriteText("output"u8, result.Content is [TextPart only] ? only.Text : RawText.Of(""));
            return;
        }

        _json.WriteStartArray("output"u8);
        foreach (var part in result.Content)
        {
            WriteContent(part, "input_text"u8);
        }

        _json.WriteEndArray();
    }

    private void WriteReasoning(ReasoningPart reasoning)
    {
        if (reasoning.Sealed is not { Origin: ApiFormat.OpenAIResponses, IsSet: true })
        {
            context.Drop("reasoning");
            return;
        }

        _json.WriteStartObject();
        _json.WriteString("type"u8, "reasoning"u8);
        _json.WriteStartArray("summary"u8);
        if (reasoning.Text is { IsSet: true, IsEmpty: false })
        {
            WriteText(reasoning.Text, "summary_text"u8);
        }

        _json.WriteEndArray();
        _json.WriteText("encrypted_content"u8, reasoning.Sealed.Value);
        _json.WriteEndObject();
    }

    private void WriteTools(Conversation c)
    {
        if (c.Tools.Count == 0)
        {
            return;
        }

        _json.WriteStartArray("tools"u8);
        foreach (var tool in c.Tools)
        {
            context.DropIf(tool.Cache != CacheMark.None, "cache_control");
            _json.WriteStartObject();
            if (tool.Kind == ToolKind.WebSearch)
            {
                _json.WriteString("type"u8, "web_search"u8);
            }
            else
            {
                _json.WriteString("type"u8, tool.Kind == ToolKind.Text ? "custom"u8 : "function"u8);
                _json.WriteString("name"u8, context.Names.Target(tool.Name));
                tool.WriteDescription(_json);
                if (tool.Kind == ToolKind.Function)
                {
                    _json.WritePropertyName("parameters"u8);
                    tool.WriteSchema(_json);

                    // Left out, Responses makes every schema strict, and so another one.
                    _json.WriteBoolean("strict"u8, tool.Strict ?? false);
                }
            }

            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        OpenAIChoices.Write(_json, c, context, isChat: false);
        if (c.ParallelCalls is { } parallel)
        {
            _json.WriteBoolean("parallel_tool_calls"u8, parallel);
        }
    }

    private void WriteSettings(Conversation c)
    {
        var s = c.Sampling;
        if (s.Stops.Count > 0)
        {
            throw TranslationException.Meaning(s.StopsAt, "Responses has no stop sequences; the answer would run past them");
        }

        _json.WriteNumberIfSet("max_output_tokens"u8, s.OutputTokensMax);
        OpenAISettings.WriteSampling(_json, s, context, c.Thinking);
        context.DropIf(!s.TopK.IsNull(), "top_k");
        context.DropIf(!s.Seed.IsNull(), "seed");
        context.DropIf(!s.PresencePenalty.IsNull() && s.PresencePenalty.GetDouble() != 0, "presence_penalty");
        context.DropIf(!s.FrequencyPenalty.IsNull() && s.FrequencyPenalty.GetDouble() != 0, "frequency_penalty");
        WriteThinking(c.Thinking);
        if (c.Output.Kind != OutputKind.Text || c.Verbosity.Length > 0)
        {
            WriteTextSettings(c);
        }

        OpenAISettings.WriteCommon(_json, c, context, default);
    }

    private void WriteThinking(Thinking thinking)
    {
        if (!OpenAIModels.Reasons(context.Model))
        {
            context.DropIf(thinking.IsSet && !thinking.IsOff, "thinking");
            return;
        }

        var effort = thinking.AsEffort();
        if (effort != Effort.Unset || thinking.Shown == true)
        {
            _json.WriteStartObject("reasoning"u8);
            if (effort != Effort.Unset)
            {
                _json.WriteString("effort"u8, Thinking.OpenAIName(effort));
            }

            if (thinking.Shown == true)
            {
                _json.WriteString("summary"u8, "auto"u8);
            }

            _json.WriteEndObject();
        }

        if (!thinking.IsOff)
        {
            // So that the next turn can give the thoughts back, although nothing is stored.
            _json.WriteStartArray("include"u8);
            _json.WriteStringValue("reasoning.encrypted_content"u8);
            _json.WriteEndArray();
        }
    }

    private void WriteTextSettings(Conversation c)
    {
        _json.WriteStartObject("text"u8);
        if (c.Output.Kind != OutputKind.Text)
        {
            _json.WriteStartObject("format"u8);
            _json.WriteString("type"u8, c.Output.Kind == OutputKind.JsonObject ? "json_object"u8 : "json_schema"u8);
            if (c.Output.Kind == OutputKind.JsonSchema)
            {
                OpenAISettings.WriteSchema(_json, c.Output);
            }

            _json.WriteEndObject();
        }

        if (c.Verbosity.Length > 0)
        {
            _json.WriteString("verbosity"u8, c.Verbosity);
        }

        _json.WriteEndObject();
    }
}
