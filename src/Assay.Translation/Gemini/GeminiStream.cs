using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;
using Assay.Translation.Streaming;

namespace Assay.Translation.Gemini;

/// <summary>
/// Reads streamed answers, as events or as the elements of an array. Texts are read in place; what has a call is parsed.
/// </summary>
internal sealed class GeminiStream : AnswerStream
{
    private readonly GeminiParts _parts;
    private GeminiUsage _usage;

    public GeminiStream(AnswerEvents events)
        : base(events) => _parts = new GeminiParts(events);

    /// <summary>Gemini has no last event: a finish reason ends the answer, and the connection ends the stream.</summary>
    public override bool IsComplete => Events.HasStop;

    public override void Event(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        var reader = Reader(data);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }

        var candidates = reader;
        var hasCandidates = false;
        ReadOnlySpan<byte> id = default;
        ReadOnlySpan<byte> model = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("candidates"u8))
            {
                reader.Read();
                candidates = reader;
                hasCandidates = reader.TokenType == JsonTokenType.StartArray;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("usageMetadata"u8))
            {
                reader.Read();
                _usage.Read(ref reader);
                Events.Usage(_usage.Counts);
            }
            else if (reader.ValueTextEquals("responseId"u8))
            {
                reader.Read();
                id = Escaped(ref reader);
            }
            else if (reader.ValueTextEquals("modelVersion"u8))
            {
                reader.Read();
                model = Escaped(ref reader);
            }
            else if (reader.ValueTextEquals("promptFeedback"u8))
            {
                reader.Read();
                using var feedback = JsonDocument.ParseValue(ref reader);
                if (!feedback.RootElement.Get("blockReason").IsNull())
                {
                    Events.Stop(StopReason.ContentFilter);
                }
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                using var document = Parse(data);
                FailWith(document.RootElement, 200);
                return;
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        Events.Start(id, model);
        if (hasCandidates)
        {
            Candidates(ref candidates);
        }
    }

    private void Candidates(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("content"u8))
                {
                    reader.Read();
                    Content(ref reader);
                }
                else if (reader.ValueTextEquals("finishReason"u8))
                {
                    reader.Read();
                    Events.Stop(GeminiStops.Read(Short(ref reader)));
                }
                else if (reader.ValueTextEquals("groundingMetadata"u8))
                {
                    reader.Read();
                    using var grounding = JsonDocument.ParseValue(ref reader);
                    _parts.Grounding(grounding.RootElement);
                }
                else
                {
                    if (reader.ValueTextEquals("citationMetadata"u8) || reader.ValueTextEquals("urlContextMetadata"u8) || reader.ValueTextEquals("logprobsResult"u8))
                    {
                        _parts.Unsaid(reader.GetString()!);
                    }

                    reader.Read();
                    reader.Skip();
                }
            }
        }
    }

    private void Content(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isParts = reader.ValueTextEquals("parts"u8);
            reader.Read();
            if (isParts && reader.TokenType == JsonTokenType.StartArray)
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                {
                    Part(ref reader);
                }
            }
            else
            {
                reader.Skip();
            }
        }
    }

    /// <summary>A part with nothing but text, thought and signature is read in place.</summary>
    private void Part(ref Utf8JsonReader reader)
    {
        var start = reader;
        ReadOnlySpan<byte> text = default;
        ReadOnlySpan<byte> signature = default;
        var isThought = false;
        var isPlain = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("text"u8))
            {
                reader.Read();
                text = Escaped(ref reader);
            }
            else if (reader.ValueTextEquals("thought"u8))
            {
                reader.Read();
                isThought = reader.TokenType == JsonTokenType.True;
            }
            else if (reader.ValueTextEquals("thoughtSignature"u8))
            {
                reader.Read();
                signature = Escaped(ref reader);
            }
            else
            {
                isPlain = false;
                reader.Read();
                reader.Skip();
            }
        }

        if (isPlain)
        {
            _parts.Text(isThought, text);
            _parts.Signature(signature);
            return;
        }

        using var part = JsonDocument.ParseValue(ref start);
        _parts.Part(part.RootElement);
    }
}
