using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;
using Assay.Translation.Streaming;

namespace Assay.Translation.OpenAIChat;

/// <summary>Reads streamed chunks, in place and in one pass: every token is one.</summary>
internal sealed class ChatStream(AnswerEvents events) : AnswerStream(events)
{
    private readonly HashSet<long> _calls = [];
    private OpenAIUsage _usage;

    /// <summary>Some servers leave out <c>[DONE]</c>; a finish reason ends the answer too.</summary>
    public override bool IsComplete => Events.HasStop;

    public override void Event(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        var trimmed = data.Trim(" \t"u8);
        if (trimmed.SequenceEqual("[DONE]"u8))
        {
            Events.End();
            return;
        }

        var reader = Reader(data);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }

        ReadOnlySpan<byte> id = default;
        ReadOnlySpan<byte> model = default;
        var choices = reader;
        var hasChoices = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("choices"u8))
            {
                reader.Read();
                choices = reader;
                hasChoices = reader.TokenType == JsonTokenType.StartArray;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                id = Escaped(ref reader);
            }
            else if (reader.ValueTextEquals("model"u8))
            {
                reader.Read();
                model = Escaped(ref reader);
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                reader.Read();
                ReadUsage(ref reader);
            }
            else if (reader.ValueTextEquals("service_tier"u8))
            {
                reader.Read();
                Events.ServiceTier = Short(ref reader);
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.Null)
                {
                    using var document = Parse(data);
                    FailWith(document.RootElement, 200);
                    return;
                }
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        // Azure's first chunk has no model yet, nor a choice.
        if (hasChoices && !Events.Started && !(model.IsEmpty && IsEmptyArray(choices)))
        {
            Events.Start(id, model);
        }

        if (hasChoices)
        {
            Choices(ref choices, data);
        }
    }

    private static bool IsEmptyArray(Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.EndArray;

    private void ReadUsage(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            _usage.Read(ref reader);
            Events.Usage(_usage.Counts);
        }
        else
        {
            reader.Skip();
        }
    }

    private void Choices(ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("delta"u8))
                {
                    reader.Read();
                    if (reader.TokenType == JsonTokenType.StartObject)
                    {
                        Delta(ref reader, data);
                    }
                }
                else if (reader.ValueTextEquals("finish_reason"u8))
                {
                    reader.Read();
                    if (reader.TokenType == JsonTokenType.String)
                    {
                        var reason = Short(ref reader);
                        if (ChatStops.IsBroken(reason))
                        {
                            Events.Fail(ChatStops.Broken);
                        }

                        Events.Stop(ChatStops.Read(reason));
                    }
                }
                else if (reader.ValueTextEquals("usage"u8))
                {
                    reader.Read();
                    ReadUsage(ref reader);
                }
                else
                {
                    reader.Read();
                    reader.Skip();
                }
            }
        }
    }

    private void Delta(ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        var whole = reader;
        var hasSources = false;
        var saidReasoning = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("content"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartArray)
                {
                    using var document = JsonDocument.ParseValue(ref reader);
                    ChatAnswer.ReadPieces(document.RootElement, Events);
                }
                else
                {
                    Events.Say(BlockKind.Text, ChatAnswer.TextKey, Escaped(ref reader));
                }
            }
            else if (reader.ValueTextEquals("tool_calls"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartArray)
                {
                    Calls(ref reader, data);
                }
            }
            else if (reader.ValueTextEquals("reasoning_content"u8) || reader.ValueTextEquals("reasoning"u8))
            {
                // Servers in transition send both, with the same text.
                reader.Read();
                var text = Escaped(ref reader);
                if (!saidReasoning)
                {
                    Events.Say(BlockKind.Reasoning, ChatAnswer.ReasoningKey, text);
                    saidReasoning = !text.IsEmpty;
                }
            }
            else if (reader.ValueTextEquals("refusal"u8))
            {
                reader.Read();
                Events.Say(BlockKind.Refusal, ChatAnswer.RefusalKey, Escaped(ref reader));
            }
            else
            {
                hasSources |= reader.ValueTextEquals("annotations"u8);
                reader.Read();
                reader.Skip();
            }
        }

        if (hasSources)
        {
            // Behind the text that may stand in the same delta.
            using var delta = JsonDocument.ParseValue(ref whole);
            ChatAnswer.ReadAnnotations(delta.RootElement, Events);
        }
    }

    private void Calls(ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        var position = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            long index = position++;
            var (id, name) = ("", "");
            ReadOnlySpan<byte> arguments = default;
            ReadOnlySpan<byte> signature = default;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("index"u8))
                {
                    reader.Read();
                    if (reader.TokenType == JsonTokenType.Number)
                    {
                        index = reader.GetInt64();
                    }
                }
                else if (reader.ValueTextEquals("id"u8))
                {
                    reader.Read();
                    id = Short(ref reader);
                }
                else if (reader.ValueTextEquals("function"u8))
                {
                    reader.Read();
                    Function(ref reader, ref name, ref arguments);
                }
                else if (reader.ValueTextEquals("extra_content"u8))
                {
                    reader.Read();
                    using var document = JsonDocument.ParseValue(ref reader);
                    signature = document.RootElement.Member("google"u8).Text("thought_signature"u8).Escaped.ToArray();
                }
                else
                {
                    reader.Read();
                    reader.Skip();
                }
            }

            // The name stands in the first fragment only; some servers repeat the identifier or leave out the index.
            if (_calls.Add(index))
            {
                Events.Seal(ChatAnswer.ReasoningKey, ApiFormat.Gemini, signature);
                Events.Call(index, id, name, endsUnsaid: true);
            }

            Events.ArgumentsOf(index, arguments);
        }
    }

    private static void Function(ref Utf8JsonReader reader, ref string name, ref ReadOnlySpan<byte> arguments)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8))
            {
                reader.Read();
                name = Short(ref reader);
            }
            else if (reader.ValueTextEquals("arguments"u8))
            {
                reader.Read();
                arguments = Escaped(ref reader);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }
}
