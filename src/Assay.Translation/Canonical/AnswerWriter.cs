using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Assay.Ledger.Usage;
using Assay.Translation.Json;

namespace Assay.Translation.Canonical;

internal enum BlockKind : byte
{
    Text,
    Refusal,
    Reasoning,

    /// <summary>Encrypted reasoning; nothing but a seal follows.</summary>
    RedactedReasoning,
    ToolCall,

    /// <summary>A call of a tool with free text; the text is given as a whole, escaped.</summary>
    TextToolCall,
}

/// <summary>How an answer ended.</summary>
internal readonly ref struct AnswerEnd
{
    public StopReason Stop { get; init; }

    /// <summary>The stop sequence that was met, escaped; empty if none or not told.</summary>
    public ReadOnlySpan<byte> StopSequence { get; init; }

    public UsageCounts Usage { get; init; }

    public bool HasUsage { get; init; }

    /// <summary>The service tier in the provider's words; empty if not told.</summary>
    public string ServiceTier { get; init; }
}

/// <summary>
/// Writes one answer in a format, whole or as a stream. It is told in strict order: start, then blocks one after the
/// other (open, deltas, close), then the end or an error. Texts are given escaped.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A JSON writer over a buffer holds nothing that must be released.")]
internal abstract class AnswerWriter(AnswerContext context)
{
    /// <summary>For everything but the hot events; pointed at <see cref="Output"/> anew each time, and flushed.</summary>
    protected Utf8JsonWriter Json { get; } = new(new ArrayBufferWriter<byte>(1), JsonWriting.Options);

    protected AnswerContext Context { get; } = context;

    /// <summary>Where the bytes go; set before every call from outside.</summary>
    public IBufferWriter<byte> Output { get; set; } = null!;

    /// <summary>What this format cannot say of the answer.</summary>
    public DroppedNames Dropped { get; init; } = new();

    /// <param name="id">The upstream's name for the answer, escaped; may be empty.</param>
    /// <param name="model">The upstream's model, escaped; may be empty.</param>
    /// <param name="input">The usage known at the start; often none.</param>
    public abstract void Start(ReadOnlySpan<byte> id, ReadOnlySpan<byte> model, in UsageCounts input);

    /// <param name="kind">What comes.</param>
    /// <param name="id">The identifier of a call.</param>
    /// <param name="name">The name of the tool that is called.</param>
    public abstract void Open(BlockKind kind, string id, string name);

    /// <summary>More of the open block: text, or a fragment of arguments.</summary>
    public abstract void Delta(ReadOnlySpan<byte> escaped);

    /// <summary>The seal of an open reasoning block.</summary>
    public abstract void Seal(ApiFormat origin, ReadOnlySpan<byte> escaped);

    /// <summary>A source on the web for the open text block.</summary>
    public abstract void Cite(in Citation citation);

    /// <summary>
    /// Before the end of a stream: names what could not be carried, where the format has comments; Gemini's last event names it
    /// itself. A whole answer has its headers for that.
    /// </summary>
    public virtual void TellDropped()
    {
    }

    /// <summary>A comment of an event stream. The names are made fit for a header, so nothing of them can leave the line.</summary>
    protected void WriteDroppedComment()
    {
        Output.Write(": x-assay-dropped: "u8);
        Output.Write(System.Text.Encoding.ASCII.GetBytes(DroppedNames.Header(Dropped.Names)));
        Output.Write("\n\n"u8);
    }

    public abstract void Close();

    public abstract void End(in AnswerEnd end);

    /// <summary>An error after the start; the answer is over and must not look complete.</summary>
    public abstract void Fail(in AnswerError error);
}
