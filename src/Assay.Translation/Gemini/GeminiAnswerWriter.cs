using System.Buffers;
using System.Text.Json;
using Assay.Ledger.Usage;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.Gemini;

/// <summary>Writes a whole answer.</summary>
internal sealed class GeminiAnswerWriter(AnswerContext context) : AnswerWriter(context)
{
    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly ArrayBufferWriter<byte> _seal = new();
    private readonly GeminiSources _sources = new();
    private BlockKind _kind;
    private string _id = "";
    private string _name = "";
    private byte[] _signature = [];
    private byte[] _model = [];

    public override void Start(ReadOnlySpan<byte> id, ReadOnlySpan<byte> model, in UsageCounts input)
    {
        _model = model.ToArray();
        Json.Reset(Output);
        Json.WriteStartObject();
        Json.WriteStartArray("candidates"u8);
        Json.WriteStartObject();
        Json.WriteStartObject("content"u8);
        Json.WriteString("role"u8, "model"u8);
        Json.WriteStartArray("parts"u8);
    }

    public override void Open(BlockKind kind, string id, string name)
    {
        (_kind, _id, _name) = (kind, id, name);
        _text.ResetWrittenCount();
        _seal.ResetWrittenCount();
    }

    public override void Delta(ReadOnlySpan<byte> escaped) => _text.Write(escaped);

    public override void Seal(ApiFormat origin, ReadOnlySpan<byte> escaped) => _seal.Write(
        GeminiSeals.Write(origin, _kind == BlockKind.RedactedReasoning, escaped, _text.WrittenSpan));

    public override void Cite(in Citation citation) => _sources.Add(citation);

    public override void Close()
    {
        if (_seal.WrittenCount > 0)
        {
            WriteLooseSignature(); // Two seals without a part between them.
            _signature = _seal.WrittenSpan.ToArray();
        }

        switch (_kind)
        {
            case BlockKind.Reasoning:
                if (_text.WrittenCount > 0)
                {
                    Json.WriteStartObject();
                    Json.WritePropertyName("text"u8);
                    Json.WriteEscaped(_text.WrittenSpan);
                    Json.WriteBoolean("thought"u8, true);
                    Json.WriteEndObject();
                }

                break;
            case BlockKind.RedactedReasoning:
                break;
            case BlockKind.ToolCall or BlockKind.TextToolCall:
                Json.WriteStartObject();
                if (!WriteCall(Json, _id, _name, _text.WrittenSpan))
                {
                    Dropped.Add("tool_call.arguments(notJson)");
                }

                WriteSignature();
                Json.WriteEndObject();
                break;
            default:
                Json.WriteStartObject();
                Json.WritePropertyName("text"u8);
                Json.WriteEscaped(_text.WrittenSpan);
                WriteSignature();
                Json.WriteEndObject();
                break;
        }
    }

    public override void End(in AnswerEnd end)
    {
        WriteLooseSignature();
        Json.WriteEndArray();
        Json.WriteEndObject();
        Json.WriteString("finishReason"u8, GeminiStops.Name(end.Stop));
        Json.WriteNumber("index"u8, 0);
        _sources.Write(Json);
        Json.WriteEndObject();
        Json.WriteEndArray();
        if (end.HasUsage)
        {
            GeminiUsage.Write(Json, end.Usage);
        }

        WriteTail(Json, Context, _model);
        Json.WriteEndObject();
        Json.Flush();
    }

    public override void Fail(in AnswerError error) =>
        throw new TranslationException(RefusalKind.Malformed, error.Message.Decode());

    public static void WriteTail(Utf8JsonWriter json, AnswerContext context, ReadOnlySpan<byte> model)
    {
        json.WritePropertyName("modelVersion"u8);
        json.WriteModel(context, model);
        json.WriteString("responseId"u8, context.AnswerId);
    }

    /// <returns>False if the arguments were no JSON object and had to be wrapped.</returns>
    public static bool WriteCall(Utf8JsonWriter json, string id, string name, ReadOnlySpan<byte> arguments)
    {
        json.WriteStartObject("functionCall"u8);
        json.WriteString("id"u8, id);
        json.WriteString("name"u8, name);
        json.WritePropertyName("args"u8);
        var isObject = Arguments.WriteAsObject(json, arguments);
        json.WriteEndObject();
        return isObject;
    }

    private void WriteLooseSignature()
    {
        if (_signature.Length > 0)
        {
            Json.WriteStartObject();
            Json.WriteString("text"u8, ""u8);
            WriteSignature();
            Json.WriteEndObject();
        }
    }

    private void WriteSignature()
    {
        if (_signature.Length > 0)
        {
            Json.WritePropertyName("thoughtSignature"u8);
            Json.WriteEscaped(_signature);
            _signature = [];
        }
    }
}
