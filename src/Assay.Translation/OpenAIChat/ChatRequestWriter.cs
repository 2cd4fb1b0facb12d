using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.OpenAIChat;

/// <summary>Writes the body of <c>POST /v1/chat/completions</c>.</summary>
internal sealed class ChatRequestWriter(WriteContext context)
{
    private const int StopsMax = 4;

    private readonly Utf8JsonWriter _json = context.Json;

    public void Write(Conversation c)
    {
        _json.WriteStartObject();
        _json.WriteString("model"u8, context.Model);
        if (context.Stream)
        {
            _json.WriteBoolean("stream"u8, true);
            _json.WriteStartObject("stream_options"u8);
            _json.WriteBoolean("include_usage"u8, true);
            _json.WriteEndObject();
        }

        WriteMessages(c);
        WriteTools(c);
        WriteSettings(c);
        _json.WriteEndObject();
    }

    private void WriteMessages(Conversation c)
    {
        _json.WriteStartArray("messages"u8);
        if (c.System.Count > 0)
        {
            BeginMessage("system"u8);
            WriteContent([.. c.System]);
            _json.WriteEndObject();
        }

        foreach (var message in c.Messages)
        {
            switch (message.Role)
            {
                case Role.System:
                    BeginMessage("system"u8);
                    WriteContent(message.Parts);
                    _json.WriteEndObject();
                    break;
                case Role.Assistant:
                    WriteAssistant(message);
                    break;
                default:
                    WriteUser(message);
                    break;
            }
        }

        _json.WriteEndArray();
    }

    private void BeginMessage(ReadOnlySpan<byte> role)
    {
        _json.WriteStartObject();
        _json.WriteString("role"u8, role);
    }

    /// <summary>Results of tools are messages of their own; pictures in them follow in the user's name.</summary>
    private void WriteUser(Message message)
    {
        var rest = new List<Part>();
        foreach (var part in message.Parts)
        {
            if (part is not ToolResultPart result)
            {
                rest.Add(part);
                continue;
            }

            context.DropIf(result.IsError, "tool_result.is_error");
            context.DropIf(result.Cache != CacheMark.None, "cache_control");
            BeginMessage("tool"u8);
            _json.WriteString("tool_call_id"u8, result.CallId);
            var texts = result.Content.FindAll(inner => inner is TextPart);
            var media = result.Content.FindAll(inner => inner is MediaPart);
            if (texts.Count == 0)
            {
                _json.WriteString("content"u8, media.Count > 0 ? "The result is in the user's next message."u8 : ""u8);
            }
            else
            {
                WriteContent(texts);
            }

            _json.WriteEndObject();
            rest.InsertRange(rest.FindLastIndex(inner => inner is MediaPart) + 1, media);
        }

        if (rest.Count > 0)
        {
            BeginMessage("user"u8);
            WriteContent(rest);
            _json.WriteEndObject();
        }
    }

    private void WriteAssistant(Message message)
    {
        BeginMessage("assistant"u8);
        var texts = message.Parts.FindAll(part => part is TextPart { Text.IsEmpty: false });
        var calls = message.Parts.FindAll(part => part is ToolCallPart);
        var media = message.Parts.Find(part => part is MediaPart);
        if (media is not null)
        {
            throw TranslationException.Meaning(media.At, "an image made by the model cannot stand in a Chat conversation");
        }

        if (texts.Count > 0)
        {
            WriteContent(texts);
        }
        else
        {
            // Some servers want the member, and some do not take null beside nothing else.
            _json.WritePropertyName("content"u8);
            if (calls.Count > 0)
            {
                _json.WriteNullValue();
            }
            else
            {
                _json.WriteStringValue(""u8);
            }
        }

        if (message.Parts.Find(part => part is RefusalPart) is RefusalPart refusal)
        {
            _json.WriteText("refusal"u8, refusal.Text);
        }

        var thought = message.Parts.Find(IsOpenThought) as ReasoningPart;
        if (thought is not null && calls.Count > 0 && !OpenAIModels.IsOpenAIs(context.Model))
        {
            // Open models that think between calls want the thoughts of the turn back under this name.
            _json.WriteText("reasoning_content"u8, thought.Text);
        }

        WriteCalls(message, calls.Count);
        _json.WriteEndObject();
    }

    /// <summary>A thought without a seal: only servers of open models give such.</summary>
    private static bool IsOpenThought(Part part) => part is ReasoningPart { Sealed.IsSet: false, Text: { IsSet: true, IsEmpty: false } };

    private void WriteCalls(Message message, int count)
    {
        RawText signature = default;
        if (count > 0)
        {
            _json.WriteStartArray("tool_calls"u8);
        }

        foreach (var part in message.Parts)
        {
            if (part is ReasoningPart reasoning)
            {
                if (reasoning.Sealed is { Origin: ApiFormat.Gemini, IsSet: true } && context.Model.Contains("gemini", StringComparison.Ordinal))
                {
                    signature = reasoning.Sealed.Value; // Google's own server for this format takes it.
                }
                else if (count == 0 || !IsOpenThought(part) || OpenAIModels.IsOpenAIs(context.Model))
                {
                    context.Drop("reasoning");
                }
            }
            else if (part is ToolCallPart call)
            {
                _json.WriteStartObject();
                _json.WriteString("id"u8, call.Id);
                _json.WriteString("type"u8, "function"u8);
                _json.WriteStartObject("function"u8);
                _json.WriteString("name"u8, call.IsText ? context.Names.TargetOfText(call.Name) : context.Names.Target(call.Name));
                _json.WritePropertyName("arguments"u8);
                call.WriteString(_json);
                _json.WriteEndObject();
                if (signature.IsSet)
                {
                    ChatReasoning.WriteGoogleSignature(_json, signature.Escaped);
                    signature = default;
                }

                _json.WriteEndObject();
                context.DropIf(call.Cache != CacheMark.None, "cache_control");
            }
        }

        if (count > 0)
        {
            _json.WriteEndArray();
        }
    }

    private void WriteContent(List<Part> parts)
    {
        foreach (var part in parts)
        {
            context.DropIf(part.Cache != CacheMark.None, "cache_control");
        }

        if (parts is [TextPart only])
        {
            _json.WriteText("content"u8, only.Text);
            return;
        }

        _json.WriteStartArray("content"u8);
        foreach (var part in parts)
        {
            switch (part)
            {
                case TextPart text:
                    WriteText(text.Text);
                    break;
                case RefusalPart refusal:
                    WriteText(refusal.Text);
                    break;
                case MediaPart media:
                    WriteMedia(media);
                    break;
                default:
                    context.Drop("reasoning");
                    break;
            }
        }

        _json.WriteEndArray();
    }

    private void WriteText(RawText text)
    {
        _json.WriteStartObject();
        _json.WriteString("type"u8, "text"u8);
        _json.WriteText("text"u8, text);
        _json.WriteEndObject();
    }

    private void WriteMedia(MediaPart media)
    {
        if (media.PlainText.IsSet)
        {
            if (media.Name.IsSet)
            {
                WriteText(media.Name);
            }

            WriteText(media.PlainText);
            return;
        }

        _json.WriteStartObject();
        switch (media.Kind)
        {
            case MediaKind.Image:
                _json.WriteString("type"u8, "image_url"u8);
                _json.WriteStartObject("image_url"u8);
                _json.WritePropertyName("url"u8);
                DataUrls.Write(_json, media);
                if (media.Detail.Length > 0)
                {
                    _json.WriteString("detail"u8, media.Detail);
                }

                _json.WriteEndObject();
                break;
            case MediaKind.Document when media.Data.IsSet:
                _json.WriteString("type"u8, "file"u8);
                _json.WriteStartObject("file"u8);
                _json.WriteText("filename"u8, media.Name.IsSet ? media.Name : RawText.Of("document.pdf"));
                _json.WritePropertyName("file_data"u8);
                DataUrls.Write(_json, media);
                _json.WriteEndObject();
                break;
            case MediaKind.Audio when media.Data.IsSet:
                _json.WriteString("type"u8, "input_audio"u8);
                _json.WriteStartObject("input_audio"u8);
                _json.WriteText("data"u8, media.Data);
                _json.WriteString("format"u8, media.MediaType is "audio/mp3" or "audio/mpeg" ? "mp3"u8 : "wav"u8);
                _json.WriteEndObject();
                break;
            default:
                throw TranslationException.Meaning(media.At, $"Chat Completions takes no {media.Kind.ToString().ToLowerInvariant()} by address");
        }

        _json.WriteEndObject();
    }

    private void WriteTools(Conversation c)
    {
        var tools = c.Tools.FindAll(tool => tool.Kind != ToolKind.WebSearch);
        context.DropIf(tools.Count < c.Tools.Count, "tools.web_search");
        if (tools.Count == 0)
        {
            return;
        }

        _json.WriteStartArray("tools"u8);
        foreach (var tool in tools)
        {
            context.DropIf(tool.Cache != CacheMark.None, "cache_control");
            context.DropIf(tool.TextForm.Length > 0, "tools.format(told_in_description)");
            _json.WriteStartObject();
            _json.WriteString("type"u8, "function"u8);
            _json.WriteStartObject("function"u8);
            _json.WriteString("name"u8, tool.Kind == ToolKind.Text ? context.Names.TargetOfText(tool.Name) : context.Names.Target(tool.Name));
            tool.WriteDescription(_json);
            _json.WritePropertyName("parameters"u8);
            tool.WriteSchema(_json);
            if (tool.Strict is { } strict)
            {
                _json.WriteBoolean("strict"u8, strict);
            }

            _json.WriteEndObject();
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        WriteChoice(c, tools);
        if (c.ParallelCalls is { } parallel)
        {
            _json.WriteBoolean("parallel_tool_calls"u8, parallel);
        }
    }

    private void WriteChoice(Conversation c, List<Tool> tools)
    {
        if (c.Choice.Forced is { } forced && !tools.Exists(tool => tool.Name == forced))
        {
            throw TranslationException.Meaning(c.Choice.At, "demands a tool that the model's format does not have");
        }

        // Free-text tools are functions here.
        OpenAIChoices.Write(_json, c.WithToolsAsFunctions(), context, isChat: true);
    }

    private void WriteSettings(Conversation c)
    {
        var s = c.Sampling;
        var reasons = OpenAIModels.Reasons(context.Model);
        _json.WriteNumberIfSet(reasons ? "max_completion_tokens"u8 : "max_tokens"u8, s.OutputTokensMax);
        OpenAISettings.WriteSampling(_json, s, context, c.Thinking);
        if (s.Stops.Count > 0)
        {
            if (s.Stops.Count > StopsMax)
            {
                throw TranslationException.Meaning(s.StopsAt, $"Chat Completions takes at most {StopsMax} stop sequences");
            }

            _json.WriteStartArray("stop"u8);
            foreach (var stop in s.Stops)
            {
                stop.WriteTo(_json);
            }

            _json.WriteEndArray();
        }

        if (!reasons)
        {
            _json.WriteElementIfSet("seed"u8, s.Seed);
            _json.WriteElementIfSet("presence_penalty"u8, s.PresencePenalty);
            _json.WriteElementIfSet("frequency_penalty"u8, s.FrequencyPenalty);
        }

        context.DropIf(!s.TopK.IsNull(), "top_k");
        WriteThinking(c.Thinking, reasons);
        WriteFormat(c.Output);
        OpenAISettings.WriteCommon(_json, c, context, "verbosity"u8);
    }

    private void WriteThinking(Thinking thinking, bool reasons)
    {
        var effort = thinking.AsEffort();
        if (effort is Effort.Unset || (effort == Effort.None && !reasons))
        {
            return; // Left to the model, or nothing to turn off.
        }

        // Only by name is it known that the server understands: others refuse the whole call over this member.
        if (reasons || context.Model.Contains("gpt-oss", StringComparison.Ordinal) || context.Model.Contains("gemini", StringComparison.Ordinal))
        {
            _json.WriteString("reasoning_effort"u8, Thinking.OpenAIName(effort));
        }
        else
        {
            context.Drop("thinking");
        }
    }

    private void WriteFormat(OutputFormat output)
    {
        switch (output.Kind)
        {
            case OutputKind.JsonObject:
                _json.WriteStartObject("response_format"u8);
                _json.WriteString("type"u8, "json_object"u8);
                _json.WriteEndObject();
                break;
            case OutputKind.JsonSchema:
                _json.WriteStartObject("response_format"u8);
                _json.WriteString("type"u8, "json_schema"u8);
                _json.WriteStartObject("json_schema"u8);
                OpenAISettings.WriteSchema(_json, output);
                _json.WriteEndObject();
                _json.WriteEndObject();
                break;
        }
    }
}
