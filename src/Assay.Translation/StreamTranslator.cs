using System.Buffers;
using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;
using Assay.Translation.Streaming;

namespace Assay.Translation;

/// <summary>
/// Translates a streamed answer event by event, as its bytes arrive in whatever pieces. What can be said is said at
/// once; only what the client's format needs whole is held back (a call's arguments for Gemini). Not thread-safe;
/// one for each answer.
/// </summary>
public sealed class StreamTranslator
{
    private readonly AnswerWriter _writer;
    private readonly AnswerEvents _events;
    private readonly AnswerStream _stream;
    private readonly EventLines _lines;

    /// <summary>Starts a stream.</summary>
    /// <param name="context">From the request's <see cref="TranslationReport.Answer"/>.</param>
    public StreamTranslator(AnswerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _writer = Formats.StreamWriter(context);
        _events = Formats.Events(context, _writer);
        _stream = Formats.StreamReader(context, _events);
        _lines = new EventLines(_stream, context.Limits.EventBytesMax);
        ContentType = context.Client == ApiFormat.Gemini && context.ClientWantsArray
            ? "application/json"
            : "text/event-stream; charset=utf-8";
    }

    /// <summary>The content type of what is written.</summary>
    public string ContentType { get; }

    /// <summary>The answer has ended, cleanly or with an error; more bytes change nothing.</summary>
    public bool IsOver => _events.Over;

    /// <summary>The answer ended with an error that the client was told.</summary>
    public bool Failed => _events.Failed;

    /// <summary>What of the answer could not be carried, so far.</summary>
    public IReadOnlyList<string> Dropped => _writer.Dropped.Names;

    /// <summary>Takes bytes of the upstream and writes what follows from them.</summary>
    /// <param name="upstream">Bytes as they came, cut anywhere.</param>
    /// <param name="output">Gets whole events of the client's format; nothing if there is nothing to say yet.</param>
    public void Write(ReadOnlySpan<byte> upstream, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _writer.Output = output;
        if (_events.Over)
        {
            return;
        }

        try
        {
            _lines.Write(upstream);
        }
        catch (Exception fault) when (Known(fault) is { } error)
        {
            Fail(error);
        }
    }

    /// <summary>
    /// The upstream has ended. An answer that was cut before its end becomes an error event, never a clean end.
    /// </summary>
    /// <param name="output">Gets the last events.</param>
    /// <returns>Whether the client got a complete answer.</returns>
    public bool Complete(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _writer.Output = output;
        if (!_events.Over)
        {
            try
            {
                _lines.Complete();
            }
            catch (Exception fault) when (Known(fault) is { } error)
            {
                // The last event was cut: that is all there is to say.
                Fail(fault is TranslationException { Kind: RefusalKind.TooLarge } ? error : AnswerError.Cut);
            }
        }

        if (!_events.Over)
        {
            if (_stream.IsComplete)
            {
                _events.End();
            }
            else
            {
                Fail(AnswerError.Cut);
            }
        }

        return !Failed;
    }

    /// <summary>
    /// The call failed on our side after the stream began (a timeout, a limit): ends it with the format's own error.
    /// </summary>
    /// <param name="status">As if the answer had begun with it.</param>
    /// <param name="message">For a person.</param>
    /// <param name="output">Gets the error event.</param>
    public void Abort(int status, string message, IBufferWriter<byte> output)
    {
        _writer.Output = output;
        Fail(new AnswerError(AnswerError.OfStatus(status), status, RawText.Of(message)));
    }

    private void Fail(in AnswerError error)
    {
        if (!_events.Over)
        {
            _events.Fail(error);
        }
    }

    private static AnswerError? Known(Exception fault) => fault switch
    {
        TranslationException told => new AnswerError(ErrorKind.Server, 502, RawText.Of(told.Message)),
        JsonException or InvalidOperationException or ArgumentException =>
            new AnswerError(ErrorKind.Server, 502, RawText.Of("The provider sent an event that cannot be read.")),
        _ => null,
    };
}
