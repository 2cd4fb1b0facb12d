using System.Buffers;
using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.OpenAIResponses;

/// <summary>One item of a response's output while it is being told: its identity, and all that was said.</summary>
internal sealed class ResponseItem(AnswerContext context)
{
    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly ArrayBufferWriter<byte> _seal = new();
    private readonly List<KeptSource> _sources = [];
    private string _callId = "";
    private string _name = "";

    public BlockKind Kind { get; private set; }

    public int Index { get; private set; } = -1;

    public string Id { get; private set; } = "";

    public ReadOnlySpan<byte> Text => _text.WrittenSpan;

    public bool IsCall => Kind is BlockKind.ToolCall or BlockKind.TextToolCall;

    public void Open(BlockKind kind, string callId, string name)
    {
        Kind = kind;
        Index++;
        (_callId, _name) = (callId, name);
        var prefix = kind switch
        {
            BlockKind.ToolCall => "fc",
            BlockKind.TextToolCall => "ctc",
            BlockKind.Reasoning or BlockKind.RedactedReasoning => "rs",
            _ => "msg",
        };
        Id = $"{prefix}_{context.AnswerId}_{Index}";
        _text.ResetWrittenCount();
        _seal.ResetWrittenCount();
        _sources.Clear();
    }

    public void Add(ReadOnlySpan<byte> escaped)
    {
        if (_text.WrittenCount + escaped.Length > context.Limits.AnswerBytesMax)
        {
            throw new TranslationException(RefusalKind.TooLarge, $"The answer is longer than {context.Limits.AnswerBytesMax} bytes.");
        }

        _text.Write(escaped);
    }

    public void Seal(ApiFormat origin, ReadOnlySpan<byte> escaped)
    {
        if (origin != ApiFormat.OpenAIResponses)
        {
            _seal.Write(Opaque.Mark(origin));
            _seal.Write(Kind == BlockKind.RedactedReasoning ? Opaque.Redacted : default);
        }

        _seal.Write(escaped);
    }

    /// <returns>The number of the source in its part.</returns>
    public int Cite(in Citation citation)
    {
        var (start, end) = citation.InBlock;
        _sources.Add(KeptSource.Of(citation) with { Start = start, End = end });
        return _sources.Count - 1;
    }

    /// <summary>Arguments that were never said are an empty object: clients parse them.</summary>
    public void Complete()
    {
        if (Kind == BlockKind.ToolCall && _text.WrittenCount == 0)
        {
            _text.Write("{}"u8);
        }
    }

    /// <param name="json">Gets the item.</param>
    /// <param name="ended">As it ended; else as it begins.</param>
    public void Write(Utf8JsonWriter json, bool ended)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, Id);
        switch (Kind)
        {
            case BlockKind.ToolCall or BlockKind.TextToolCall:
                json.WriteString("type"u8, Kind == BlockKind.ToolCall ? "function_call"u8 : "custom_tool_call"u8);
                json.WriteString("status"u8, ended ? "completed"u8 : "in_progress"u8);
                json.WriteString("call_id"u8, _callId);
                Namespaces.Write(json, _name);
                json.WritePropertyName(Kind == BlockKind.ToolCall ? "arguments"u8 : "input"u8);
                json.WriteEscaped(ended ? Text : default);
                break;
            case BlockKind.Reasoning or BlockKind.RedactedReasoning:
                json.WriteString("type"u8, "reasoning"u8);
                json.WriteStartArray("summary"u8);
                if (ended && _text.WrittenCount > 0)
                {
                    WriteSummary(json, Text);
                }

                json.WriteEndArray();
                if (ended && _seal.WrittenCount > 0)
                {
                    json.WritePropertyName("encrypted_content"u8);
                    json.WriteEscaped(_seal.WrittenSpan);
                }

                break;
            default:
                json.WriteString("type"u8, "message"u8);
                json.WriteString("status"u8, ended ? "completed"u8 : "in_progress"u8);
                json.WriteString("role"u8, "assistant"u8);
                json.WriteStartArray("content"u8);
                if (ended)
                {
                    WritePart(json, Text);
                }

                json.WriteEndArray();
                break;
        }

        json.WriteEndObject();
    }

    /// <summary>The message's one part.</summary>
    public void WritePart(Utf8JsonWriter json, ReadOnlySpan<byte> text)
    {
        json.WriteStartObject();
        if (Kind == BlockKind.Refusal)
        {
            json.WriteString("type"u8, "refusal"u8);
            json.WritePropertyName("refusal"u8);
            json.WriteEscaped(text);
        }
        else
        {
            json.WriteString("type"u8, "output_text"u8);
            json.WritePropertyName("text"u8);
            json.WriteEscaped(text);
            json.WriteStartArray("annotations"u8);
            foreach (var source in text.IsEmpty ? [] : _sources)
            {
                WriteSource(json, source.Url, source.Title, (source.Start, source.End));
            }

            json.WriteEndArray();
            json.WriteStartArray("logprobs"u8);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    public static void WriteSummary(Utf8JsonWriter json, ReadOnlySpan<byte> text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "summary_text"u8);
        json.WritePropertyName("text"u8);
        json.WriteEscaped(text);
        json.WriteEndObject();
    }

    public static void WriteSource(Utf8JsonWriter json, ReadOnlySpan<byte> url, ReadOnlySpan<byte> title, (long Start, long End) place)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "url_citation"u8);
        json.WritePropertyName("url"u8);
        json.WriteEscaped(url);
        json.WritePropertyName("title"u8);
        json.WriteEscaped(title);
        json.WriteNumber("start_index"u8, place.Start);
        json.WriteNumber("end_index"u8, place.End);
        json.WriteEndObject();
    }
}
