using System.Runtime.InteropServices;
using System.Text.Json;
using Assay.Translation.Anthropic;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.Gemini;

/// <summary>Reads the body of <c>:generateContent</c>.</summary>
internal sealed class GeminiRequestReader(ReadContext context)
{
    private readonly Conversation _c = new();

    /// <summary>Calls that wait for their result; older clients give no identifiers, so name and order decide.</summary>
    private readonly List<(string Id, string Name)> _unanswered = [];
    private int _calls;

    public Conversation Read(JsonElement root)
    {
        foreach (var member in root.EnumerateObject())
        {
            var value = member.Value;
            if (value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            switch (GeminiNames.Camel(member.Name))
            {
                case "model": break;
                case "contents": ReadContents(value); break;
                case "systemInstruction": ReadSystem(value); break;
                case "tools": ReadTools(value); break;
                case "toolConfig": ReadToolConfig(value); break;
                case "generationConfig": new GeminiConfigReader(context, _c).Read(value); break;
                case "serviceTier":
                    _c.ServiceTier = value.Name().ToLowerInvariant() switch { "standard" => "default", var tier => tier };
                    break;
                case "cachedContent":
                    throw TranslationException.Meaning(value, "content cached at Google is not known to another provider");
                default: context.DropUnknown("", member); break;
            }
        }

        if (_c.Messages.Count == 0)
        {
            throw TranslationException.Malformed(root.Get("contents"), "contents must not be empty");
        }

        return _c;
    }

    private void ReadSystem(JsonElement value)
    {
        foreach (var part in Parts(value))
        {
            _c.System.Add(part as TextPart ?? throw TranslationException.Malformed(part.At, "must be text"));
        }
    }

    private void ReadContents(JsonElement value)
    {
        // One content may stand for a list of one.
        if (value.ValueKind == JsonValueKind.Object)
        {
            ReadContent(value);
            return;
        }

        foreach (var item in value.AsArray(context.Limits.MessagesMax).EnumerateArray())
        {
            ReadContent(item.AsObject());
        }
    }

    private void ReadContent(JsonElement item)
    {
        var role = item.TextOrEmpty("role"u8) switch
        {
            "model" => Role.Assistant,
            "user" or "function" or "" => Role.User,
            "system" => Role.System,
            _ => throw TranslationException.Malformed(item, "role must be user or model"),
        };
        _c.Messages.Add(new Message(role, Parts(item), item));
    }

    private List<Part> Parts(JsonElement content)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            return [new TextPart(RawText.Of(content)) { At = content }];
        }

        var parts = new List<Part>();
        var list = content.Get("parts");
        if (list.ValueKind == JsonValueKind.Object)
        {
            ReadPart(list, parts);
        }
        else if (!list.IsNull())
        {
            foreach (var part in list.AsArray(context.Limits.PartsMax).EnumerateArray())
            {
                ReadPart(part.AsObject(), parts);
            }
        }

        return parts;
    }

    private void ReadPart(JsonElement part, List<Part> into)
    {
        if (part.GetText("thoughtSignature") is { IsSet: true, IsEmpty: false } signature)
        {
            into.Add(GeminiSeals.Read(signature, part));
        }

        if (part.Get("thought").ValueKind == JsonValueKind.True)
        {
            into.Add(new ReasoningPart(part.GetText("text"), default) { At = part });
            return;
        }

        foreach (var member in part.EnumerateObject())
        {
            var value = member.Value;
            switch (GeminiNames.Camel(member.Name))
            {
                case "text":
                    if (RawText.Of(value) is { IsEmpty: false } text)
                    {
                        into.Add(new TextPart(text) { At = part });
                    }

                    break;
                case "inlineData":
                    var type = value.AsObject().GetText("mimeType") is { IsSet: true } mime ? mime.Decode() : "";
                    into.Add(GeminiMedia.Read(type, part) with { Data = RawText.Of(value.Get("data")), Name = value.GetText("displayName") });
                    break;
                case "fileData":
                    var fileType = value.AsObject().GetText("mimeType") is { IsSet: true } fileMime ? fileMime.Decode() : "";
                    var uri = RawText.Of(value.Get("fileUri"));
                    if (!uri.Escaped.StartsWith("http"u8) || uri.Escaped.IndexOf("generativelanguage.googleapis.com"u8) >= 0)
                    {
                        throw TranslationException.Meaning(value, "a file kept at Google is not known to another provider");
                    }

                    into.Add(GeminiMedia.Read(fileType, part) with { Url = uri });
                    break;
                case "functionCall":
                    into.Add(ReadCall(value.AsObject(), part));
                    break;
                case "functionResponse":
                    into.Add(ReadResult(value.AsObject(), part));
                    break;
                case "thoughtSignature" or "thought":
                    break;
                case "executableCode" or "codeExecutionResult" or "toolCall" or "toolResponse":
                    throw TranslationException.Meaning(value, $"{member.Name} is Google's own");
                default:
                    context.DropUnknown("contents.parts", member);
                    break;
            }
        }
    }

    private ToolCallPart ReadCall(JsonElement call, JsonElement at)
    {
        var name = call.Member("name"u8).Name();
        var id = call.TextOrEmpty("id"u8);
        id = id.Length > 0 ? id : $"call_{_calls}";
        _calls++;
        _unanswered.Add((id, name));
        return new ToolCallPart(id, name, Arguments.OfObject(call.Member("args"u8))) { At = at };
    }

    private ToolResultPart ReadResult(JsonElement result, JsonElement at)
    {
        var name = result.Member("name"u8).Name();
        var id = result.TextOrEmpty("id"u8);
        var index = _unanswered.FindIndex(call => id.Length > 0 ? call.Id == id : call.Name == name);
        index = index < 0 ? _unanswered.FindIndex(call => call.Name == name) : index;
        if (index < 0)
        {
            throw TranslationException.Malformed(at, "is the response to a call that does not stand before it");
        }

        var callId = _unanswered[index].Id;
        _unanswered.RemoveAt(index);
        var response = result.Member("response"u8);
        var error = response.Member("error"u8);
        var content = new List<Part>();
        if (ResultText(response) is { IsSet: true } text)
        {
            content.Add(new TextPart(text) { At = at });
        }

        if (result.Get("parts") is { ValueKind: JsonValueKind.Array } parts)
        {
            foreach (var part in parts.EnumerateArray())
            {
                ReadPart(part.AsObject(), content);
            }
        }

        return new ToolResultPart(callId, content) { At = at, Name = name, IsError = !error.IsNull() };
    }

    /// <summary>The one text under <c>output</c>, <c>result</c> or <c>error</c>; else the whole object as text.</summary>
    private static RawText ResultText(JsonElement response)
    {
        if (response.IsNull())
        {
            return default;
        }

        if (response.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in response.EnumerateObject())
            {
                if (member.Name is "output" or "error" or "result" && member.Value.ValueKind == JsonValueKind.String
                    && response.EnumerateObject().Count() == 1)
                {
                    return RawText.Of(member.Value);
                }
            }
        }

        return RawText.OfEscaped(JsonEscape.Escaped(JsonMarshal.GetRawUtf8Value(response)));
    }

    private void ReadTools(JsonElement value)
    {
        foreach (var group in value.AsArray(context.Limits.ToolsMax).EnumerateArray())
        {
            foreach (var member in group.AsObject().EnumerateObject())
            {
                switch (GeminiNames.Camel(member.Name))
                {
                    case "functionDeclarations":
                        foreach (var declaration in member.Value.AsArray(context.Limits.ToolsMax).EnumerateArray())
                        {
                            _c.Tools.Add(ReadDeclaration(declaration.AsObject()));
                        }

                        break;
                    case "googleSearch" or "googleSearchRetrieval":
                        foreach (var setting in member.Value.AsObject().EnumerateObject())
                        {
                            context.DropUnknown("tools." + member.Name, setting);
                        }

                        _c.Tools.Add(new Tool(ToolKind.WebSearch, "web_search") { At = group });
                        break;
                    default:
                        throw TranslationException.Meaning(member.Value, $"the tool '{AnthropicRequestReader.Short(member.Name)}' is Google's own");
                }
            }
        }
    }

    private Tool ReadDeclaration(JsonElement declaration)
    {
        var schema = declaration.Get("parametersJsonSchema");
        var own = declaration.Get("parameters");
        foreach (var member in declaration.EnumerateObject())
        {
            if (GeminiNames.Camel(member.Name) is not ("name" or "description" or "parameters" or "parametersJsonSchema"))
            {
                context.DropUnknown("tools.functionDeclarations", member);
            }
        }

        return new Tool(ToolKind.Function, declaration.Member("name"u8).Name())
        {
            Description = declaration.Text("description"u8),
            Schema = !schema.IsNull() ? AnthropicRequestReader.Raw(schema) : own.IsNull() ? default : GeminiSchema.ToJsonSchema(own),
            At = declaration,
        };
    }

    private void ReadToolConfig(JsonElement value)
    {
        foreach (var member in value.AsObject().EnumerateObject())
        {
            if (GeminiNames.Camel(member.Name) != "functionCallingConfig")
            {
                context.DropUnknown("toolConfig", member);
            }
        }

        var config = value.Get("functionCallingConfig");
        if (config.IsNull())
        {
            return;
        }

        var names = new List<string>();
        if (config.Get("allowedFunctionNames") is { ValueKind: JsonValueKind.Array } allowed)
        {
            foreach (var name in allowed.EnumerateArray())
            {
                names.Add(name.Name());
            }
        }

        _c.Choice = config.TextOrEmpty("mode"u8).ToUpperInvariant() switch
        {
            "ANY" => new ToolChoice(ChoiceMode.Required) { At = config, Names = names },
            "NONE" => new ToolChoice(ChoiceMode.None) { At = config },
            "" or "MODE_UNSPECIFIED" => ToolChoice.Unset,
            _ => new ToolChoice(ChoiceMode.Auto) { At = config, Names = names },
        };
    }
}
