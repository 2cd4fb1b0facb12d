using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Assay.Translation.Tests.Checks;
using Assay.Translation.Tests.Scenes;

namespace Assay.Translation.Tests;

/// <summary>
/// Stands where the network would be under an official library: what the library asks is translated and read by a
/// strict server of the upstream's format, and the upstream's answer comes back translated.
/// </summary>
internal sealed class TranslatingHandler(ApiFormat client, ApiFormat upstream, Scene scene) : HttpMessageHandler
{
    /// <summary>What the upstream was asked, as it understood it.</summary>
    public string Asked { get; private set; } = "";

    /// <summary>The upstream refuses with this status instead of answering.</summary>
    public int Status { get; init; } = 200;

    /// <summary>The stream is cut in the middle.</summary>
    public bool Cut { get; init; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        var output = new ArrayBufferWriter<byte>();
        var report = Translator.Request(client, upstream, body, Translating.Options, output);
        report.Refusal.ShouldBeNull();
        Asked = Transcript.Of(upstream, Encoding.UTF8.GetString(output.WrittenSpan));
        return Status == 200 ? Answer(report.Answer!) : Refusal(report.Answer!);
    }

    private HttpResponseMessage Answer(AnswerContext context)
    {
        var output = new ArrayBufferWriter<byte>();
        var type = "application/json";
        if (context.Stream)
        {
            var bytes = Upstreams.Stream(upstream, scene);
            var stream = new StreamTranslator(context);
            stream.Write(Cut ? bytes.AsSpan(0, bytes.Length / 2) : bytes, output);
            stream.Complete(output);
            type = stream.ContentType;
        }
        else
        {
            Translator.Answer(context, Upstreams.Whole(upstream, scene), output).Refusal.ShouldBeNull();
        }

        return Response(200, output, type);
    }

    private HttpResponseMessage Refusal(AnswerContext context)
    {
        var output = new ArrayBufferWriter<byte>();
        var told = Translator.Error(context, Status, Upstreams.Error(upstream, Status), output);
        return Response(told.Status, output, "application/json");
    }

    private static HttpResponseMessage Response(int status, ArrayBufferWriter<byte> body, string type)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new ByteArrayContent(body.WrittenSpan.ToArray()) };
        response.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return response;
    }
}
