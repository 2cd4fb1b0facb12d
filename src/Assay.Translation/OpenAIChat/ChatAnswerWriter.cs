using System.Buffers;
using System.Text.Json;
using Assay.Ledger.Usage;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.OpenAIChat;

/// <summary>Writes a whole completion: one message of texts, thoughts and calls, gathered until the end.</summary>
internal sealed class ChatAnswerWriter(AnswerContext context) : AnswerWriter(context)
{
    private readonly ArrayBufferWriter<byte> _content = new();
    private readonly ArrayBufferWriter<byte> _reasoning = new();
    private readonly ArrayBufferWriter<byte> _refusal = new();
    private readonly ArrayBufferWriter<byte> _arguments = new();
    private readonly ArrayBufferWriter<byte> _seal = new();
    private readonly List<Call> _calls = [];
    private readonly List<(ApiFormat Origin, bool Redacted, byte[] Text, byte[] Seal)> _details = [];
    private readonly List<KeptSource> _sources = [];
    private BlockKind _kind;
    private Call _call;
    private byte[] _signature = [];
    private int _reasoningFrom;
    private ApiFormat _origin;

    private record struct Call(string Id, string Name, byte[] Arguments, byte[] Signature, bool IsText);

    public override void Start(ReadOnlySpan<byte> id, ReadOnlySpan<byte> model, in UsageCounts input)
    {
        Json.Reset(Output);
        Json.WriteStartObject();
        WriteHead(Json, Context, model, "chat.completion"u8);
    }

    public override void Open(BlockKind kind, string id, string name)
    {
        _kind = kind;
        _call = new Call(id, name, [], [], kind == BlockKind.TextToolCall);
        _arguments.ResetWrittenCount();
        _seal.ResetWrittenCount();
        _reasoningFrom = _reasoning.WrittenCount;
    }

    public override void Delta(ReadOnlySpan<byte> escaped) => (_kind switch
    {
        BlockKind.Reasoning => _reasoning,
        BlockKind.Refusal => _refusal,
        BlockKind.ToolCall or BlockKind.TextToolCall => _arguments,
        _ => _content,
    }).Write(escaped);

    public override void Seal(ApiFormat origin, ReadOnlySpan<byte> escaped)
    {
        _origin = origin;
        _seal.Write(escaped);
    }

    public override void Cite(in Citation citation) => _sources.Add(KeptSource.Of(citation));

    public override void Close()
    {
        switch (_kind)
        {
            case BlockKind.ToolCall or BlockKind.TextToolCall:
                _calls.Add(_call with
                {
                    Arguments = _arguments.WrittenCount == 0 ? "{}"u8.ToArray() : _arguments.WrittenSpan.ToArray(),
                    Signature = _signature,
                });
                _signature = [];
                break;
            case BlockKind.Reasoning or BlockKind.RedactedReasoning when _seal.WrittenCount > 0:
                if (_origin == ApiFormat.Gemini)
                {
                    _signature = _seal.WrittenSpan.ToArray(); // Stands with the call that follows.
                }

                _details.Add((
                    _origin,
                    _kind == BlockKind.RedactedReasoning,
                    _reasoning.WrittenSpan[_reasoningFrom..].ToArray(),
                    _seal.WrittenSpan.ToArray()));
                break;
        }
    }

    public override void End(in AnswerEnd end)
    {
        Json.WriteStartArray("choices"u8);
        Json.WriteStartObject();
        Json.WriteNumber("index"u8, 0);
        Json.WriteStartObject("message"u8);
        WriteMessage();
        Json.WriteEndObject();
        Json.WriteNull("logprobs"u8);
        Json.WriteString("finish_reason"u8, ChatStops.Name(end.Stop, _refusal.WrittenCount > 0));
        Json.WriteEndObject();
        Json.WriteEndArray();
        if (end.HasUsage)
        {
            OpenAIUsage.WriteChat(Json, end.Usage);
        }

        Json.WriteEndObject();
        Json.Flush();
    }

    public override void Fail(in AnswerError error) =>
        throw new TranslationException(RefusalKind.Malformed, error.Message.Decode());

    public static void WriteHead(Utf8JsonWriter json, AnswerContext context, ReadOnlySpan<byte> model, ReadOnlySpan<byte> kind)
    {
        json.WriteString("id"u8, "chatcmpl-" + context.AnswerId);
        json.WriteString("object"u8, kind);
        json.WriteNumber("created"u8, context.UnixSeconds);
        json.WritePropertyName("model"u8);
        json.WriteModel(context, model);
    }

    private void WriteMessage()
    {
        Json.WriteString("role"u8, "assistant"u8);
        Json.WritePropertyName("content"u8);
        WriteOrNull(_content);
        Json.WritePropertyName("refusal"u8);
        WriteOrNull(_refusal);
        if (_reasoning.WrittenCount > 0)
        {
            Json.WritePropertyName("reasoning_content"u8);
            Json.WriteEscaped(_reasoning.WrittenSpan);
        }

        if (_details.Count > 0)
        {
            Json.WriteStartArray("reasoning_details"u8);
            foreach (var (origin, redacted, text, seal) in _details)
            {
                ChatReasoning.WriteDetail(Json, origin, redacted, text, seal);
            }

            Json.WriteEndArray();
        }

        if (_calls.Count > 0)
        {
            Json.WriteStartArray("tool_calls"u8);
            foreach (var call in _calls)
            {
                WriteCall(call);
            }

            Json.WriteEndArray();
        }

        Json.WriteStartArray("annotations"u8);
        foreach (var source in _sources)
        {
            WriteSource(Json, source.Url, source.Title, source.Start, source.End);
        }

        Json.WriteEndArray();
    }

    private void WriteCall(in Call call)
    {
        Json.WriteStartObject();
        Json.WriteString("id"u8, call.Id);
        var type = call.IsText ? "custom"u8 : "function"u8;
        Json.WriteString("type"u8, type);
        Json.WriteStartObject(type);
        Json.WriteString("name"u8, call.Name);
        Json.WritePropertyName(call.IsText ? "input"u8 : "arguments"u8);
        Json.WriteEscaped(call.Arguments);
        Json.WriteEndObject();
        if (call.Signature.Length > 0)
        {
            ChatReasoning.WriteGoogleSignature(Json, call.Signature);
        }

        Json.WriteEndObject();
    }

    private void WriteOrNull(ArrayBufferWriter<byte> text)
    {
        if (text.WrittenCount == 0)
        {
            Json.WriteNullValue();
        }
        else
        {
            Json.WriteEscaped(text.WrittenSpan);
        }
    }

    public static void WriteSource(Utf8JsonWriter json, ReadOnlySpan<byte> url, ReadOnlySpan<byte> title, long start, long end)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "url_citation"u8);
        json.WriteStartObject("url_citation"u8);
        json.WritePropertyName("url"u8);
        json.WriteEscaped(url);
        json.WritePropertyName("title"u8);
        json.WriteEscaped(title);
        json.WriteNumber("start_index"u8, start);
        json.WriteNumber("end_index"u8, end);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
