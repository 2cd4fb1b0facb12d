using System.Runtime.InteropServices;
using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.Anthropic;

/// <summary>Reads a whole message.</summary>
internal static class AnthropicAnswer
{
    public static void Read(JsonElement root, AnswerEvents events)
    {
        AnswerErrors.ThrowIfError(root);
        var usage = default(AnthropicUsage);
        usage.Read(root.Member("usage"u8));
        events.Start(root.Text("id"u8).Escaped, root.Text("model"u8).Escaped, usage.Counts);
        var content = root.Member("content"u8);
        if (!content.IsNull())
        {
            var key = 0;
            foreach (var block in content.AsArray(events.Context.Limits.PartsMax).EnumerateArray())
            {
                Block(block.AsObject(), key++, events);
            }
        }

        var stop = root.Member("stop_sequence"u8);
        events.Stop(
            AnthropicStops.Read(root.TextOrEmpty("stop_reason"u8)),
            stop.ValueKind == JsonValueKind.String ? RawText.Of(stop).Escaped : default);
        if (root.Member("usage"u8).ValueKind == JsonValueKind.Object)
        {
            events.Usage(usage.Counts);
            events.ServiceTier = root.Member("usage"u8).TextOrEmpty("service_tier"u8);
        }
    }

    private static void Block(JsonElement block, int key, AnswerEvents events)
    {
        switch (block.TextOrEmpty("type"u8))
        {
            case "text":
                events.Say(BlockKind.Text, key, block.Text("text"u8).Escaped);
                var citations = block.Member("citations"u8);
                if (citations.ValueKind == JsonValueKind.Array)
                {
                    foreach (var citation in citations.EnumerateArray())
                    {
                        Cite(citation, key, events);
                    }
                }

                break;
            case "tool_use":
                events.Call(key, block.TextOrEmpty("id"u8), block.TextOrEmpty("name"u8));
                var input = block.Member("input"u8);
                events.ArgumentsObject(key, input.IsNull() ? "{}"u8 : JsonMarshal.GetRawUtf8Value(input));
                break;
            case "thinking":
                events.Say(BlockKind.Reasoning, key, block.Text("thinking"u8).Escaped);
                Seal(events, key, block.Text("signature"u8), redacted: false);
                break;
            case "redacted_thinking":
                Seal(events, key, block.Text("data"u8), redacted: true);
                break;
            case var type:
                events.Dropped.Add("content." + AnthropicRequestReader.Short(type));
                break;
        }

        events.Close(key);
    }

    public static void Seal(AnswerEvents events, long key, RawText value, bool redacted)
    {
        var sealedBy = Opaque.Read(ApiFormat.AnthropicMessages, value);
        events.Seal(key, sealedBy.Origin, sealedBy.Value.Escaped, redacted && sealedBy.Origin == ApiFormat.AnthropicMessages);
    }

    public static void Cite(JsonElement citation, long key, AnswerEvents events)
    {
        // A result that the client gave has its source for an address; a place in a document has no equal elsewhere.
        var url = citation.Text("url"u8);
        url = url.IsSet ? url : citation.Text("source"u8);
        if (!url.IsSet || !url.Escaped.StartsWith("http"u8))
        {
            events.Dropped.Add("content.citations");
            return;
        }

        events.CiteBlock(key, url.Escaped, citation.Text("title"u8).Escaped);
        if (citation.Text("cited_text"u8) is { IsSet: true, IsEmpty: false })
        {
            events.Dropped.Add("content.citations.cited_text");
        }
    }
}
