using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;
using Assay.Translation.Streaming;

namespace Assay.Translation.BedrockConverse;

/// <summary>
/// Reads a streamed answer of <c>ConverseStream</c>, whose frames have become events by their type. The reason comes with
/// <c>messageStop</c>, the usage behind it with <c>metadata</c>.
/// </summary>
internal sealed class ConverseStream(AnswerEvents events) : AnswerStream(events)
{
    private bool _stopped;

    /// <summary>A server may leave the usage out; the answer is whole all the same.</summary>
    public override bool IsComplete => _stopped;

    public override void Event(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        if (name.SequenceEqual("contentBlockDelta"u8))
        {
            Delta(data);
        }
        else if (name.SequenceEqual("contentBlockStop"u8))
        {
            using var document = Parse(data);
            Events.Close(document.RootElement.Member("contentBlockIndex"u8).AsWhole() ?? 0);
        }
        else if (name.SequenceEqual("contentBlockStart"u8))
        {
            using var document = Parse(data);
            BlockStart(document.RootElement);
        }
        else if (name.SequenceEqual("messageStart"u8))
        {
            Events.Start(default, default);
        }
        else if (name.SequenceEqual("messageStop"u8))
        {
            using var document = Parse(data);
            Events.Stop(ConverseStops.Read(document.RootElement.TextOrEmpty("stopReason"u8)));
            _stopped = true;
        }
        else if (name.SequenceEqual("metadata"u8))
        {
            Metadata(data);
        }
        else if (name.SequenceEqual("error"u8))
        {
            using var document = Parse(data);
            FailWith(document.RootElement, 200);
        }
    }

    private void Metadata(ReadOnlySpan<byte> data)
    {
        using var document = Parse(data);
        if (document.RootElement.Member("usage"u8) is { ValueKind: JsonValueKind.Object } told)
        {
            var usage = default(ConverseUsage);
            usage.Read(told);
            Events.Usage(usage.Counts);
        }

        Events.ServiceTier = document.RootElement.Member("serviceTier"u8).TextOrEmpty("type"u8);
        if (_stopped)
        {
            Events.End();
        }
    }

    private void BlockStart(JsonElement root)
    {
        Events.Start(default, default);
        var start = root.Member("start"u8);
        if (start.Member("toolUse"u8) is { ValueKind: JsonValueKind.Object } call)
        {
            Events.Call(root.Member("contentBlockIndex"u8).AsWhole() ?? 0, call.TextOrEmpty("toolUseId"u8), call.TextOrEmpty("name"u8));
        }
        else if (start.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in start.EnumerateObject())
            {
                Events.Dropped.Add("content." + Anthropic.AnthropicRequestReader.Short(member.Name));
            }
        }
    }

    private enum DeltaKind : byte
    {
        Unknown,
        Text,
        Arguments,
        Thought,
        Signature,
        Redacted,
        Other,
    }

    /// <summary>The hot event: read in place.</summary>
    private void Delta(ReadOnlySpan<byte> data)
    {
        var reader = Reader(data);
        reader.Read();
        long key = 0;
        var kind = DeltaKind.Unknown;
        ReadOnlySpan<byte> value = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIndex = reader.ValueTextEquals("contentBlockIndex"u8);
            var isDelta = reader.ValueTextEquals("delta"u8);
            reader.Read();
            if (isIndex && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var index))
            {
                key = index;
            }
            else if (isDelta && reader.TokenType == JsonTokenType.StartObject)
            {
                Inner(ref reader, ref kind, ref value, inReasoning: false);
            }
            else
            {
                reader.Skip();
            }
        }

        Events.Start(default, default);
        switch (kind)
        {
            case DeltaKind.Text:
                Events.Say(BlockKind.Text, key, value);
                break;
            case DeltaKind.Arguments:
                Events.ArgumentsOf(key, value);
                break;
            case DeltaKind.Thought:
                Events.Say(BlockKind.Reasoning, key, value);
                break;
            case DeltaKind.Signature or DeltaKind.Redacted:
                Events.Seal(key, ApiFormat.BedrockConverse, value, redacted: kind == DeltaKind.Redacted);
                break;
            case DeltaKind.Other:
                Rare(data, key);
                break;
        }
    }

    /// <summary>What stands inside <c>delta</c>, <c>toolUse</c> and <c>reasoningContent</c>: unions of one member.</summary>
    private static void Inner(ref Utf8JsonReader reader, ref DeltaKind kind, ref ReadOnlySpan<byte> value, bool inReasoning)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("text"u8) ? inReasoning ? DeltaKind.Thought : DeltaKind.Text
                : reader.ValueTextEquals("input"u8) ? DeltaKind.Arguments
                : reader.ValueTextEquals("signature"u8) ? DeltaKind.Signature
                : reader.ValueTextEquals("redactedContent"u8) ? DeltaKind.Redacted
                : DeltaKind.Unknown;
            var isReasoning = reader.ValueTextEquals("reasoningContent"u8);
            var isTool = reader.ValueTextEquals("toolUse"u8);
            reader.Read();
            if (found != DeltaKind.Unknown)
            {
                kind = found;
                value = Escaped(ref reader);
            }
            else if ((isReasoning || isTool) && reader.TokenType == JsonTokenType.StartObject)
            {
                Inner(ref reader, ref kind, ref value, inReasoning: isReasoning);
            }
            else
            {
                kind = kind == DeltaKind.Unknown ? DeltaKind.Other : kind;
                reader.Skip();
            }
        }
    }

    private void Rare(ReadOnlySpan<byte> data, long key)
    {
        using var document = Parse(data);
        foreach (var member in document.RootElement.Member("delta"u8).EnumerateObject())
        {
            if (member.NameEquals("citation"u8))
            {
                ConverseAnswer.Cite(member.Value, key, Events);
            }
            else
            {
                Events.Dropped.Add("content." + Anthropic.AnthropicRequestReader.Short(member.Name));
            }
        }
    }
}
