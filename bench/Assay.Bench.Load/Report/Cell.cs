using Assay.Bench.Load.Traffic;

namespace Assay.Bench.Load.Report;

/// <summary>What is asked for and by how many clients at once.</summary>
internal sealed record Cell(string Name, string Group, Answer Answer, int Connections)
{
    internal static IReadOnlyList<Cell> All { get; } =
    [
        new("non-streaming", "json", Answer.Json, 64),
        new("non-streaming", "json", Answer.Json, 1),
        new("80-event stream", "stream", Answer.Stream, 64),
        new("80-event stream", "stream", Answer.Stream, 1),
        new("80-event stream, client asks for no usage", "hidden", Answer.StreamWithoutUsage, 64),
        new("80-event stream, translated", "translated", Answer.Translated, 64),
        new("80-event stream, translated, first event 2 ms ahead", "translated", Answer.TranslatedApart, 1),
        new("80-event stream, 20 ms between events", "paced", Answer.PacedStream, 256),
    ];
}

/// <summary>One measured window of one contestant.</summary>
internal sealed record Sample(
    double PerSecond, double CpuMicros, double P50Micros, double P99Micros, double FirstByteP99Micros, double ResidentMiB, long Wrong, long BodyBytes, bool Settled);
