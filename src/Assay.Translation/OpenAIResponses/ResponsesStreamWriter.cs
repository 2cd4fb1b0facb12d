using System.Buffers;
using System.Text;
using Assay.Ledger.Usage;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.OpenAIResponses;

/// <summary>
/// Writes a streamed response: created, in progress, for every item added, its parts and deltas, done, and at the end
/// the whole response. Every event is numbered.
/// </summary>
internal sealed class ResponsesStreamWriter(AnswerContext context) : AnswerWriter(context)
{
    private readonly ResponseObject _response = new(context);
    private readonly ResponseItem _item = new(context);
    private readonly ArrayBufferWriter<byte> _items = new();
    private byte[] _itemId = [];
    private long _sequence;
    private bool _started;
    private bool _summary;
    private bool _saidRefusal;

    public override void Start(ReadOnlySpan<byte> id, ReadOnlySpan<byte> model, in UsageCounts input)
    {
        _started = true;
        _response.Start(model);
        Response("response.created"u8, "in_progress", default);
        Response("response.in_progress"u8, "in_progress", default);
    }

    public override void Open(BlockKind kind, string id, string name)
    {
        _saidRefusal |= kind == BlockKind.Refusal;
        _item.Open(kind, id, name);
        _itemId = Encoding.UTF8.GetBytes(_item.Id);
        _summary = false;
        Item("response.output_item.added"u8, ended: false);
        if (kind is BlockKind.Text or BlockKind.Refusal)
        {
            Part("response.content_part.added"u8, default);
        }
    }

    public override void Delta(ReadOnlySpan<byte> escaped)
    {
        if (_item.Kind == BlockKind.Reasoning && !_summary)
        {
            _summary = true;
            Summary("response.reasoning_summary_part.added"u8, default);
        }

        _item.Add(escaped);
        switch (_item.Kind)
        {
            case BlockKind.Reasoning:
                Piece("response.reasoning_summary_text.delta"u8, ",\"summary_index\":0,\"delta\":\""u8, escaped, default);
                break;
            case BlockKind.ToolCall:
                Piece("response.function_call_arguments.delta"u8, ",\"delta\":\""u8, escaped, default);
                break;
            case BlockKind.TextToolCall:
                Piece("response.custom_tool_call_input.delta"u8, ",\"delta\":\""u8, escaped, default);
                break;
            case BlockKind.Refusal:
                Piece("response.refusal.delta"u8, ",\"content_index\":0,\"delta\":\""u8, escaped, default);
                break;
            default:
                Piece("response.output_text.delta"u8, ",\"content_index\":0,\"delta\":\""u8, escaped, ",\"logprobs\":[]"u8);
                break;
        }
    }

    public override void Seal(ApiFormat origin, ReadOnlySpan<byte> escaped) => _item.Seal(origin, escaped);

    public override void Cite(in Citation citation)
    {
        var number = _item.Cite(citation);
        Begin("response.output_text.annotation.added"u8);
        WriteItemPlace();
        Json.WriteNumber("content_index"u8, 0);
        Json.WriteNumber("annotation_index"u8, number);
        Json.WritePropertyName("annotation"u8);
        ResponseItem.WriteSource(Json, citation.Url, citation.Title, citation.InBlock);
        Finish();
    }

    public override void Close()
    {
        var needsDelta = _item.Kind == BlockKind.ToolCall && _item.Text.IsEmpty;
        if (needsDelta)
        {
            Delta("{}"u8);
        }

        switch (_item.Kind)
        {
            case BlockKind.Reasoning when _summary:
                Piece("response.reasoning_summary_text.done"u8, ",\"summary_index\":0,\"text\":\""u8, _item.Text, default);
                Summary("response.reasoning_summary_part.done"u8, _item.Text);
                break;
            case BlockKind.ToolCall:
                Piece("response.function_call_arguments.done"u8, ",\"arguments\":\""u8, _item.Text, default);
                break;
            case BlockKind.TextToolCall:
                Piece("response.custom_tool_call_input.done"u8, ",\"input\":\""u8, _item.Text, default);
                break;
            case BlockKind.Refusal:
                Piece("response.refusal.done"u8, ",\"content_index\":0,\"refusal\":\""u8, _item.Text, default);
                Part("response.content_part.done"u8, _item.Text);
                break;
            case BlockKind.Text:
                Piece("response.output_text.done"u8, ",\"content_index\":0,\"text\":\""u8, _item.Text, ",\"logprobs\":[]"u8);
                Part("response.content_part.done"u8, _item.Text);
                break;
        }

        Item("response.output_item.done"u8, ended: true);
        Keep();
    }

    public override void TellDropped() => WriteDroppedComment();

    public override void End(in AnswerEnd end)
    {
        var status = ResponseObject.Status(end.Stop, _saidRefusal);
        Response(status == "completed" ? "response.completed"u8 : "response.incomplete"u8, status, end);
    }

    public override void Fail(in AnswerError error)
    {
        if (!_started)
        {
            Start(default, default, default);
        }

        Response("response.failed"u8, "failed", default, error);
    }

    private void Keep()
    {
        _items.Write(_items.WrittenCount > 0 ? ","u8 : default);
        Json.Reset(_items);
        _item.Write(Json, ended: true);
        Json.Flush();
        if (_items.WrittenCount > Context.Limits.AnswerBytesMax)
        {
            throw new TranslationException(RefusalKind.TooLarge, $"The answer is longer than {Context.Limits.AnswerBytesMax} bytes.");
        }
    }

    private void Response(ReadOnlySpan<byte> type, string status, in AnswerEnd end, AnswerError? error = null)
    {
        Head(type);
        Output.Write(",\"response\":"u8);
        _response.Write(Output, Json, status, _items.WrittenSpan, end, error);
        Number();
    }

    private void Item(ReadOnlySpan<byte> type, bool ended)
    {
        Begin(type);
        Json.WriteNumber("output_index"u8, _item.Index);
        Json.WritePropertyName("item"u8);
        _item.Write(Json, ended);
        Finish();
    }

    private void Part(ReadOnlySpan<byte> type, ReadOnlySpan<byte> text)
    {
        Begin(type);
        WriteItemPlace();
        Json.WriteNumber("content_index"u8, 0);
        Json.WritePropertyName("part"u8);
        _item.WritePart(Json, text);
        Finish();
    }

    private void Summary(ReadOnlySpan<byte> type, ReadOnlySpan<byte> text)
    {
        Begin(type);
        WriteItemPlace();
        Json.WriteNumber("summary_index"u8, 0);
        Json.WritePropertyName("part"u8);
        ResponseItem.WriteSummary(Json, text);
        Finish();
    }

    /// <summary>The hot event, put together from its pieces.</summary>
    private void Piece(ReadOnlySpan<byte> type, ReadOnlySpan<byte> before, ReadOnlySpan<byte> escaped, ReadOnlySpan<byte> after)
    {
        Head(type);
        Output.Write(",\"item_id\":\""u8);
        Output.Write(_itemId);
        Output.Write("\",\"output_index\":"u8);
        Output.AppendNumber(_item.Index);
        Output.Write(before);
        Output.Write(escaped);
        Output.Write("\""u8);
        Output.Write(after);
        Number();
    }

    private void Head(ReadOnlySpan<byte> type)
    {
        Output.Write("event: "u8);
        Output.Write(type);
        Output.Write("\ndata: {\"type\":\""u8);
        Output.Write(type);
        Output.Write("\""u8);
    }

    private void Number()
    {
        Output.Write(",\"sequence_number\":"u8);
        Output.AppendNumber(_sequence++);
        Output.Write("}\n\n"u8);
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

    private void WriteItemPlace()
    {
        Json.WriteString("item_id"u8, _item.Id);
        Json.WriteNumber("output_index"u8, _item.Index);
    }

    private void Finish()
    {
        Json.Flush();
        Number();
    }
}
