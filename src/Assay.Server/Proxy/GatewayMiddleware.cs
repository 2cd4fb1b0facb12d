using Assay.Server.Formats;
using Assay.Server.Outcomes.Otlp;

namespace Assay.Server.Proxy;

/// <summary>Takes the data plane's calls out of the request pipeline before anything else looks at them.</summary>
internal sealed class GatewayMiddleware(
    RequestDelegate next, GatewayPipeline gateway, OtlpReceiver telemetry, ILogger<GatewayMiddleware> log)
{
    public Task InvokeAsync(HttpContext http)
    {
        var request = http.Request;
        return PathTable.TryMatch(request.Method, request.Path, out var match)
            ? GuardAsync(gateway.RunAsync(http, match))
            : match.Format == WireFormat.None ? next(http)
            : OtlpReceiver.Match(request.Path) is { } signal ? GuardAsync(telemetry.RunAsync(http, signal))
            : gateway.RefuseUnknownAsync(http, match);
    }

    private async Task GuardAsync(Task call)
    {
        try
        {
            await call;
        }
        catch (Exception fault) when (fault is not AnswerBrokenException)
        {
            Log.Unexpected(log, fault);
            throw;
        }
    }
}
