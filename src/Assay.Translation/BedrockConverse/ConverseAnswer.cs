using System.Runtime.InteropServices;
using System.Text.Json;
using Assay.Translation.Anthropic;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.BedrockConverse;

/// <summary>Reads a whole answer of <c>Converse</c>. Blocks have no type: the one member that is there says what they are.</summary>
internal static class ConverseAnswer
{
    public static void Read(JsonElement root, AnswerEvents events)
    {
        AnswerErrors.ThrowIfError(root);
        if (root.Member("output"u8).IsNull() && root.Text("message"u8) is { IsSet: true } fault)
        {
            throw new TranslationException(RefusalKind.Malformed, $"The provider answered with an error: {fault.Decode()}");
        }

        var usage = default(ConverseUsage);
        var told = root.Member("usage"u8);
        usage.Read(told);
        events.Start(default, default, usage.Counts);
        var content = root.Member("output"u8).Member("message"u8).Member("content"u8);
        if (!content.IsNull())
        {
            var key = 0;
            foreach (var block in content.AsArray(events.Context.Limits.PartsMax).EnumerateArray())
            {
                Block(block.AsObject(), key, events);
                events.Close(key++);
            }
        }

        events.Stop(ConverseStops.Read(root.TextOrEmpty("stopReason"u8)));
        events.ServiceTier = root.Member("serviceTier"u8).TextOrEmpty("type"u8);
        if (told.ValueKind == JsonValueKind.Object)
        {
            events.Usage(usage.Counts);
        }
    }

    private static void Block(JsonElement block, int key, AnswerEvents events)
    {
        foreach (var member in block.EnumerateObject())
        {
            switch (member.Name)
            {
                case "text":
                    events.Say(BlockKind.Text, key, RawText.Of(member.Value).Escaped);
                    break;
                case "toolUse":
                    var call = member.Value.AsObject();
                    events.Call(key, call.TextOrEmpty("toolUseId"u8), call.TextOrEmpty("name"u8));
                    var input = call.Member("input"u8);
                    events.ArgumentsObject(key, input.IsNull() ? "{}"u8 : JsonMarshal.GetRawUtf8Value(input));
                    break;
                case "reasoningContent":
                    Reasoning(member.Value.AsObject(), key, events);
                    break;
                case "citationsContent":
                    Cited(member.Value.AsObject(), key, events);
                    break;
                default:
                    events.Dropped.Add("content." + AnthropicRequestReader.Short(member.Name));
                    break;
            }
        }
    }

    private static void Reasoning(JsonElement reasoning, int key, AnswerEvents events)
    {
        var text = reasoning.Member("reasoningText"u8);
        if (!text.IsNull())
        {
            events.Say(BlockKind.Reasoning, key, text.AsObject().Text("text"u8).Escaped);
            Seal(events, key, text.Text("signature"u8), redacted: false);
        }

        Seal(events, key, reasoning.Text("redactedContent"u8), redacted: true);
    }

    private static void Cited(JsonElement cited, int key, AnswerEvents events)
    {
        var content = cited.Member("content"u8);
        if (!content.IsNull())
        {
            foreach (var piece in content.AsArray(events.Context.Limits.PartsMax).EnumerateArray())
            {
                events.Say(BlockKind.Text, key, piece.Text("text"u8).Escaped);
            }
        }

        var citations = cited.Member("citations"u8);
        if (!citations.IsNull())
        {
            foreach (var citation in citations.AsArray(events.Context.Limits.PartsMax).EnumerateArray())
            {
                Cite(citation, key, events);
            }
        }
    }

    public static void Seal(AnswerEvents events, long key, RawText value, bool redacted)
    {
        if (value.IsSet)
        {
            events.Seal(key, ApiFormat.BedrockConverse, value.Escaped, redacted);
        }
    }

    /// <summary>A source on the web; a place in a document has no equal in other formats.</summary>
    public static void Cite(JsonElement citation, long key, AnswerEvents events)
    {
        if (citation.Member("location"u8).Member("web"u8).Text("url"u8) is { IsSet: true } url)
        {
            events.CiteBlock(key, url.Escaped, citation.Text("title"u8).Escaped);
        }
        else
        {
            events.Dropped.Add("content.citations");
        }
    }
}
