using System.Runtime.InteropServices;
using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.Anthropic;

/// <summary>Reads the body of <c>POST /v1/messages</c>.</summary>
internal sealed class AnthropicRequestReader(ReadContext context)
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
                case "max_tokens": _c.Sampling.OutputTokensMax = value.AsWhole(); break;
                case "temperature": _c.Sampling.Temperature = value.AsNumber(); break;
                case "top_p": _c.Sampling.TopP = value.AsNumber(); break;
                case "top_k": _c.Sampling.TopK = value.AsNumber(); break;
                case "system": ReadSystem(value); break;
                case "messages": ReadMessages(value); break;
                case "tools": ReadTools(value); break;
                case "tool_choice": ReadChoice(value); break;
                case "thinking": ReadThinking(value); break;
                case "output_config": ReadOutputConfig(value); break;
                case "output_format": _c.Output = Format(value); break;
                case "metadata": ReadMetadata(value); break;
                case "service_tier": _c.ServiceTier = value.Name() == "standard_only" ? "default" : "auto"; break;
                case "stop_sequences":
                    _c.Sampling.StopsAt = value;
                    foreach (var stop in value.AsArray(context.Limits.PartsMax).EnumerateArray())
                    {
                        _c.Sampling.Stops.Add(RawText.Of(stop));
                    }

                    break;
                case "mcp_servers" when value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0:
                    throw TranslationException.Meaning(value, "MCP servers run by Anthropic have no equivalent in other formats");
                case "container":
                    throw TranslationException.Meaning(value, "a container of Anthropic's is not known to another provider");
                default: context.DropUnknown("", member); break;
            }
        }

        if (_c.Messages.Count == 0)
        {
            throw TranslationException.Malformed(root.Member("messages"u8), "messages must not be empty");
        }

        return _c;
    }

    private void ReadSystem(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            _c.System.Add(new TextPart(RawText.Of(value)) { At = value });
            return;
        }

        foreach (var block in value.AsArray(context.Limits.PartsMax).EnumerateArray())
        {
            _c.System.Add(Block(block, "system") as TextPart ?? throw TranslationException.Malformed(block, "must be text"));
        }
    }

    private void ReadMessages(JsonElement value)
    {
        foreach (var item in value.AsArray(context.Limits.MessagesMax).EnumerateArray())
        {
            item.AsObject();
            var role = item.TextOrEmpty("role"u8) switch
            {
                "user" => Role.User,
                "assistant" => Role.Assistant,
                "system" => Role.System,
                _ => throw TranslationException.Malformed(item, "role must be user or assistant"),
            };
            var parts = Blocks(item.Member("content"u8), "messages.content");
            _c.Messages.Add(new Message(role, parts, item));
            foreach (var member in item.EnumerateObject())
            {
                if (member.Name is not ("role" or "content"))
                {
                    context.DropUnknown("messages", member);
                }
            }
        }
    }

    private List<Part> Blocks(JsonElement content, string parent)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            return [new TextPart(RawText.Of(content)) { At = content }];
        }

        var parts = new List<Part>();
        foreach (var block in content.AsArray(context.Limits.PartsMax).EnumerateArray())
        {
            if (Block(block.AsObject(), parent) is { } part)
            {
                parts.Add(part);
            }
        }

        return parts;
    }

    private Part? Block(JsonElement block, string parent)
    {
        var cache = CacheOf(block);
        var type = block.TextOrEmpty("type"u8);
        switch (type)
        {
            case "text":
                Unknown(block, parent, "text");
                return new TextPart(RawText.Of(block.Member("text"u8))) { At = block, Cache = cache };
            case "image":
                Unknown(block, parent, "source");
                return Media(MediaKind.Image, block, block.Member("source"u8).AsObject()) with { Cache = cache };
            case "document":
                Unknown(block, parent, "source", "title");
                return Media(MediaKind.Document, block, block.Member("source"u8).AsObject()) with
                {
                    Cache = cache,
                    Name = block.Text("title"u8),
                };
            case "tool_use":
                Unknown(block, parent, "id", "name", "input", "caller");
                return new ToolCallPart(block.TextOrEmpty("id"u8), block.Member("name"u8).Name(), Arguments.OfObject(block.Member("input"u8)))
                {
                    At = block,
                    Cache = cache,
                };
            case "tool_result":
                Unknown(block, parent, "tool_use_id", "content", "is_error");
                var content = block.Member("content"u8);
                return new ToolResultPart(
                    block.Member("tool_use_id"u8).Name(), content.IsNull() ? [] : Blocks(content, parent + ".content"))
                {
                    At = block,
                    Cache = cache,
                    IsError = block.Member("is_error"u8).ValueKind == JsonValueKind.True,
                };
            case "thinking":
                return new ReasoningPart(block.Text("thinking"u8), Opaque.Read(ApiFormat.AnthropicMessages, block.Text("signature"u8))) { At = block };
            case "redacted_thinking":
                var data = Opaque.Read(ApiFormat.AnthropicMessages, block.Text("data"u8));
                return new ReasoningPart(default, data) { At = block, IsRedacted = data.Origin is ApiFormat.AnthropicMessages or ApiFormat.BedrockConverse };
            case "server_tool_use" or "web_search_tool_result" or "web_fetch_tool_result":
                // What a search found is also told in the text that follows it.
                context.Drop(parent + "." + type);
                return null;
            default:
                throw TranslationException.Meaning(block, $"a content block of type '{Short(type)}' has no equivalent in the model's format");
        }
    }

    private MediaPart Media(MediaKind kind, JsonElement block, JsonElement source)
    {
        var part = new MediaPart(kind) { At = block };
        switch (source.TextOrEmpty("type"u8))
        {
            case "base64":
                return part with { MediaType = source.Member("media_type"u8).Name(), Data = RawText.Of(source.Member("data"u8)) };
            case "url":
                return part with { Url = RawText.Of(source.Member("url"u8)), MediaType = kind == MediaKind.Document ? "application/pdf" : "" };
            case "text":
                return part with { MediaType = "text/plain", PlainText = RawText.Of(source.Member("data"u8)) };
            case "content":
                var texts = Blocks(source.Member("content"u8), "messages.content.source.content");
                return texts is [TextPart only]
                    ? part with { MediaType = "text/plain", PlainText = only.Text }
                    : throw TranslationException.Meaning(source, "a document of several content blocks has no equivalent in the model's format");
            case "file":
                throw TranslationException.Meaning(source, "a file kept at Anthropic is not known to another provider");
            default:
                throw TranslationException.Malformed(source, "has an unknown type of source");
        }
    }

    private void ReadTools(JsonElement value)
    {
        foreach (var tool in value.AsArray(context.Limits.ToolsMax).EnumerateArray())
        {
            var type = tool.AsObject().TextOrEmpty("type"u8);
            if (type.StartsWith("web_search_", StringComparison.Ordinal))
            {
                Unknown(tool, "tools", "name");
                _c.Tools.Add(new Tool(ToolKind.WebSearch, tool.TextOrEmpty("name"u8)) { At = tool, Cache = CacheOf(tool) });
                continue;
            }

            if (type is not ("" or "custom"))
            {
                throw TranslationException.Meaning(tool, $"a tool of type '{Short(type)}' is Anthropic's own");
            }

            Unknown(tool, "tools", "name", "description", "input_schema", "strict");
            var strict = tool.Member("strict"u8);
            _c.Tools.Add(new Tool(ToolKind.Function, tool.Member("name"u8).Name())
            {
                Description = tool.Text("description"u8),
                Schema = Raw(tool.Member("input_schema"u8).AsObject()),
                Strict = strict.IsNull() ? null : strict.AsBool(),
                Cache = CacheOf(tool),
                At = tool,
            });
        }
    }

    private void ReadChoice(JsonElement value)
    {
        Unknown(value.AsObject(), "tool_choice", "name", "disable_parallel_tool_use");
        _c.Choice = value.TextOrEmpty("type"u8) switch
        {
            "auto" => new ToolChoice(ChoiceMode.Auto) { At = value },
            "any" => new ToolChoice(ChoiceMode.Required) { At = value },
            "none" => new ToolChoice(ChoiceMode.None) { At = value },
            "tool" => new ToolChoice(ChoiceMode.Required) { At = value, Names = [value.Member("name"u8).Name()] },
            _ => throw TranslationException.Malformed(value, "has an unknown type"),
        };
        var single = value.Member("disable_parallel_tool_use"u8);
        if (!single.IsNull())
        {
            _c.ParallelCalls = !single.AsBool();
        }
    }

    private void ReadThinking(JsonElement value)
    {
        Unknown(value.AsObject(), "thinking", "budget_tokens", "display");
        var shown = value.TextOrEmpty("display"u8) switch { "summarized" => true, "omitted" => false, _ => (bool?)null };
        _c.Thinking = value.TextOrEmpty("type"u8) switch
        {
            "disabled" => _c.Thinking with { Effort = Effort.None, BudgetTokens = null },
            "adaptive" => _c.Thinking with { IsDynamic = true, Shown = shown ?? true },
            "enabled" => _c.Thinking with { BudgetTokens = value.Member("budget_tokens"u8).AsWhole(), Shown = shown ?? true },
            _ => throw TranslationException.Malformed(value, "has an unknown type"),
        };
    }

    private void ReadOutputConfig(JsonElement value)
    {
        foreach (var member in value.AsObject().EnumerateObject())
        {
            switch (member.Name)
            {
                case "effort" when member.Value.ValueKind == JsonValueKind.String:
                    if (_c.Thinking.Effort != Effort.None)
                    {
                        _c.Thinking = _c.Thinking with { Effort = Thinking.Parse(member.Value.Name()) };
                    }

                    break;
                case "format" when member.Value.ValueKind == JsonValueKind.Object:
                    _c.Output = Format(member.Value);
                    break;
                default:
                    context.DropUnknown("output_config", member);
                    break;
            }
        }
    }

    private static OutputFormat Format(JsonElement value) => value.AsObject().TextOrEmpty("type"u8) == "json_schema"
        ? new OutputFormat { Kind = OutputKind.JsonSchema, Schema = Raw(value.Member("schema"u8).AsObject()), Strict = true, At = value }
        : throw TranslationException.Malformed(value, "has an unknown type");

    private void ReadMetadata(JsonElement value)
    {
        foreach (var member in value.AsObject().EnumerateObject())
        {
            if (member.Name == "user_id")
            {
                _c.UserId = value.Text("user_id"u8);
            }
            else
            {
                context.DropUnknown("metadata", member);
            }
        }
    }

    /// <summary>The mark on a block or a tool; servers in front of Claude take it in Chat's words too.</summary>
    internal static CacheMark CacheOf(JsonElement marked)
    {
        var control = marked.Member("cache_control"u8);
        return control.IsNull() ? CacheMark.None
            : control.TextOrEmpty("ttl"u8) == "1h" ? CacheMark.OneHour : CacheMark.FiveMinutes;
    }

    private void Unknown(JsonElement block, string parent, params ReadOnlySpan<string> known)
    {
        foreach (var member in block.EnumerateObject())
        {
            if (member.Name is not ("type" or "cache_control") && !known.Contains(member.Name))
            {
                context.DropUnknown(parent, member);
            }
        }
    }

    internal static byte[] Raw(JsonElement element) => JsonMarshal.GetRawUtf8Value(element).ToArray();

    internal static string Short(string text) => text.Length > 40 ? text[..40] : text;
}
