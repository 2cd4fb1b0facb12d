using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;
using Assay.Translation.Streaming;

namespace Assay.Translation.Anthropic;

/// <summary>Reads a streamed message.</summary>
internal sealed class AnthropicStream(AnswerEvents events) : AnswerStream(events)
{
    private AnthropicUsage _usage;

    /// <summary>Only <c>message_stop</c> ends a message, and that is told at once.</summary>
    public override bool IsComplete => false;

    public override void Event(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        if (name.IsEmpty)
        {
            // Imitating servers leave the event lines out; the type is in the data too.
            using var document = Parse(data);
            Scratch.ResetWrittenCount();
            JsonEscape.TryUnescape(document.RootElement.Text("type"u8).Escaped, Scratch);
            name = Scratch.WrittenSpan;
        }

        if (name.SequenceEqual("content_block_delta"u8))
        {
            Delta(data);
        }
        else if (name.SequenceEqual("content_block_stop"u8))
        {
            using var document = Parse(data);
            Events.Close(document.RootElement.Member("index"u8).AsWhole() ?? 0);
        }
        else if (name.SequenceEqual("content_block_start"u8))
        {
            using var document = Parse(data);
            BlockStart(document.RootElement);
        }
        else if (name.SequenceEqual("message_start"u8))
        {
            using var document = Parse(data);
            var message = document.RootElement.Member("message"u8);
            _usage.Read(message.Member("usage"u8));
            Events.ServiceTier = message.Member("usage"u8).TextOrEmpty("service_tier"u8);
            Events.Start(message.Text("id"u8).Escaped, message.Text("model"u8).Escaped, _usage.Counts);
        }
        else if (name.SequenceEqual("message_delta"u8))
        {
            using var document = Parse(data);
            var delta = document.RootElement.Member("delta"u8);
            Events.Stop(AnthropicStops.Read(delta.TextOrEmpty("stop_reason"u8)), delta.Text("stop_sequence"u8).Escaped);
            if (document.RootElement.Member("usage"u8) is { ValueKind: JsonValueKind.Object } usage)
            {
                _usage.Read(usage);
                Events.Usage(_usage.Counts);
            }
        }
        else if (name.SequenceEqual("message_stop"u8))
        {
            Events.End();
        }
        else if (name.SequenceEqual("error"u8))
        {
            using var document = Parse(data);
            FailWith(document.RootElement, 200);
        }
    }

    private void BlockStart(JsonElement root)
    {
        var key = root.Member("index"u8).AsWhole() ?? 0;
        var block = root.Member("content_block"u8);
        Events.Start(default, default);
        switch (block.TextOrEmpty("type"u8))
        {
            case "text":
                Events.Say(BlockKind.Text, key, block.Text("text"u8).Escaped);
                break;
            case "thinking":
                Events.Say(BlockKind.Reasoning, key, block.Text("thinking"u8).Escaped);
                AnthropicAnswer.Seal(Events, key, block.Text("signature"u8), redacted: false);
                break;
            case "redacted_thinking":
                AnthropicAnswer.Seal(Events, key, block.Text("data"u8), redacted: true);
                break;
            case "tool_use":
                Events.Call(key, block.TextOrEmpty("id"u8), block.TextOrEmpty("name"u8));

                // Usually empty, with the arguments in deltas; imitating servers put all of it here.
                if (block.Member("input"u8) is { ValueKind: JsonValueKind.Object } input && input.EnumerateObject().Any())
                {
                    Events.ArgumentsObject(key, System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(input));
                }

                break;
            case var type:
                Events.Dropped.Add("content." + AnthropicRequestReader.Short(type));
                break;
        }
    }

    private enum DeltaKind : byte
    {
        Unknown,
        Text,
        Thinking,
        Signature,
        Json,
        Citation,
    }

    /// <summary>The hot event: read in place. The members may come in any order, so the text waits for the type.</summary>
    private void Delta(ReadOnlySpan<byte> data)
    {
        var reader = Reader(data);
        reader.Read();
        long key = 0;
        var kind = DeltaKind.Unknown;
        ReadOnlySpan<byte> value = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("index"u8))
            {
                reader.Read();
                key = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var index) ? index : 0;
            }
            else if (reader.ValueTextEquals("delta"u8))
            {
                reader.Read();
                Inner(ref reader, ref kind, ref value);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        switch (kind)
        {
            case DeltaKind.Text:
                Events.Say(BlockKind.Text, key, value);
                break;
            case DeltaKind.Json:
                Events.ArgumentsOf(key, value);
                break;
            case DeltaKind.Thinking:
                Events.Say(BlockKind.Reasoning, key, value);
                break;
            case DeltaKind.Signature:
                AnthropicAnswer.Seal(Events, key, RawText.OfEscaped(value.ToArray()), redacted: false);
                break;
            case DeltaKind.Citation:
                using (var document = Parse(data))
                {
                    AnthropicAnswer.Cite(document.RootElement.Member("delta"u8).Member("citation"u8), key, Events);
                }

                break;
        }
    }

    private static void Inner(ref Utf8JsonReader reader, ref DeltaKind kind, ref ReadOnlySpan<byte> value)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                kind = reader.ValueTextEquals("text_delta"u8) ? DeltaKind.Text
                    : reader.ValueTextEquals("input_json_delta"u8) ? DeltaKind.Json
                    : reader.ValueTextEquals("thinking_delta"u8) ? DeltaKind.Thinking
                    : reader.ValueTextEquals("signature_delta"u8) ? DeltaKind.Signature
                    : reader.ValueTextEquals("citations_delta"u8) ? DeltaKind.Citation
                    : DeltaKind.Unknown;
            }
            else if (reader.ValueTextEquals("text"u8) || reader.ValueTextEquals("partial_json"u8)
                || reader.ValueTextEquals("thinking"u8) || reader.ValueTextEquals("signature"u8))
            {
                reader.Read();
                value = Escaped(ref reader);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }
}
