using System.Text.Json;
using Assay.Translation.Anthropic;
using Assay.Translation.Canonical;
using Assay.Translation.Json;
using Assay.Translation.Streaming;

namespace Assay.Translation.OpenAIResponses;

/// <summary>Reads a streamed response. Deltas are read in place; the rarer events are parsed.</summary>
internal sealed class ResponsesStream(AnswerEvents events) : AnswerStream(events)
{
    private readonly HashSet<long> _withArguments = [];
    private bool _sawItem;

    /// <summary>Only a terminal event ends a response, and that is told at once.</summary>
    public override bool IsComplete => false;

    public override void Event(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            return;
        }

        var reader = Reader(data);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }

        long key = 0;
        var type = name;
        ReadOnlySpan<byte> delta = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("delta"u8))
            {
                reader.Read();
                delta = Escaped(ref reader);
            }
            else if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                type = Escaped(ref reader);
            }
            else if (reader.ValueTextEquals("output_index"u8))
            {
                reader.Read();
                key = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var index) ? index : 0;
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        if (type.SequenceEqual("response.output_text.delta"u8))
        {
            Events.Say(BlockKind.Text, key, delta);
        }
        else if (type.SequenceEqual("response.function_call_arguments.delta"u8) || type.SequenceEqual("response.custom_tool_call_input.delta"u8))
        {
            _withArguments.Add(key);
            Events.ArgumentsOf(key, delta);
        }
        else if (type.SequenceEqual("response.reasoning_summary_text.delta"u8) || type.SequenceEqual("response.reasoning_text.delta"u8))
        {
            Events.Say(BlockKind.Reasoning, key, delta);
        }
        else if (type.SequenceEqual("response.refusal.delta"u8))
        {
            Events.Say(BlockKind.Refusal, key, delta);
        }
        else if (!IsEcho(type))
        {
            using var document = Parse(data);
            Other(type, key, document.RootElement);
        }
    }

    /// <summary>Events that only repeat what deltas said.</summary>
    private static bool IsEcho(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("response.in_progress"u8)
        || type.SequenceEqual("response.output_text.done"u8)
        || type.SequenceEqual("response.content_part.added"u8)
        || type.SequenceEqual("response.content_part.done"u8)
        || type.SequenceEqual("response.function_call_arguments.done"u8)
        || type.SequenceEqual("response.custom_tool_call_input.done"u8)
        || type.SequenceEqual("response.reasoning_summary_text.done"u8)
        || type.SequenceEqual("response.reasoning_summary_part.done"u8);

    private void Other(ReadOnlySpan<byte> type, long key, JsonElement root)
    {
        var response = root.Member("response"u8);
        if (type.SequenceEqual("response.created"u8))
        {
            Events.Start(response.Text("id"u8).Escaped, response.Text("model"u8).Escaped);
        }
        else if (type.SequenceEqual("response.output_item.added"u8))
        {
            ItemAdded(key, root.Member("item"u8));
        }
        else if (type.SequenceEqual("response.output_item.done"u8))
        {
            ItemDone(key, root.Member("item"u8));
        }
        else if (type.SequenceEqual("response.reasoning_summary_part.added"u8))
        {
            if (root.Member("summary_index"u8).AsWhole() > 0)
            {
                Events.Say(BlockKind.Reasoning, key, "\\n\\n"u8);
            }
        }
        else if (type.SequenceEqual("response.output_text.annotation.added"u8))
        {
            ResponsesAnswer.Cite(root.Member("annotation"u8), key, Events, Events.BlockStart);
        }
        else if (type.SequenceEqual("response.completed"u8) || type.SequenceEqual("response.incomplete"u8))
        {
            Events.Start(response.Text("id"u8).Escaped, response.Text("model"u8).Escaped);
            if (!_sawItem)
            {
                ResponsesAnswer.Output(response, Events); // A server that streams nothing but the end.
            }

            ResponsesAnswer.End(response, Events);
            Events.End();
        }
        else if (type.SequenceEqual("response.failed"u8))
        {
            FailWith(response, 200);
        }
        else if (type.SequenceEqual("error"u8))
        {
            FailWith(root, 200);
        }
    }

    private void ItemAdded(long key, JsonElement item)
    {
        _sawItem = true;
        switch (item.TextOrEmpty("type"u8))
        {
            case "function_call":
                Events.Call(key, item.TextOrEmpty("call_id"u8), item.TextOrEmpty("name"u8));
                break;
            case "custom_tool_call":
                Events.Call(key, item.TextOrEmpty("call_id"u8), item.TextOrEmpty("name"u8), isText: true);
                break;
            case "message" or "reasoning":
                break;
            case var type:
                Events.Dropped.Add("output." + AnthropicRequestReader.Short(type));
                break;
        }
    }

    private void ItemDone(long key, JsonElement item)
    {
        switch (item.TextOrEmpty("type"u8))
        {
            case "function_call" when !_withArguments.Contains(key):
                Events.ArgumentsOf(key, item.Text("arguments"u8).Escaped);
                break;
            case "custom_tool_call" when !_withArguments.Contains(key):
                Events.ArgumentsOf(key, item.Text("input"u8).Escaped);
                break;
            case "reasoning":
                ResponsesAnswer.Seal(item, key, Events);
                break;
        }

        Events.Close(key);
    }
}
