using System.Text.Json;
using Assay.Translation.Anthropic;
using Assay.Translation.Canonical;
using Assay.Translation.Json;
using Assay.Translation.OpenAIChat;

namespace Assay.Translation.OpenAIResponses;

/// <summary>Reads a whole response.</summary>
internal static class ResponsesAnswer
{
    public static void Read(JsonElement root, AnswerEvents events)
    {
        AnswerErrors.ThrowIfError(root);
        var status = root.TextOrEmpty("status"u8);
        if (status is "failed" or "cancelled" or "queued" or "in_progress")
        {
            throw TranslationException.Malformed(root, $"The provider's response has the status '{status}'.");
        }

        events.Start(root.Text("id"u8).Escaped, root.Text("model"u8).Escaped);
        Output(root, events);
        End(root, events);
    }

    public static void Output(JsonElement response, AnswerEvents events)
    {
        if (response.Member("output"u8) is not { ValueKind: JsonValueKind.Array } output)
        {
            return;
        }

        var key = 0;
        foreach (var item in output.AsArray(events.Context.Limits.PartsMax).EnumerateArray())
        {
            Item(item, key, events);
            events.Close(key++);
        }
    }

    /// <summary>Why it ended, and what was used.</summary>
    public static void End(JsonElement response, AnswerEvents events)
    {
        events.Stop(response.TextOrEmpty("status"u8) != "incomplete"
            ? StopReason.EndTurn
            : response.Member("incomplete_details"u8).TextOrEmpty("reason"u8) == "content_filter" ? StopReason.ContentFilter : StopReason.MaxTokens);
        if (response.Member("usage"u8) is { ValueKind: JsonValueKind.Object } usage)
        {
            var read = default(OpenAIUsage);
            read.Read(usage);
            events.Usage(read.Counts);
        }

        events.ServiceTier = response.Member("service_tier"u8) is { ValueKind: JsonValueKind.String } tier ? tier.Name() : "";
    }

    private static void Item(JsonElement item, long key, AnswerEvents events)
    {
        switch (item.TextOrEmpty("type"u8))
        {
            case "message":
                foreach (var part in item.Member("content"u8).AsArray(events.Context.Limits.PartsMax).EnumerateArray())
                {
                    var from = events.TextCharacters;
                    events.Say(BlockKind.Refusal, key, part.Text("refusal"u8).Escaped);
                    events.Say(BlockKind.Text, key, part.Text("text"u8).Escaped);
                    if (part.Member("annotations"u8) is { ValueKind: JsonValueKind.Array } notes)
                    {
                        foreach (var note in notes.EnumerateArray())
                        {
                            Cite(note, key, events, from);
                        }
                    }
                }

                break;
            case "function_call":
                events.Call(key, item.TextOrEmpty("call_id"u8), item.TextOrEmpty("name"u8));
                events.ArgumentsOf(key, item.Text("arguments"u8).Escaped);
                break;
            case "custom_tool_call":
                events.Call(key, item.TextOrEmpty("call_id"u8), item.TextOrEmpty("name"u8), isText: true);
                events.ArgumentsOf(key, item.Text("input"u8).Escaped);
                break;
            case "reasoning":
                events.Say(BlockKind.Reasoning, key, ResponsesRequestReader.ReasoningText(item).Escaped);
                Seal(item, key, events);
                break;
            case var type:
                events.Dropped.Add("output." + AnthropicRequestReader.Short(type));
                break;
        }
    }

    public static void Seal(JsonElement item, long key, AnswerEvents events) =>
        events.Seal(key, ApiFormat.OpenAIResponses, item.Text("encrypted_content"u8).Escaped);

    /// <param name="note">The annotation; its places count in its part.</param>
    /// <param name="key">The item.</param>
    /// <param name="events">Who is told.</param>
    /// <param name="from">Where the part begins in all of the answer's text.</param>
    public static void Cite(JsonElement note, long key, AnswerEvents events, long from)
    {
        if (note.TextOrEmpty("type"u8) == "url_citation")
        {
            var end = ChatAnswer.Place(note, "end_index"u8);
            events.Cite(
                key,
                note.Text("url"u8).Escaped,
                note.Text("title"u8).Escaped,
                end > 0 ? from + ChatAnswer.Place(note, "start_index"u8) : 0,
                end > 0 ? from + end : 0);
        }
        else
        {
            events.Dropped.Add("output.content.annotations");
        }
    }
}
