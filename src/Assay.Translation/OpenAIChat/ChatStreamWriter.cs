using System.Buffers;
using Assay.Ledger.Usage;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.OpenAIChat;

/// <summary>
/// Writes chunks: the role first, then deltas, the chunk with the finish reason, the usage chunk if it was asked for,
/// <c>[DONE]</c>.
/// </summary>
internal sealed class ChatStreamWriter(AnswerContext context) : AnswerWriter(context)
{
    private readonly ArrayBufferWriter<byte> _head = new(256);
    private readonly ArrayBufferWriter<byte> _seal = new();
    private readonly ArrayBufferWriter<byte> _thought = new();
    private BlockKind _kind;
    private ApiFormat _origin;
    private int _call = -1;
    private bool _hasArguments;
    private bool _saidRefusal;

    public override void Start(ReadOnlySpan<byte> id, ReadOnlySpan<byte> model, in UsageCounts input)
    {
        // Alike in every chunk of a stream, so it is put together once.
        _head.Write("data: "u8);
        Json.Reset(_head);
        Json.WriteStartObject();
        ChatAnswerWriter.WriteHead(Json, Context, model, "chat.completion.chunk"u8);
        Json.Flush();
        Output.Write(_head.WrittenSpan);
        Output.Write(",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n"u8);
    }

    public override void Open(BlockKind kind, string id, string name)
    {
        _kind = kind;
        _thought.ResetWrittenCount();
        _saidRefusal |= kind == BlockKind.Refusal;
        if (kind is not (BlockKind.ToolCall or BlockKind.TextToolCall))
        {
            return;
        }

        _call++;
        _hasArguments = false;
        BeginDelta();
        Json.WriteStartArray("tool_calls"u8);
        Json.WriteStartObject();
        Json.WriteNumber("index"u8, _call);
        Json.WriteString("id"u8, id);
        var isText = kind == BlockKind.TextToolCall;
        Json.WriteString("type"u8, isText ? "custom"u8 : "function"u8);
        Json.WriteStartObject(isText ? "custom"u8 : "function"u8);
        Json.WriteString("name"u8, name);
        Json.WriteString(isText ? "input"u8 : "arguments"u8, ""u8);
        Json.WriteEndObject();
        if (_seal.WrittenCount > 0 && _origin == ApiFormat.Gemini)
        {
            ChatReasoning.WriteGoogleSignature(Json, _seal.WrittenSpan);
            _seal.ResetWrittenCount();
        }

        Json.WriteEndObject();
        Json.WriteEndArray();
        EndDelta();
    }

    public override void Delta(ReadOnlySpan<byte> escaped)
    {
        Output.Write(_head.WrittenSpan);
        switch (_kind)
        {
            case BlockKind.ToolCall or BlockKind.TextToolCall:
                _hasArguments = true;
                Output.Write(",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":"u8);
                Output.AppendNumber(_call);
                Output.Write(_kind == BlockKind.ToolCall ? ",\"function\":{\"arguments\":\""u8 : ",\"custom\":{\"input\":\""u8);
                Output.Write(escaped);
                Output.Write("\"}}]},\"logprobs\":null,\"finish_reason\":null}]}\n\n"u8);
                return;
            case BlockKind.Reasoning:
                if (_thought.WrittenCount + escaped.Length <= Context.Limits.HeldBytesMax)
                {
                    _thought.Write(escaped); // Its own provider wants it back together with the seal.
                }

                Output.Write(",\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\""u8);
                break;
            case BlockKind.Refusal:
                Output.Write(",\"choices\":[{\"index\":0,\"delta\":{\"refusal\":\""u8);
                break;
            default:
                Output.Write(",\"choices\":[{\"index\":0,\"delta\":{\"content\":\""u8);
                break;
        }

        Output.Write(escaped);
        Output.Write("\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n"u8);
    }

    public override void Seal(ApiFormat origin, ReadOnlySpan<byte> escaped)
    {
        _origin = origin;
        _seal.ResetWrittenCount();
        _seal.Write(escaped);
        BeginDelta();
        Json.WriteStartArray("reasoning_details"u8);
        ChatReasoning.WriteDetail(Json, origin, _kind == BlockKind.RedactedReasoning, _thought.WrittenSpan, escaped);
        Json.WriteEndArray();
        EndDelta();
    }

    public override void Cite(in Citation citation)
    {
        BeginDelta();
        Json.WriteStartArray("annotations"u8);
        ChatAnswerWriter.WriteSource(Json, citation.Url, citation.Title, citation.Start, citation.End);
        Json.WriteEndArray();
        EndDelta();
    }

    public override void Close()
    {
        if (_kind == BlockKind.ToolCall && !_hasArguments)
        {
            Delta("{}"u8); // Clients parse what they have gathered.
        }
    }

    public override void TellDropped() => WriteDroppedComment();

    public override void End(in AnswerEnd end)
    {
        Output.Write(_head.WrittenSpan);
        Output.Write(",\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\""u8);
        Output.Write(ChatStops.Name(end.Stop, _saidRefusal));
        Output.Write("\"}]}\n\n"u8);
        if (Context.IncludeUsage)
        {
            Output.Write(_head.WrittenSpan);
            Output.Write(",\"choices\":[],"u8);
            WriteUsage(end.Usage);
            Output.Write("}\n\n"u8);
        }

        Output.Write("data: [DONE]\n\n"u8);
    }

    public override void Fail(in AnswerError error)
    {
        Output.Write("data: "u8);
        Json.Reset(Output);
        OpenAIErrors.Write(Json, error);
        Json.Flush();
        Output.Write("\n\n"u8);
    }

    private void WriteUsage(in UsageCounts usage)
    {
        var member = new ArrayBufferWriter<byte>(256);
        Json.Reset(member);
        Json.WriteStartObject();
        OpenAIUsage.WriteChat(Json, usage);
        Json.WriteEndObject();
        Json.Flush();
        Output.Write(member.WrittenSpan[1..^1]);
    }

    private void BeginDelta()
    {
        Output.Write(_head.WrittenSpan);
        Output.Write(",\"choices\":[{\"index\":0,\"delta\":"u8);
        Json.Reset(Output);
        Json.WriteStartObject();
    }

    private void EndDelta()
    {
        Json.WriteEndObject();
        Json.Flush();
        Output.Write(",\"logprobs\":null,\"finish_reason\":null}]}\n\n"u8);
    }
}
