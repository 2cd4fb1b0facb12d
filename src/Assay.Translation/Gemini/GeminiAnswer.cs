using System.Runtime.InteropServices;
using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.Gemini;

/// <summary>Reads a whole answer.</summary>
internal static class GeminiAnswer
{
    public static void Read(JsonElement root, AnswerEvents events)
    {
        AnswerErrors.ThrowIfError(root);
        events.Start(root.GetText("responseId").Escaped, root.GetText("modelVersion").Escaped);
        var parts = new GeminiParts(events);
        var candidates = root.Get("candidates");
        if (candidates.ValueKind == JsonValueKind.Array && candidates.GetArrayLength() > 0)
        {
            var candidate = candidates[0];
            if (candidate.Get("content").Get("parts") is { ValueKind: JsonValueKind.Array } list)
            {
                foreach (var part in list.AsArray(events.Context.Limits.PartsMax).EnumerateArray())
                {
                    parts.Part(part);
                }
            }

            parts.Grounding(candidate.Get("groundingMetadata"));
            foreach (var member in candidate.EnumerateObject())
            {
                parts.Unsaid(member.Name);
            }

            events.Stop(GeminiStops.Read(candidate.Get("finishReason") is { ValueKind: JsonValueKind.String } reason ? reason.Name() : ""));
        }
        else if (!root.Get("promptFeedback").Get("blockReason").IsNull())
        {
            events.Stop(StopReason.ContentFilter);
        }
        else
        {
            throw TranslationException.Malformed(root, "The provider's answer has no candidate.");
        }

        if (root.Get("usageMetadata") is { ValueKind: JsonValueKind.Object } usage)
        {
            var read = default(GeminiUsage);
            read.Read(usage);
            events.Usage(read.Counts);
        }
    }
}

/// <summary>Reads the parts of an answer, whole or streamed: texts that follow each other are one block.</summary>
internal sealed class GeminiParts(AnswerEvents events)
{
    private const long TextKey = -1;
    private const long ThoughtKey = -2;

    private long _calls;
    private int _chunks;
    private int _supports;

    public void Text(bool isThought, ReadOnlySpan<byte> escaped) =>
        events.Say(isThought ? BlockKind.Reasoning : BlockKind.Text, isThought ? ThoughtKey : TextKey, escaped);

    /// <summary>A signature: a seal of its own, before the part that it came with (a call) or behind it (a text).</summary>
    public void Signature(ReadOnlySpan<byte> escaped) => events.Seal(ThoughtKey, ApiFormat.Gemini, escaped);

    public void Part(JsonElement part)
    {
        var signature = part.GetText("thoughtSignature").Escaped;
        var text = part.Get("text");
        if (text.ValueKind == JsonValueKind.String)
        {
            Text(part.Get("thought").ValueKind == JsonValueKind.True, RawText.Of(text).Escaped);
            Signature(signature);
        }
        else if (part.Get("functionCall") is { ValueKind: JsonValueKind.Object } call)
        {
            Signature(signature);
            var key = _calls++;
            events.Call(key, call.TextOrEmpty("id"u8), call.TextOrEmpty("name"u8));
            var args = call.Member("args"u8);
            events.ArgumentsObject(key, args.IsNull() ? "{}"u8 : JsonMarshal.GetRawUtf8Value(args));
            events.Close(key);
        }
        else
        {
            foreach (var member in part.EnumerateObject())
            {
                if (member.Name is not ("thoughtSignature" or "thought"))
                {
                    events.Dropped.Add("candidates.content.parts." + member.Name);
                }
            }
        }
    }

    /// <summary>
    /// The sources of a grounded answer, and the places in its text that they belong to. A stream tells them in several events,
    /// each with all that is known by then: only what is new is taken.
    /// </summary>
    public void Grounding(JsonElement metadata)
    {
        if (metadata.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        var chunks = metadata.Get("groundingChunks");
        var supports = metadata.Get("groundingSupports");
        var length = chunks.ValueKind == JsonValueKind.Array ? chunks.GetArrayLength() : 0;
        var placed = new HashSet<int>();
        var count = 0;
        foreach (var support in Items(supports))
        {
            var isNew = count++ >= _supports;
            var segment = support.Get("segment");
            foreach (var index in Items(support.Get("groundingChunkIndices")))
            {
                if (index.ValueKind == JsonValueKind.Number && index.TryGetInt32(out var chunk) && chunk >= 0 && chunk < length)
                {
                    placed.Add(chunk);
                    if (isNew)
                    {
                        Cite(chunks[chunk], Place(segment.Get("startIndex")), Place(segment.Get("endIndex")));
                    }
                }
            }
        }

        _supports = Math.Max(_supports, count);
        count = 0;
        foreach (var chunk in Items(chunks))
        {
            if (count >= _chunks && !placed.Contains(count))
            {
                Cite(chunk, 0, 0);
            }

            count++;
        }

        _chunks = Math.Max(_chunks, count);
        if (!metadata.Get("searchEntryPoint").IsNull())
        {
            events.Dropped.Add("candidates.groundingMetadata.searchEntryPoint");
        }
    }

    /// <summary>What a candidate has besides its content that no other format can say.</summary>
    public void Unsaid(string member)
    {
        if (member is "citationMetadata" or "urlContextMetadata" or "logprobsResult")
        {
            events.Dropped.Add("candidates." + member);
        }
    }

    private void Cite(JsonElement chunk, long start, long end)
    {
        var web = chunk.Get("web");
        if (web.ValueKind != JsonValueKind.Object)
        {
            events.Dropped.Add("candidates.groundingMetadata.groundingChunks"); // A document or a map of Google's own.
        }
        else if (end > 0)
        {
            events.CiteBytes(TextKey, web.GetText("uri").Escaped, web.GetText("title").Escaped, start, end);
        }
        else
        {
            events.Cite(TextKey, web.GetText("uri").Escaped, web.GetText("title").Escaped);
        }
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement list) => list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default;

    private static long Place(JsonElement number) => number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var place) ? place : 0;
}
