using System.Buffers;
using System.Collections.Frozen;
using System.Net;
using Assay.Bench.Pipe;
using Assay.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;

// The least a .NET process can do to pass a request on: Kestrel in, HttpMessageInvoker out, bytes copied, nothing read.
// usage: Assay.Bench.Pipe LISTEN_URL UPSTREAM_URL [turns]
var upstream = new Uri(args[1]);

using var invoker = new HttpMessageInvoker(new SocketsHttpHandler
{
    UseProxy = false,
    UseCookies = false,
    AllowAutoRedirect = false,
    AutomaticDecompression = DecompressionMethods.None,
    ActivityHeadersPropagator = null,
    ConnectTimeout = TimeSpan.FromSeconds(15),
});

var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
builder.WebHost.UseKestrelCore().UseUrls(args[0]);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
await using var app = builder.Build();
app.Run(Forward);
await app.StartAsync();

// "turns" as the last argument: its socket threads take turns with the workers, as the product's do.
while (args is [.., "turns"] && OperatingSystem.IsLinux() && SocketThreads.TakeTurns() == 0)
{
    await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
}

await app.WaitForShutdownAsync();

async Task Forward(HttpContext context)
{
    using var request = new HttpRequestMessage(
        HttpMethod.Parse(context.Request.Method),
        new Uri(upstream, context.Request.Path + context.Request.QueryString));
    if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
    {
        request.Content = new RequestBody(context.Request);
    }

    foreach (var header in context.Request.Headers)
    {
        if (!Hops.Names.Contains(header.Key)
            && !request.Headers.TryAddWithoutValidation(header.Key, (IEnumerable<string>)header.Value!))
        {
            request.Content?.Headers.TryAddWithoutValidation(header.Key, (IEnumerable<string>)header.Value!);
        }
    }

    using var response = await invoker.SendAsync(request, context.RequestAborted);
    context.Response.StatusCode = (int)response.StatusCode;
    foreach (var header in response.Headers.NonValidated)
    {
        Copy(header.Key, header.Value);
    }

    foreach (var header in response.Content.Headers.NonValidated)
    {
        Copy(header.Key, header.Value);
    }

    await using var source = await response.Content.ReadAsStreamAsync(context.RequestAborted);
    var buffer = ArrayPool<byte>.Shared.Rent(65536);
    try
    {
        int read;
        while ((read = await source.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
        }
    }
    finally
    {
        ArrayPool<byte>.Shared.Return(buffer);
    }

    void Copy(string name, System.Net.Http.Headers.HeaderStringValues values)
    {
        if (!Hops.Names.Contains(name))
        {
            context.Response.Headers[name] = values.Count == 1 ? values.ToString() : values.ToArray();
        }
    }
}

namespace Assay.Bench.Pipe
{
    internal static class Hops
    {
        internal static readonly FrozenSet<string> Names = FrozenSet.ToFrozenSet(
            ["Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Host"],
            StringComparer.OrdinalIgnoreCase);
    }

    internal sealed class RequestBody(HttpRequest request) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken stop) =>
            request.Body.CopyToAsync(stream, stop);

        protected override bool TryComputeLength(out long length)
        {
            length = request.ContentLength ?? -1;
            return length >= 0;
        }
    }
}
