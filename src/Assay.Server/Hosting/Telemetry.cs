using System.Collections;
using System.Diagnostics;
using Assay.Server.Metering;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Assay.Server.Hosting;

/// <summary>
/// Exports metrics and traces over OTLP/HTTP when an endpoint is configured; otherwise nothing listens and nothing is
/// sent. Dispose flushes what is pending.
/// </summary>
internal sealed class Telemetry : IDisposable
{
    public const string SourceName = "Assay";

    /// <summary>The source of one span for each call; costs nothing while nobody listens.</summary>
    public static readonly ActivitySource Source = new(SourceName);

    private readonly MeterProvider? _metrics;
    private readonly TracerProvider? _traces;

    public Telemetry(TelemetryConfig config, IDictionary environment, string node)
    {
        if (config.OtlpEndpoint.Length == 0)
        {
            return;
        }

        var headers = SecretSource.Read(config.OtlpHeaders, environment);
        var root = config.OtlpEndpoint.TrimEnd('/');
        var resource = ResourceBuilder.CreateDefault().AddService("assay", serviceInstanceId: node);
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(AssayMetrics.MeterName)
            .AddOtlpExporter(o => Configure(o, root + "/v1/metrics", headers))
            .Build();
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(SourceName)
            .AddOtlpExporter(o => Configure(o, root + "/v1/traces", headers))
            .Build();
    }

    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    private static void Configure(OtlpExporterOptions options, string endpoint, string headers)
    {
        options.Protocol = OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = new Uri(endpoint);
        if (headers.Length > 0)
        {
            options.Headers = headers;
        }
    }
}
