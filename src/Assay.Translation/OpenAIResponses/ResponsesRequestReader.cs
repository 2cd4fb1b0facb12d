using System.Text.Json;
using Assay.Translation.Anthropic;
using Assay.Translation.Canonical;
using Assay.Translation.Json;
using Assay.Translation.OpenAIChat;

namespace Assay.Translation.OpenAIResponses;

/// <summary>Reads the body of <c>POST /v1/responses</c>.</summary>
internal sealed class ResponsesRequestReader(ReadContext context)
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
                case "instructions": ReadInstructions(value); break;
                case "input": break; // After the instructions, wherever they stand.
                case "max_output_tokens": _c.Sampling.OutputTokensMax = value.AsWhole(); break;
                case "temperature": _c.Sampling.Temperature = value.AsNumber(); break;
                case "top_p": _c.Sampling.TopP = value.AsNumber(); break;
                case "tools": ReadTools(value); break;
                case "tool_choice": _c.Choice = OpenAIChoices.Read(value, isChat: false); break;
                case "parallel_tool_calls": _c.ParallelCalls = value.AsBool(); break;
                case "reasoning": ReadReasoning(value); break;
                case "text": ReadText(value); break;
                case "user": _c.UserId = RawText.Of(value); break;
                case "safety_identifier": _c.UserId = _c.UserId.IsSet ? _c.UserId : RawText.Of(value); break;
                case "prompt_cache_key": _c.CacheKey = RawText.Of(value); break;
                case "metadata": _c.Metadata = value.AsObject(); break;
                case "service_tier": _c.ServiceTier = value.Name(); break;
                case "stream_options": break;
                case "include": ReadInclude(value); break;
                case "store":
                    if (value.AsBool())
                    {
                        context.Drop("store");
                    }

                    break;
                case "truncation" when value.ValueEquals("disabled"u8): break;
                case "previous_response_id" or "conversation":
                    throw TranslationException.Meaning(value, "the conversation is kept at OpenAI; send all of it in input");
                case "background" when value.ValueKind == JsonValueKind.True:
                    throw TranslationException.Meaning(value, "answers in the background cannot be translated");
                case "background": break;
                case "prompt":
                    throw TranslationException.Meaning(value, "a prompt kept at OpenAI is not known to another provider");
                default: context.DropUnknown("", member); break;
            }
        }

        ReadInput(root.Member("input"u8));
        if (_c.Messages.Count == 0)
        {
            throw TranslationException.Malformed(root.Member("input"u8), "input must have a turn of the user");
        }

        return _c;
    }

    private void ReadInstructions(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            if (RawText.Of(value) is { IsEmpty: false } text)
            {
                _c.System.Insert(0, new TextPart(text) { At = value });
            }

            return;
        }

        throw TranslationException.Meaning(value, "instructions as a list of items cannot be translated");
    }

    private void ReadInput(JsonElement input)
    {
        if (input.ValueKind == JsonValueKind.String)
        {
            _c.Messages.Add(new Message(Role.User, [new TextPart(RawText.Of(input)) { At = input }], input));
            return;
        }

        foreach (var item in input.AsArray(context.Limits.MessagesMax).EnumerateArray())
        {
            ReadItem(item.AsObject());
        }
    }

    private void ReadItem(JsonElement item)
    {
        var type = item.TextOrEmpty("type"u8);
        switch (type)
        {
            case "" or "message":
                ReadMessage(item);
                break;
            case "function_call":
                Add(Role.Assistant, item, new ToolCallPart(
                    item.Member("call_id"u8).Name(), Namespaces.Join(item), ArgumentsOf(item, "arguments"u8))
                { At = item });
                break;
            case "custom_tool_call":
                Add(Role.Assistant, item, new ToolCallPart(
                    item.Member("call_id"u8).Name(), item.Member("name"u8).Name(), ArgumentsOf(item, "input"u8))
                { At = item, IsText = true });
                break;
            case "function_call_output" or "custom_tool_call_output":
                Add(Role.User, item, new ToolResultPart(
                    item.Member("call_id"u8).Name(), Content(item.Member("output"u8), isAssistant: false))
                { At = item });
                break;
            case "reasoning":
                Add(Role.Assistant, item, new ReasoningPart(
                    ReasoningText(item), Opaque.Read(ApiFormat.OpenAIResponses, item.Text("encrypted_content"u8)))
                { At = item });
                break;
            case "web_search_call" or "tool_search_call" or "tool_search_output":
                context.Drop("input." + type);
                break;
            case "item_reference":
                throw TranslationException.Meaning(item, "an item kept at OpenAI is not known to another provider; send it whole");
            default:
                throw TranslationException.Meaning(item, $"an item of type '{AnthropicRequestReader.Short(type)}' is OpenAI's own");
        }
    }

    private static Arguments ArgumentsOf(JsonElement item, ReadOnlySpan<byte> name)
    {
        var text = item.Text(name);
        return text.IsSet ? Arguments.OfText(text) : Arguments.OfObject(default);
    }

    private void Add(Role role, JsonElement at, Part part) => _c.Messages.Add(new Message(role, [part], at));

    private void ReadMessage(JsonElement item)
    {
        var role = item.TextOrEmpty("role"u8);
        var parts = Content(item.Member("content"u8), role == "assistant");
        switch (role)
        {
            case "user":
                _c.Messages.Add(new Message(Role.User, parts, item));
                break;
            case "assistant":
                _c.Messages.Add(new Message(Role.Assistant, parts, item));
                break;
            case "system" or "developer":
                if (_c.Messages.Count == 0 && parts.TrueForAll(part => part is TextPart))
                {
                    _c.System.AddRange(parts.Cast<TextPart>());
                }
                else
                {
                    _c.Messages.Add(new Message(Role.System, parts, item));
                }

                break;
            default:
                throw TranslationException.Malformed(item, "has an unknown role");
        }

        foreach (var member in item.EnumerateObject())
        {
            if (member.Name is not ("type" or "role" or "content" or "id" or "status" or "phase"))
            {
                context.DropUnknown("input", member);
            }
        }
    }

    private List<Part> Content(JsonElement content, bool isAssistant)
    {
        if (content.IsNull())
        {
            return [];
        }

        if (content.ValueKind == JsonValueKind.String)
        {
            return [new TextPart(RawText.Of(content)) { At = content }];
        }

        var parts = new List<Part>();
        foreach (var part in content.AsArray(context.Limits.PartsMax).EnumerateArray())
        {
            parts.Add(ContentPart(part.AsObject(), isAssistant));
        }

        return parts;
    }

    private Part ContentPart(JsonElement part, bool isAssistant)
    {
        switch (part.TextOrEmpty("type"u8))
        {
            case "input_text" or "output_text" or "text":
                if (isAssistant && part.Member("annotations"u8) is { ValueKind: JsonValueKind.Array } notes && notes.GetArrayLength() > 0)
                {
                    context.Drop("input.content.annotations");
                }

                return new TextPart(RawText.Of(part.Member("text"u8))) { At = part };
            case "refusal":
                return new RefusalPart(RawText.Of(part.Member("refusal"u8))) { At = part };
            case "input_image":
                RefuseFile(part);
                return DataUrls.Read(MediaKind.Image, RawText.Of(part.Member("image_url"u8)), part) with { Detail = part.TextOrEmpty("detail"u8) };
            case "input_file":
                RefuseFile(part);
                var name = part.Text("filename"u8);
                var url = part.Text("file_url"u8);
                return url.IsSet
                    ? new MediaPart(MediaKind.Document) { At = part, Url = url, Name = name, MediaType = "application/pdf" }
                    : DataUrls.Read(MediaKind.Document, RawText.Of(part.Member("file_data"u8)), part) with { Name = name };
            case "input_audio":
                var audio = part.Member("input_audio"u8).AsObject();
                return new MediaPart(MediaKind.Audio)
                {
                    At = part,
                    MediaType = audio.TextOrEmpty("format"u8) == "mp3" ? "audio/mp3" : "audio/wav",
                    Data = RawText.Of(audio.Member("data"u8)),
                };
            case var type:
                throw TranslationException.Meaning(part, $"a content part of type '{AnthropicRequestReader.Short(type)}' has no equivalent");
        }
    }

    private static void RefuseFile(JsonElement part)
    {
        if (!part.Member("file_id"u8).IsNull())
        {
            throw TranslationException.Meaning(part, "a file kept at OpenAI is not known to another provider");
        }
    }

    /// <summary>The summaries of a thought, or what of it is open, as one text.</summary>
    internal static RawText ReasoningText(JsonElement item)
    {
        var text = new System.Buffers.ArrayBufferWriter<byte>();
        foreach (var list in (ReadOnlySpan<JsonElement>)[item.Member("summary"u8), item.Member("content"u8)])
        {
            if (list.ValueKind != JsonValueKind.Array)
            {
                continue;
            }

            foreach (var part in list.EnumerateArray())
            {
                System.Buffers.BuffersExtensions.Write(text, text.WrittenCount > 0 ? "\\n\\n"u8 : default);
                System.Buffers.BuffersExtensions.Write(text, part.Text("text"u8).Escaped);
            }
        }

        return text.WrittenCount == 0 ? default : RawText.OfEscaped(text.WrittenSpan.ToArray());
    }

    private void ReadTools(JsonElement value, string space = "")
    {
        foreach (var tool in value.AsArray(context.Limits.ToolsMax).EnumerateArray())
        {
            var type = tool.AsObject().TextOrEmpty("type"u8);
            switch (type)
            {
                case "function" or "custom":
                    var read = OpenAITools.Read(tool, type == "custom", context);
                    _c.Tools.Add(space.Length == 0 ? read : read with { Name = Namespaces.Join(space, read.Name) });
                    break;
                case "namespace" when space.Length == 0:
                    ReadTools(tool.Member("tools"u8), tool.Member("name"u8).Name());
                    break;
                case "tool_search":
                    // It only finds further tools; those that are there can be used without it.
                    context.Drop("tools.tool_search");
                    break;
                case "web_search" or "web_search_preview" or "web_search_2025_08_26" or "web_search_preview_2025_03_11":
                    OpenAITools.NameUnknown(tool, "tools", context, "type");
                    _c.Tools.Add(new Tool(ToolKind.WebSearch, "web_search") { At = tool });
                    break;
                default:
                    throw TranslationException.Meaning(tool, $"a tool of type '{AnthropicRequestReader.Short(type)}' is OpenAI's own");
            }
        }
    }

    private void ReadReasoning(JsonElement value)
    {
        foreach (var member in value.AsObject().EnumerateObject())
        {
            if (member.Name == "effort" && member.Value.ValueKind == JsonValueKind.String)
            {
                _c.Thinking = _c.Thinking with { Effort = Thinking.Parse(member.Value.Name()) };
            }
            else if (member.Name is "summary" or "generate_summary")
            {
                _c.Thinking = _c.Thinking with { Shown = member.Value.ValueKind == JsonValueKind.String && !member.Value.ValueEquals("none"u8) };
            }
            else
            {
                context.DropUnknown("reasoning", member);
            }
        }
    }

    private void ReadText(JsonElement value)
    {
        foreach (var member in value.AsObject().EnumerateObject())
        {
            if (member.Name == "verbosity" && member.Value.ValueKind == JsonValueKind.String)
            {
                _c.Verbosity = member.Value.Name();
            }
            else if (member.Name == "format" && member.Value.ValueKind == JsonValueKind.Object)
            {
                _c.Output = member.Value.TextOrEmpty("type"u8) switch
                {
                    "text" => new OutputFormat(),
                    "json_object" => new OutputFormat { Kind = OutputKind.JsonObject, At = member.Value },
                    "json_schema" => OpenAITools.ReadSchema(member.Value, member.Value),
                    _ => throw TranslationException.Meaning(member.Value, "has a type that no other format knows"),
                };
            }
            else
            {
                context.DropUnknown("text", member);
            }
        }
    }

    private void ReadInclude(JsonElement value)
    {
        foreach (var name in value.AsArray(64).EnumerateArray())
        {
            // Sealed thoughts are always given where there are some.
            if (!name.ValueEquals("reasoning.encrypted_content"u8))
            {
                context.Drop("include." + AnthropicRequestReader.Short(name.Name()));
            }
        }
    }
}
