namespace Assay.Server.Outcomes.Otlp;

/// <summary>What a request brings.</summary>
internal enum OtlpSignal : byte
{
    Metrics,
    Logs,
    Traces,
}
