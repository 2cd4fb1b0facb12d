using System.Buffers;
using Assay.Server.Formats;
using Assay.Translation;

namespace Assay.Server.Proxy.Translation;

/// <summary>A streamed answer on its way into the client's format, event by event.</summary>
internal sealed class TranslatedStream(AnswerContext context) : IAnswerFilter
{
    private readonly StreamTranslator _translator = new(context);
    private readonly ArrayBufferWriter<byte> _out = new(4096);

    public string ContentType => _translator.ContentType;

    public ReadOnlyMemory<byte> Filter(ReadOnlyMemory<byte> bytes)
    {
        _out.ResetWrittenCount();
        _translator.Write(bytes.Span, _out);
        return _out.WrittenMemory;
    }

    /// <summary>The last events. An answer that was cut ends with the format's own error, never as if it were whole.</summary>
    public ReadOnlyMemory<byte> Complete()
    {
        _out.ResetWrittenCount();
        _translator.Complete(_out);
        return _out.WrittenMemory;
    }
}
