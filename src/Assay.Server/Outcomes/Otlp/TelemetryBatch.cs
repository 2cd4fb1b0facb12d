using System.Runtime.InteropServices;

namespace Assay.Server.Outcomes.Otlp;

/// <summary>Under what telemetry is added up.</summary>
/// <param name="HourMs">The hour (UTC) that it is said of.</param>
/// <param name="Emitter">Which program says so: <c>claude-code</c>, <c>codex</c>, <c>gemini-cli</c>, <c>gen-ai</c>.</param>
/// <param name="Version">Its version: series break when a program changes what it counts.</param>
/// <param name="Metric">As the program calls it.</param>
/// <param name="Detail">What it is split by, such as <c>accept|user_permanent|Edit</c>.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TelemetryKey(
    long HourMs, string PersonId, string TeamId, string Emitter, string Version, string Metric, string Model, string Detail);

/// <summary>One point of a series.</summary>
/// <param name="Series">The fingerprint of everything that tells the series from others.</param>
/// <param name="Key">The index of its key.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SeriesPoint(long Series, int Key, long StartNs, long TimeNs, double Value, bool IsDelta);

/// <summary>What one request tells, read and sorted out, waiting to be kept.</summary>
internal sealed class TelemetryBatch
{
    private readonly Dictionary<TelemetryKey, int> _byKey = [];

    /// <summary>By what the request is known when it is sent again; null where its points are known by themselves.</summary>
    public string? Digest { get; set; }

    public List<TelemetryKey> Keys { get; } = [];

    /// <summary>Counts by the index of their key, in millionths.</summary>
    public List<(int Key, long Micros)> Counts { get; } = [];

    public List<SeriesPoint> Points { get; } = [];

    public List<Anchor> Anchors { get; } = [];

    /// <summary>How many items there were, whatever they said.</summary>
    public int Items { get; set; }

    /// <summary>How many were refused, and the reason of the last.</summary>
    public int Rejected { get; set; }

    public string RejectedBecause { get; set; } = "";

    public bool IsEmpty => Counts.Count == 0 && Points.Count == 0 && Anchors.Count == 0;

    public int KeyOf(in TelemetryKey key)
    {
        ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(_byKey, key, out var isKnown);
        if (!isKnown)
        {
            index = Keys.Count;
            Keys.Add(key);
        }

        return index;
    }
}
