using System.Buffers;
using Assay.Ledger.Usage;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.Anthropic;

/// <summary>
/// Writes a streamed message: start, then for each block start, deltas, stop with its index, then the delta with stop
/// reason and usage, then the stop.
/// </summary>
internal sealed class AnthropicStreamWriter(AnswerContext context) : AnswerWriter(context)
{
    private BlockKind _kind;
    private int _index = -1;

    public override void Start(ReadOnlySpan<byte> id, ReadOnlySpan<byte> model, in UsageCounts input)
    {
        Begin("message_start"u8);
        Json.WriteStartObject("message"u8);
        AnthropicAnswerWriter.WriteHead(Json, Context, model);
        Json.WriteStartArray("content"u8);
        Json.WriteEndArray();
        Json.WriteNull("stop_reason"u8);
        Json.WriteNull("stop_sequence"u8);
        AnthropicUsage.Write(Json, input, "");
        Json.WriteEndObject();
        Finish();
    }

    public override void Open(BlockKind kind, string id, string name)
    {
        _kind = kind;
        _index++;
        if (kind == BlockKind.RedactedReasoning)
        {
            return; // Begins with its seal.
        }

        BeginBlock();
        switch (kind)
        {
            case BlockKind.Reasoning:
                Json.WriteString("type"u8, "thinking"u8);
                Json.WriteString("thinking"u8, ""u8);
                Json.WriteString("signature"u8, ""u8);
                break;
            case BlockKind.ToolCall or BlockKind.TextToolCall:
                Json.WriteString("type"u8, "tool_use"u8);
                Json.WriteString("id"u8, id);
                Json.WriteString("name"u8, name);
                Json.WriteStartObject("input"u8);
                Json.WriteEndObject();
                break;
            default:
                Json.WriteString("type"u8, "text"u8);
                Json.WriteString("text"u8, ""u8);
                break;
        }

        Json.WriteEndObject();
        Finish();
    }

    public override void Delta(ReadOnlySpan<byte> escaped) => WriteDelta(
        _kind switch
        {
            BlockKind.Reasoning => "thinking_delta\",\"thinking\":\""u8,
            BlockKind.ToolCall or BlockKind.TextToolCall => "input_json_delta\",\"partial_json\":\""u8,
            _ => "text_delta\",\"text\":\""u8,
        },
        default,
        escaped);

    public override void Seal(ApiFormat origin, ReadOnlySpan<byte> escaped)
    {
        var mark = origin == ApiFormat.AnthropicMessages ? default : Opaque.Mark(origin);
        if (_kind != BlockKind.RedactedReasoning)
        {
            WriteDelta("signature_delta\",\"signature\":\""u8, mark, escaped);
            return;
        }

        BeginBlock();
        Json.WriteString("type"u8, "redacted_thinking"u8);
        Json.WritePropertyName("data"u8);
        Json.WriteEscaped(mark, escaped);
        Json.WriteEndObject();
        Finish();
    }

    public override void Cite(in Citation citation)
    {
        Begin("content_block_delta"u8);
        Json.WriteNumber("index"u8, _index);
        Json.WriteStartObject("delta"u8);
        Json.WriteString("type"u8, "citations_delta"u8);
        Json.WritePropertyName("citation"u8);
        AnthropicAnswerWriter.WriteSource(Json, citation.Url, citation.Title);
        Json.WriteEndObject();
        Finish();
    }

    public override void Close()
    {
        Output.Write("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":"u8);
        Output.AppendNumber(_index);
        Output.Write("}\n\n"u8);
    }

    public override void TellDropped() => WriteDroppedComment();

    public override void End(in AnswerEnd end)
    {
        Begin("message_delta"u8);
        Json.WriteStartObject("delta"u8);
        Json.WriteString("stop_reason"u8, AnthropicStops.Name(end));
        Json.WritePropertyName("stop_sequence"u8);
        AnthropicAnswerWriter.WriteStopSequence(Json, end);
        Json.WriteEndObject();
        AnthropicUsage.Write(Json, end.Usage, "");
        Finish();
        Output.Write("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"u8);
    }

    public override void Fail(in AnswerError error)
    {
        Output.Write("event: error\ndata: "u8);
        Json.Reset(Output);
        AnthropicErrors.Write(Json, error);
        Json.Flush();
        Output.Write("\n\n"u8);
    }

    /// <summary>The hot event, put together from its pieces.</summary>
    private void WriteDelta(ReadOnlySpan<byte> typeAndName, ReadOnlySpan<byte> mark, ReadOnlySpan<byte> escaped)
    {
        Output.Write("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":"u8);
        Output.AppendNumber(_index);
        Output.Write(",\"delta\":{\"type\":\""u8);
        Output.Write(typeAndName);
        Output.Write(mark);
        Output.Write(escaped);
        Output.Write("\"}}\n\n"u8);
    }

    private void BeginBlock()
    {
        Begin("content_block_start"u8);
        Json.WriteNumber("index"u8, _index);
        Json.WriteStartObject("content_block"u8);
    }

    private void Begin(ReadOnlySpan<byte> type)
    {
        Output.Write("event: "u8);
        Output.Write(type);
        Output.Write("\ndata: "u8);
        Json.Reset(Output);
        Json.WriteStartObject();
        Json.WriteString("type"u8, type);
    }

    private void Finish()
    {
        Json.WriteEndObject();
        Json.Flush();
        Output.Write("\n\n"u8);
    }
}
