using System.Buffers;
using System.Text.Json;
using Assay.Ledger.Usage;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.Anthropic;

/// <summary>Writes a whole message.</summary>
internal sealed class AnthropicAnswerWriter(AnswerContext context) : AnswerWriter(context)
{
    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly ArrayBufferWriter<byte> _seal = new();
    private readonly List<KeptSource> _sources = [];
    private BlockKind _kind;
    private string _id = "";
    private string _name = "";

    public override void Start(ReadOnlySpan<byte> id, ReadOnlySpan<byte> model, in UsageCounts input)
    {
        Json.Reset(Output);
        Json.WriteStartObject();
        WriteHead(Json, Context, model);
        Json.WriteStartArray("content"u8);
    }

    public override void Open(BlockKind kind, string id, string name)
    {
        (_kind, _id, _name) = (kind, id, name);
        _text.ResetWrittenCount();
        _seal.ResetWrittenCount();
        _sources.Clear();
    }

    public override void Delta(ReadOnlySpan<byte> escaped) => _text.Write(escaped);

    public override void Seal(ApiFormat origin, ReadOnlySpan<byte> escaped)
    {
        if (origin != ApiFormat.AnthropicMessages)
        {
            _seal.Write(Opaque.Mark(origin));
        }

        _seal.Write(escaped);
    }

    public override void Cite(in Citation citation) => _sources.Add(KeptSource.Of(citation));

    public override void Close()
    {
        Json.WriteStartObject();
        switch (_kind)
        {
            case BlockKind.Reasoning:
                Json.WriteString("type"u8, "thinking"u8);
                Json.WritePropertyName("thinking"u8);
                Json.WriteEscaped(_text.WrittenSpan);
                Json.WritePropertyName("signature"u8);
                Json.WriteEscaped(_seal.WrittenSpan);
                break;
            case BlockKind.RedactedReasoning:
                Json.WriteString("type"u8, "redacted_thinking"u8);
                Json.WritePropertyName("data"u8);
                Json.WriteEscaped(_seal.WrittenSpan);
                break;
            case BlockKind.ToolCall or BlockKind.TextToolCall:
                Json.WriteString("type"u8, "tool_use"u8);
                Json.WriteString("id"u8, _id);
                Json.WriteString("name"u8, _name);
                Json.WritePropertyName("input"u8);
                if (!Arguments.WriteAsObject(Json, _text.WrittenSpan))
                {
                    Dropped.Add("tool_call.arguments(notJson)");
                }

                break;
            default:
                Json.WriteString("type"u8, "text"u8);
                Json.WritePropertyName("text"u8);
                Json.WriteEscaped(_text.WrittenSpan);
                WriteSources();
                break;
        }

        Json.WriteEndObject();
    }

    public override void End(in AnswerEnd end)
    {
        Json.WriteEndArray();
        Json.WriteString("stop_reason"u8, AnthropicStops.Name(end));
        Json.WritePropertyName("stop_sequence"u8);
        WriteStopSequence(Json, end);
        AnthropicUsage.Write(Json, end.Usage, end.ServiceTier);
        Json.WriteEndObject();
        Json.Flush();
    }

    public override void Fail(in AnswerError error) =>
        throw new TranslationException(RefusalKind.Malformed, error.Message.Decode());

    public static void WriteHead(Utf8JsonWriter json, AnswerContext context, ReadOnlySpan<byte> model)
    {
        json.WriteString("id"u8, "msg_" + context.AnswerId);
        json.WriteString("type"u8, "message"u8);
        json.WriteString("role"u8, "assistant"u8);
        json.WritePropertyName("model"u8);
        json.WriteModel(context, model);
    }

    public static void WriteStopSequence(Utf8JsonWriter json, in AnswerEnd end)
    {
        if (end.Stop == StopReason.StopSequence && !end.StopSequence.IsEmpty)
        {
            json.WriteEscaped(end.StopSequence);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private void WriteSources()
    {
        if (_sources.Count == 0)
        {
            return;
        }

        Json.WriteStartArray("citations"u8);
        foreach (var source in _sources)
        {
            WriteSource(Json, source.Url, source.Title);
        }

        Json.WriteEndArray();
    }

    public static void WriteSource(Utf8JsonWriter json, ReadOnlySpan<byte> url, ReadOnlySpan<byte> title)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "web_search_result_location"u8);
        json.WritePropertyName("url"u8);
        json.WriteEscaped(url);
        json.WritePropertyName("title"u8);
        json.WriteEscaped(title);
        json.WriteString("cited_text"u8, ""u8);
        json.WriteString("encrypted_index"u8, ""u8);
        json.WriteEndObject();
    }
}
