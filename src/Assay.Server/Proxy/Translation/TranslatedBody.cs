using System.Buffers;
using Assay.Server.Formats;
using Assay.Translation;
using Assay.Translation.Embeddings;

namespace Assay.Server.Proxy.Translation;

/// <summary>A whole answer, or an error, that is put into the client's format when all of it is there.</summary>
internal sealed class TranslatedBody(AnswerContext context, HttpResponse response, int status, int bytesMax) : IAnswerFilter
{
    private const int BadGateway = 502;

    private readonly ArrayBufferWriter<byte> _in = new(4096);
    private bool _isTooLarge;

    public ReadOnlyMemory<byte> Filter(ReadOnlyMemory<byte> bytes)
    {
        _isTooLarge |= _in.WrittenCount + bytes.Length > bytesMax;
        if (!_isTooLarge)
        {
            _in.Write(bytes.Span);
        }

        return default;
    }

    public ReadOnlyMemory<byte> Complete()
    {
        var output = new ArrayBufferWriter<byte>(Math.Max(_in.WrittenCount, 256));
        if (_isTooLarge)
        {
            return Failed(output, $"The provider's answer is larger than {bytesMax:N0} bytes and cannot be translated.");
        }

        if (status >= 400)
        {
            var error = Translator.Error(context, status, _in.WrittenMemory, output);
            response.StatusCode = error.Status;
            if (!error.ShouldRetry)
            {
                response.Headers["x-should-retry"] = "false";
            }

            return output.WrittenMemory;
        }

        var report = context.IsForVectors
            ? EmbeddingTranslator.Answer(context, _in.WrittenMemory, output)
            : Translator.Answer(context, _in.WrittenMemory, output);
        if (report.Refusal is { } refusal)
        {
            output.Clear();
            return Failed(output, $"The provider's answer cannot be translated: {refusal}");
        }

        LimitHeaders.Drop(response, report.DroppedHeader);

        return output.WrittenMemory;
    }

    private ReadOnlyMemory<byte> Failed(ArrayBufferWriter<byte> output, string message)
    {
        response.StatusCode = Translator.Error(context, BadGateway, message, output).Status;
        return output.WrittenMemory;
    }
}
