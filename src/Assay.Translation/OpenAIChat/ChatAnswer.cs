using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.OpenAIChat;

/// <summary>Reads a whole completion.</summary>
internal static class ChatAnswer
{
    public const int ReasoningKey = -1;
    public const int TextKey = -2;
    public const int RefusalKey = -3;

    public static void Read(JsonElement root, AnswerEvents events)
    {
        AnswerErrors.ThrowIfError(root);
        events.Start(root.Text("id"u8).Escaped, root.Text("model"u8).Escaped);
        var choices = root.Member("choices"u8).AsArray(128);
        if (choices.GetArrayLength() == 0)
        {
            throw TranslationException.Malformed(choices, "The provider's answer has no choice.");
        }

        var choice = choices[0];
        var message = choice.Member("message"u8).AsObject();
        ReadReasoning(message, events);
        var content = message.Member("content"u8);
        if (content.ValueKind == JsonValueKind.Array)
        {
            ReadPieces(content, events);
        }
        else
        {
            events.Say(BlockKind.Text, TextKey, message.Text("content"u8).Escaped);
        }

        ReadAnnotations(message, events);
        events.Say(BlockKind.Refusal, RefusalKey, message.Text("refusal"u8).Escaped);
        ReadCalls(message, events);
        var reason = choice.TextOrEmpty("finish_reason"u8);
        if (ChatStops.IsBroken(reason))
        {
            throw new TranslationException(RefusalKind.Malformed, ChatStops.Broken.Message.Decode());
        }

        events.Stop(ChatStops.Read(reason));
        if (root.Member("usage"u8) is { ValueKind: JsonValueKind.Object } usage)
        {
            var read = default(OpenAIUsage);
            read.Read(usage);
            events.Usage(read.Counts);
        }

        if (root.Member("service_tier"u8).ValueKind == JsonValueKind.String)
        {
            events.ServiceTier = root.TextOrEmpty("service_tier"u8);
        }
    }

    /// <summary>Content in pieces: texts, and where Mistral's models reason, thoughts that are texts in pieces themselves.</summary>
    public static void ReadPieces(JsonElement pieces, AnswerEvents events)
    {
        foreach (var piece in pieces.AsArray(events.Context.Limits.PartsMax).EnumerateArray())
        {
            var thoughts = piece.Member("thinking"u8);
            if (thoughts.ValueKind == JsonValueKind.Array)
            {
                foreach (var thought in thoughts.EnumerateArray())
                {
                    events.Say(BlockKind.Reasoning, ReasoningKey, thought.Text("text"u8).Escaped);
                }
            }
            else
            {
                events.Say(BlockKind.Text, TextKey, piece.Text("text"u8).Escaped);
            }
        }
    }

    private static void ReadReasoning(JsonElement message, AnswerEvents events)
    {
        var parts = new List<Part>();
        ChatReasoning.ReadTurn(message, parts);
        foreach (var part in parts.OfType<ReasoningPart>())
        {
            events.Say(BlockKind.Reasoning, ReasoningKey, part.Text.IsSet ? part.Text.Escaped : default);
            if (part.Sealed.IsSet)
            {
                events.Seal(ReasoningKey, part.Sealed.Origin, part.Sealed.Value.Escaped);
            }
        }
    }

    private static void ReadCalls(JsonElement message, AnswerEvents events)
    {
        var calls = message.Member("tool_calls"u8);
        if (calls.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        var key = 0;
        foreach (var call in calls.AsArray(events.Context.Limits.PartsMax).EnumerateArray())
        {
            var function = call.Member("function"u8);
            if (ChatReasoning.GoogleSignature(call) is { IsSet: true } signature)
            {
                events.Seal(ReasoningKey, ApiFormat.Gemini, signature.Escaped);
            }

            events.Call(key, call.TextOrEmpty("id"u8), function.TextOrEmpty("name"u8));
            var arguments = function.Member("arguments"u8);
            if (arguments.ValueKind == JsonValueKind.Object)
            {
                // Ollama and others answer with the object itself.
                events.ArgumentsObject(key, System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(arguments));
            }
            else
            {
                events.ArgumentsOf(key, function.Text("arguments"u8).Escaped);
            }

            events.Close(key++);
        }
    }

    /// <summary>A place in a text; 0 where it is none.</summary>
    public static long Place(JsonElement of, ReadOnlySpan<byte> name) =>
        of.Member(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var place) ? place : 0;

    /// <summary>The sources of a message or of a delta; places count in all of the message's text.</summary>
    public static void ReadAnnotations(JsonElement message, AnswerEvents events)
    {
        var annotations = message.Member("annotations"u8);
        if (annotations.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var annotation in annotations.EnumerateArray())
        {
            var citation = annotation.Member("url_citation"u8);
            if (citation.ValueKind != JsonValueKind.Object)
            {
                events.Dropped.Add("message.annotations");
                continue;
            }

            events.Cite(
                TextKey,
                citation.Text("url"u8).Escaped,
                citation.Text("title"u8).Escaped,
                Place(citation, "start_index"u8),
                Place(citation, "end_index"u8));
        }
    }
}
