using System.Buffers;
using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.Gemini;

/// <summary>Writes the body of <c>:generateContent</c>; the model and the stream are in its address.</summary>
internal sealed class GeminiRequestWriter(WriteContext context)
{
    private const int StopsMax = 5;
    private const long BudgetTokensMax = 24_576;

    private readonly Utf8JsonWriter _json = context.Json;

    /// <summary>Gemini 3 refuses a call in its history without a signature; this one it takes for calls of others.</summary>
    private readonly bool _needsSignatures = !context.Model.Contains("gemini-1", StringComparison.Ordinal)
        && !context.Model.Contains("gemini-2", StringComparison.Ordinal);

    private byte[] _signature = [];

    public void Write(Conversation c)
    {
        _json.WriteStartObject();
        WriteSystem(c);
        WriteContents(c);
        WriteTools(c);
        WriteConfig(c);
        if (c.ServiceTier is "flex" or "priority")
        {
            _json.WriteString("serviceTier"u8, c.ServiceTier);
        }

        context.DropIf(c.UserId.IsSet, "user_id");
        context.DropIf(!c.Metadata.IsNull(), "metadata");
        context.DropIf(c.CacheKey.IsSet, "prompt_cache_key");
        context.DropIf(c.Verbosity.Length > 0, "verbosity");
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

        _json.WriteStartObject("systemInstruction"u8);
        _json.WriteStartArray("parts"u8);
        foreach (var part in c.System.Concat(later))
        {
            WritePart(part);
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    private void WriteContents(Conversation c)
    {
        _json.WriteStartArray("contents"u8);
        foreach (var message in c.Messages)
        {
            if (message.Role == Role.System)
            {
                continue;
            }

            _json.WriteStartObject();
            _json.WriteString("role"u8, message.Role == Role.User ? "user"u8 : "model"u8);
            _json.WriteStartArray("parts"u8);
            var first = true;
            foreach (var part in message.Parts)
            {
                if (part is ToolCallPart && first)
                {
                    // Only the first of parallel calls carries a signature.
                    first = false;
                    _signature = _signature.Length == 0 && _needsSignatures ? "skip_thought_signature_validator"u8.ToArray() : _signature;
                }

                WritePart(part);
            }

            if (_signature.Length > 0)
            {
                _json.WriteStartObject();
                _json.WriteString("text"u8, ""u8);
                WriteSignature();
                _json.WriteEndObject();
            }

            _json.WriteEndArray();
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }

    private void WritePart(Part part)
    {
        context.DropIf(part.Cache != CacheMark.None, "cache_control");
        switch (part)
        {
            case TextPart text:
                WriteText(text.Text);
                break;
            case RefusalPart refusal:
                WriteText(refusal.Text);
                break;
            case MediaPart { PlainText.IsSet: true } plain:
                if (plain.Name.IsSet)
                {
                    WriteText(plain.Name);
                }

                WriteText(plain.PlainText);
                break;
            case MediaPart media:
                context.DropIf(media.Detail.Length > 0 && media.Detail != "auto", "image.detail");
                context.DropIf(media.Name.IsSet, "document.name");
                GeminiMedia.Write(_json, media);
                break;
            case ToolCallPart call:
                _json.WriteStartObject();
                _json.WriteStartObject("functionCall"u8);
                _json.WriteString("id"u8, call.Id);
                _json.WriteString("name"u8, call.IsText ? context.Names.TargetOfText(call.Name) : context.Names.Target(call.Name));
                _json.WritePropertyName("args"u8);
                context.DropIf(!call.WriteObject(_json), "tool_call.arguments(not_json)");
                _json.WriteEndObject();
                WriteSignature();
                _json.WriteEndObject();
                break;
            case ToolResultPart result:
                WriteResult(result);
                break;
            case ReasoningPart { Sealed: { Origin: ApiFormat.Gemini, IsSet: true } } reasoning:
                _signature = reasoning.Sealed.Value.Escaped.ToArray(); // Stands with the part that follows.
                break;
            default:
                context.Drop("reasoning");
                break;
        }
    }

    private void WriteText(RawText text)
    {
        if (text.IsEmpty)
        {
            return;
        }

        _json.WriteStartObject();
        _json.WriteText("text"u8, text);
        WriteSignature();
        _json.WriteEndObject();
    }

    private void WriteSignature()
    {
        if (_signature.Length > 0)
        {
            _json.WritePropertyName("thoughtSignature"u8);
            _json.WriteEscaped(_signature);
            _signature = [];
        }
    }

    private void WriteResult(ToolResultPart result)
    {
        _json.WriteStartObject();
        _json.WriteStartObject("functionResponse"u8);
        _json.WriteString("id"u8, result.CallId);
        _json.WriteString("name"u8, context.Names.Target(result.Name));
        _json.WritePropertyName("response"u8);
        var texts = result.Content.OfType<TextPart>().Select(part => part.Text).ToList();
        WriteResponse(texts, result.IsError);
        var media = result.Content.OfType<MediaPart>().ToList();
        if (media.Count > 0)
        {
            _json.WriteStartArray("parts"u8);
            foreach (var one in media)
            {
                WritePart(one);
            }

            _json.WriteEndArray();
        }

        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    /// <summary>A response is an object: the text's own if it is one, else the text under Google's names for it.</summary>
    private void WriteResponse(List<RawText> texts, bool isError)
    {
        if (!isError && texts is [var only])
        {
            var plain = new ArrayBufferWriter<byte>(only.Escaped.Length + 1);
            if (only.Escaped.TrimStart((byte)' ').StartsWith("{"u8)
                && JsonEscape.TryUnescape(only.Escaped, plain)
                && Arguments.TryParseObject(plain.WrittenMemory, out var document))
            {
                using (document)
                {
                    _json.WriteElement(document!.RootElement);
                }

                return;
            }
        }

        _json.WriteStartObject();
        _json.WritePropertyName(isError ? "error"u8 : "output"u8);
        var joined = new ArrayBufferWriter<byte>();
        foreach (var text in texts)
        {
            joined.Write(joined.WrittenCount > 0 ? "\\n"u8 : default);
            joined.Write(text.Escaped);
        }

        _json.WriteEscaped(joined.WrittenSpan);
        _json.WriteEndObject();
    }

    private void WriteTools(Conversation c)
    {
        if (c.Tools.Count == 0)
        {
            return;
        }

        var functions = c.Tools.FindAll(tool => tool.Kind != ToolKind.WebSearch);
        _json.WriteStartArray("tools"u8);
        if (functions.Count > 0)
        {
            _json.WriteStartObject();
            _json.WriteStartArray("functionDeclarations"u8);
            foreach (var tool in functions)
            {
                context.DropIf(tool.Cache != CacheMark.None, "cache_control");
                context.DropIf(tool.Strict == true, "tools.strict");
                context.DropIf(tool.TextForm.Length > 0, "tools.format(told_in_description)");
                _json.WriteStartObject();
                _json.WriteString("name"u8, tool.Kind == ToolKind.Text ? context.Names.TargetOfText(tool.Name) : context.Names.Target(tool.Name));
                tool.WriteDescription(_json);
                _json.WritePropertyName("parametersJsonSchema"u8);
                tool.WriteSchema(_json);
                _json.WriteEndObject();
            }

            _json.WriteEndArray();
            _json.WriteEndObject();
        }

        if (functions.Count < c.Tools.Count)
        {
            if (functions.Count > 0)
            {
                context.Drop("tools.web_search"); // Gemini takes a search or functions, not both.
            }
            else
            {
                context.DropIf(c.Tools.Exists(tool => tool.Cache != CacheMark.None), "cache_control");
                _json.WriteStartObject();
                _json.WriteStartObject("googleSearch"u8);
                _json.WriteEndObject();
                _json.WriteEndObject();
            }
        }

        _json.WriteEndArray();
        WriteChoice(c, functions);
        context.DropIf(c.ParallelCalls == false, "parallel_tool_calls");
    }

    private void WriteChoice(Conversation c, List<Tool> functions)
    {
        if (c.Choice.Forced is { } forced && !functions.Exists(tool => tool.Name == forced))
        {
            throw TranslationException.Meaning(c.Choice.At, "demands a tool that the model's format does not have");
        }

        if (c.Choice.Mode == ChoiceMode.Unset || functions.Count == 0)
        {
            return;
        }

        _json.WriteStartObject("toolConfig"u8);
        _json.WriteStartObject("functionCallingConfig"u8);
        _json.WriteString("mode"u8, c.Choice.Mode switch
        {
            ChoiceMode.None => "NONE"u8,
            ChoiceMode.Required => "ANY"u8,
            _ when c.Choice.Names.Count > 0 => "VALIDATED"u8,
            _ => "AUTO"u8,
        });
        if (c.Choice.Names.Count > 0)
        {
            _json.WriteStartArray("allowedFunctionNames"u8);
            foreach (var name in c.Choice.Names)
            {
                _json.WriteStringValue(context.Names.Target(name));
            }

            _json.WriteEndArray();
        }

        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private void WriteConfig(Conversation c)
    {
        var s = c.Sampling;
        _json.WriteStartObject("generationConfig"u8);
        _json.WriteNumberIfSet("maxOutputTokens"u8, s.OutputTokensMax);
        _json.WriteElementIfSet("temperature"u8, s.Temperature);
        _json.WriteElementIfSet("topP"u8, s.TopP);
        _json.WriteElementIfSet("topK"u8, s.TopK);
        _json.WriteElementIfSet("seed"u8, s.Seed);
        _json.WriteElementIfSet("presencePenalty"u8, s.PresencePenalty);
        _json.WriteElementIfSet("frequencyPenalty"u8, s.FrequencyPenalty);
        if (s.Stops.Count > StopsMax)
        {
            throw TranslationException.Meaning(s.StopsAt, $"Gemini takes at most {StopsMax} stop sequences");
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

        if (c.Output.Kind != OutputKind.Text)
        {
            _json.WriteString("responseMimeType"u8, "application/json"u8);
            context.DropIf(c.Output.Description.IsSet, "response_format.description");
            if (c.Output.Kind == OutputKind.JsonSchema)
            {
                _json.WritePropertyName("responseJsonSchema"u8);
                _json.WriteRawValue(c.Output.Schema.Span, skipInputValidation: true);
            }
        }

        WriteThinking(c.Thinking);
        _json.WriteEndObject();
    }

    private void WriteThinking(Thinking thinking)
    {
        if (!thinking.IsSet)
        {
            return;
        }

        _json.WriteStartObject("thinkingConfig"u8);
        if (thinking.Effort != Effort.Unset && _needsSignatures)
        {
            _json.WriteString("thinkingLevel"u8, thinking.Effort switch
            {
                Effort.None or Effort.Minimal => context.Model.Contains("pro", StringComparison.Ordinal) ? "low"u8 : "minimal"u8,
                Effort.Low => "low"u8,
                Effort.Medium => "medium"u8,
                _ => "high"u8,
            });
            context.DropIf(thinking.Effort == Effort.None, "thinking=off(least)");
        }
        else if (thinking.AsBudget() is { } budget)
        {
            // Pro models cannot be told not to think.
            var least = context.Model.Contains("pro", StringComparison.Ordinal) ? 128 : 0;
            _json.WriteNumber("thinkingBudget"u8, Math.Clamp(budget, least, BudgetTokensMax));
        }
        else
        {
            _json.WriteNumber("thinkingBudget"u8, -1);
        }

        if (thinking.Shown is { } shown && !thinking.IsOff)
        {
            _json.WriteBoolean("includeThoughts"u8, shown);
        }

        _json.WriteEndObject();
    }
}
