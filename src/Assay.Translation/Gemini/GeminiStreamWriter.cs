using System.Buffers;
using Assay.Ledger.Usage;
using Assay.Translation.Canonical;

namespace Assay.Translation.Gemini;

/// <summary>
/// Writes a streamed answer, as events or as an array that grows. Calls are parts that must be whole, so their arguments
/// are gathered; texts go out at once.
/// </summary>
internal sealed class GeminiStreamWriter(AnswerContext context) : AnswerWriter(context)
{
    private readonly ArrayBufferWriter<byte> _tail = new(128);
    private readonly ArrayBufferWriter<byte> _held = new();
    private readonly GeminiSources _sources = new();
    private BlockKind _kind;
    private string _id = "";
    private string _name = "";
    private byte[] _signature = [];
    private bool _begun;

    public override void Start(ReadOnlySpan<byte> id, ReadOnlySpan<byte> model, in UsageCounts input)
    {
        // Alike in every event of a stream, so it is put together once.
        Json.Reset(_tail);
        Json.WriteStartObject();
        GeminiAnswerWriter.WriteTail(Json, Context, model);
        Json.WriteEndObject();
        Json.Flush();
    }

    public override void Open(BlockKind kind, string id, string name)
    {
        (_kind, _id, _name) = (kind, id, name);
        _held.ResetWrittenCount();
    }

    public override void Delta(ReadOnlySpan<byte> escaped)
    {
        if (_kind is BlockKind.ToolCall or BlockKind.TextToolCall)
        {
            Hold(escaped);
            return;
        }

        if (_kind == BlockKind.Reasoning)
        {
            Hold(escaped); // The seal that may follow travels with the thought.
        }

        BeginPart();
        Output.Write("\"text\":\""u8);
        Output.Write(escaped);
        Output.Write(_kind == BlockKind.Reasoning ? "\",\"thought\":true"u8 : "\""u8);
        if (_kind != BlockKind.Reasoning)
        {
            WriteSignature();
        }

        EndPart();
    }

    public override void Seal(ApiFormat origin, ReadOnlySpan<byte> escaped)
    {
        WriteLooseSignature();
        _signature = GeminiSeals.Write(origin, _kind == BlockKind.RedactedReasoning, escaped, _held.WrittenSpan);
    }

    public override void Cite(in Citation citation) => _sources.Add(citation);

    public override void Close()
    {
        if (_kind is not (BlockKind.ToolCall or BlockKind.TextToolCall))
        {
            return;
        }

        BeginPart();
        var call = new ArrayBufferWriter<byte>(_held.WrittenCount + 128);
        Json.Reset(call);
        Json.WriteStartObject();
        if (!GeminiAnswerWriter.WriteCall(Json, _id, _name, _held.WrittenSpan))
        {
            Dropped.Add("tool_call.arguments(notJson)");
        }

        Json.WriteEndObject();
        Json.Flush();
        Output.Write(call.WrittenSpan[1..^1]);
        WriteSignature();
        EndPart();
    }

    public override void End(in AnswerEnd end)
    {
        WriteLooseSignature();
        BeginEvent();
        Json.Reset(Output);
        Json.WriteStartObject();
        Json.WriteStartArray("candidates"u8);
        Json.WriteStartObject();
        Json.WriteStartObject("content"u8);
        Json.WriteStartArray("parts"u8);
        Json.WriteStartObject();
        Json.WriteString("text"u8, ""u8);
        Json.WriteEndObject();
        Json.WriteEndArray();
        Json.WriteString("role"u8, "model"u8);
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

        if (Dropped.Names.Count > 0)
        {
            // Google's libraries take every line for data, so there is no comment here; they do pass over fields that they do not know.
            Json.WriteString("x-assay-dropped"u8, DroppedNames.Header(Dropped.Names));
        }

        Json.Flush();
        Output.Write(","u8);
        Output.Write(_tail.WrittenSpan[1..]);
        EndEvent();
        if (Context.ClientWantsArray)
        {
            Output.Write("]"u8);
        }
    }

    public override void Fail(in AnswerError error)
    {
        BeginEvent();
        Json.Reset(Output);
        GeminiErrors.Write(Json, error, asArray: false);
        Json.Flush();
        EndEvent();
        if (Context.ClientWantsArray)
        {
            Output.Write("]"u8);
        }
    }

    private void Hold(ReadOnlySpan<byte> escaped)
    {
        if (_held.WrittenCount + escaped.Length > Context.Limits.HeldBytesMax)
        {
            throw new TranslationException(
                RefusalKind.TooLarge, $"A call's arguments or a thought are longer than {Context.Limits.HeldBytesMax} bytes.");
        }

        _held.Write(escaped);
    }

    private void BeginEvent()
    {
        Output.Write(!Context.ClientWantsArray ? "data: "u8 : _begun ? ",\r\n"u8 : "["u8);
        _begun = true;
    }

    private void EndEvent()
    {
        if (!Context.ClientWantsArray)
        {
            Output.Write("\r\n\r\n"u8);
        }
    }

    private void BeginPart()
    {
        BeginEvent();
        Output.Write("{\"candidates\":[{\"content\":{\"parts\":[{"u8);
    }

    private void EndPart()
    {
        Output.Write("}],\"role\":\"model\"},\"index\":0}],"u8);
        Output.Write(_tail.WrittenSpan[1..]);
        EndEvent();
    }

    private void WriteSignature()
    {
        if (_signature.Length > 0)
        {
            Output.Write(",\"thoughtSignature\":\""u8);
            Output.Write(_signature);
            Output.Write("\""u8);
            _signature = [];
        }
    }

    private void WriteLooseSignature()
    {
        if (_signature.Length > 0)
        {
            BeginPart();
            Output.Write("\"text\":\"\""u8);
            WriteSignature();
            EndPart();
        }
    }
}
