using System.Text.Json;
using Assay.Translation.Anthropic;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.OpenAIChat;

/// <summary>Reads the body of <c>POST /v1/chat/completions</c>.</summary>
internal sealed class ChatRequestReader(ReadContext context)
{
    private readonly Conversation _c = new();

    public Conversation Read(JsonElement root)
    {
        foreach (var member in root.EnumerateObject())
        {
            var value = member.Value;
            if (value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            switch (member.Name)
            {
                case "model": _c.Model = value.Name(); break;
                case "stream": _c.Stream = value.AsBool(); break;
                case "stream_options": ReadStreamOptions(value); break;
                case "max_tokens": _c.Sampling.OutputTokensMax ??= value.AsWhole(); break;
                case "max_completion_tokens": _c.Sampling.OutputTokensMax = value.AsWhole(); break;
                case "temperature": _c.Sampling.Temperature = value.AsNumber(); break;
                case "top_p": _c.Sampling.TopP = value.AsNumber(); break;
                case "top_k": _c.Sampling.TopK = value.AsNumber(); break;
                case "seed": _c.Sampling.Seed = value.AsNumber(); break;
                case "presence_penalty": _c.Sampling.PresencePenalty = value.AsNumber(); break;
                case "frequency_penalty": _c.Sampling.FrequencyPenalty = value.AsNumber(); break;
                case "stop": ReadStops(value); break;
                case "messages": ReadMessages(value); break;
                case "tools": ReadTools(value); break;
                case "tool_choice": _c.Choice = OpenAIChoices.Read(value, isChat: true); break;
                case "parallel_tool_calls": _c.ParallelCalls = value.AsBool(); break;
                case "reasoning_effort": _c.Thinking = new Thinking { Effort = Thinking.Parse(value.Name()) }; break;
                case "response_format": _c.Output = ReadFormat(value); break;
                case "verbosity": _c.Verbosity = value.Name(); break;
                case "user": _c.UserId = RawText.Of(value); break;
                case "safety_identifier": _c.UserId = _c.UserId.IsSet ? _c.UserId : RawText.Of(value); break;
                case "prompt_cache_key": _c.CacheKey = RawText.Of(value); break;
                case "metadata": _c.Metadata = value.AsObject(); break;
                case "service_tier": _c.ServiceTier = value.Name(); break;
                case "web_search_options":
                    OpenAITools.NameUnknown(value.AsObject(), "web_search_options", context);
                    _c.Tools.Add(new Tool(ToolKind.WebSearch, "web_search") { At = value });
                    break;
                case "n" when value.AsWhole() != 1:
                    throw TranslationException.Meaning(value, "more than one answer to a call cannot be translated");
                case "n": break;
                case "modalities" when value.AsArray(16).EnumerateArray().Any(m => !m.ValueEquals("text"u8)):
                    throw TranslationException.Meaning(value, "only text can be answered through a translation");
                case "modalities": break;
                case "audio":
                    throw TranslationException.Meaning(value, "audio output cannot be translated");
                case "functions" or "function_call":
                    throw TranslationException.Meaning(value, "functions are OpenAI's retired form of tools; send tools");
                default: context.DropUnknown("", member); break;
            }
        }

        if (_c.Messages.Count == 0)
        {
            throw TranslationException.Malformed(root.Member("messages"u8), "messages must have a turn of the user");
        }

        return _c;
    }

    private void ReadStreamOptions(JsonElement value)
    {
        foreach (var member in value.AsObject().EnumerateObject())
        {
            if (member.Name == "include_usage")
            {
                _c.IncludeUsage = member.Value.ValueKind == JsonValueKind.True;
            }
            else if (member.Name != "include_obfuscation")
            {
                context.DropUnknown("stream_options", member);
            }
        }
    }

    private void ReadStops(JsonElement value)
    {
        _c.Sampling.StopsAt = value;
        if (value.ValueKind == JsonValueKind.String)
        {
            _c.Sampling.Stops.Add(RawText.Of(value));
            return;
        }

        foreach (var stop in value.AsArray(context.Limits.PartsMax).EnumerateArray())
        {
            _c.Sampling.Stops.Add(RawText.Of(stop));
        }
    }

    private void ReadMessages(JsonElement value)
    {
        var leading = true;
        foreach (var item in value.AsArray(context.Limits.MessagesMax).EnumerateArray())
        {
            var role = item.AsObject().TextOrEmpty("role"u8);
            switch (role)
            {
                case "system" or "developer":
                    var texts = Content(item, "messages.content");
                    if (leading && texts.TrueForAll(part => part is TextPart))
                    {
                        _c.System.AddRange(texts.Cast<TextPart>());
                    }
                    else
                    {
                        _c.Messages.Add(new Message(Role.System, texts, item));
                    }

                    Unknown(item, "role", "content");
                    continue;
                case "user":
                    _c.Messages.Add(new Message(Role.User, Content(item, "messages.content"), item));
                    Unknown(item, "role", "content");
                    break;
                case "assistant":
                    _c.Messages.Add(new Message(Role.Assistant, Assistant(item), item));
                    Unknown(item, "role", "content", "tool_calls", "refusal", "reasoning", "reasoning_content", "reasoning_details");
                    break;
                case "tool":
                    var result = new ToolResultPart(item.Member("tool_call_id"u8).Name(), Content(item, "messages.content")) { At = item };
                    _c.Messages.Add(new Message(Role.User, [result], item));
                    Unknown(item, "role", "content", "tool_call_id", "name");
                    break;
                default:
                    throw TranslationException.Malformed(item, "has an unknown role");
            }

            leading = false;
        }
    }

    private List<Part> Assistant(JsonElement item)
    {
        var parts = new List<Part>();
        ChatReasoning.ReadTurn(item, parts);
        parts.AddRange(Content(item, "messages.content"));
        if (item.Text("refusal"u8) is { IsSet: true, IsEmpty: false } refusal)
        {
            parts.Add(new RefusalPart(refusal) { At = item });
        }

        if (item.Member("tool_calls"u8) is { ValueKind: JsonValueKind.Array } calls)
        {
            foreach (var call in calls.AsArray(context.Limits.PartsMax).EnumerateArray())
            {
                ReadCall(call.AsObject(), parts);
            }
        }

        if (!item.Member("audio"u8).IsNull())
        {
            throw TranslationException.Meaning(item, "an answer in audio cannot be translated");
        }

        return parts;
    }

    private static void ReadCall(JsonElement call, List<Part> parts)
    {
        if (ChatReasoning.GoogleSignature(call) is { IsSet: true } signature)
        {
            parts.Add(new ReasoningPart(default, new Opaque(ApiFormat.Gemini, signature)) { At = call });
        }

        var isText = call.TextOrEmpty("type"u8) == "custom";
        var function = call.Member(isText ? "custom"u8 : "function"u8).AsObject();
        var arguments = function.Text(isText ? "input"u8 : "arguments"u8);
        parts.Add(new ToolCallPart(
            call.TextOrEmpty("id"u8),
            function.Member("name"u8).Name(),
            arguments.IsSet ? Arguments.OfText(arguments) : Arguments.OfObject(default))
        {
            At = call,
            IsText = isText,
        });
    }

    private List<Part> Content(JsonElement item, string parent)
    {
        var content = item.Member("content"u8);
        switch (content.ValueKind)
        {
            case JsonValueKind.Null or JsonValueKind.Undefined:
                return [];
            case JsonValueKind.String:
                return [new TextPart(RawText.Of(content)) { At = item }];
        }

        var parts = new List<Part>();
        foreach (var part in content.AsArray(context.Limits.PartsMax).EnumerateArray())
        {
            // Servers in front of Claude take Anthropic's marks in Chat's parts, and their clients send them.
            parts.Add(ContentPart(part.AsObject(), parent) with { At = part, Cache = AnthropicRequestReader.CacheOf(part) });
        }

        return parts;
    }

    private static Part ContentPart(JsonElement part, string parent)
    {
        switch (part.TextOrEmpty("type"u8))
        {
            case "text":
                return new TextPart(RawText.Of(part.Member("text"u8)));
            case "refusal":
                return new RefusalPart(RawText.Of(part.Member("refusal"u8)));
            case "image_url":
                var image = part.Member("image_url"u8);
                return DataUrls.Read(
                    MediaKind.Image, RawText.Of(image.ValueKind == JsonValueKind.String ? image : image.Member("url"u8)), part) with
                {
                    Detail = image.TextOrEmpty("detail"u8),
                };
            case "file":
                var file = part.Member("file"u8).AsObject();
                if (!file.Member("file_id"u8).IsNull())
                {
                    throw TranslationException.Meaning(file, "a file kept at OpenAI is not known to another provider");
                }

                return DataUrls.Read(MediaKind.Document, RawText.Of(file.Member("file_data"u8)), part) with { Name = file.Text("filename"u8) };
            case "input_audio":
                var audio = part.Member("input_audio"u8).AsObject();
                return new MediaPart(MediaKind.Audio)
                {
                    MediaType = audio.TextOrEmpty("format"u8) == "mp3" ? "audio/mp3" : "audio/wav",
                    Data = RawText.Of(audio.Member("data"u8)),
                };
            case var type:
                throw TranslationException.Meaning(part, $"a content part of type '{AnthropicRequestReader.Short(type)}' has no equivalent ({parent})");
        }
    }

    private void ReadTools(JsonElement value)
    {
        foreach (var tool in value.AsArray(context.Limits.ToolsMax).EnumerateArray())
        {
            var type = tool.AsObject().TextOrEmpty("type"u8);
            if (type is not ("function" or "custom"))
            {
                throw TranslationException.Meaning(tool, $"a tool of type '{AnthropicRequestReader.Short(type)}' has no equivalent");
            }

            var read = OpenAITools.Read(tool.Member(type == "custom" ? "custom"u8 : "function"u8).AsObject(), type == "custom", context);
            _c.Tools.Add(AnthropicRequestReader.CacheOf(tool) is not CacheMark.None and var mark ? read with { Cache = mark } : read);
        }
    }

    private static OutputFormat ReadFormat(JsonElement value)
    {
        switch (value.AsObject().TextOrEmpty("type"u8))
        {
            case "text":
                return new OutputFormat();
            case "json_object":
                return new OutputFormat { Kind = OutputKind.JsonObject, At = value };
            case "json_schema":
                return OpenAITools.ReadSchema(value.Member("json_schema"u8).AsObject(), value);
            default:
                throw TranslationException.Meaning(value, "has a type that no other format knows");
        }
    }

    private void Unknown(JsonElement item, params ReadOnlySpan<string> known)
    {
        foreach (var member in item.EnumerateObject())
        {
            // Libraries send empty lists of sources back.
            var isNothing = member.Value.ValueKind == JsonValueKind.Array && member.Value.GetArrayLength() == 0;
            if (!known.Contains(member.Name) && member.Name != "audio" && !isNothing)
            {
                context.DropUnknown("messages", member);
            }
        }
    }
}
