using Assay.Server.Outcomes.Otlp;

namespace Assay.Server.Store;

/// <summary>What tools say of themselves, added up by the hour.</summary>
internal interface ITelemetryStore
{
    /// <summary>Adds batches in one transaction. A request, or a point of a series, that was taken before adds nothing.</summary>
    ValueTask AddAsync(IReadOnlyList<TelemetryBatch> batches, long nowMs, CancellationToken ct = default);

    /// <summary>The sums of a period, in the order of their hours.</summary>
    ValueTask<IReadOnlyList<TelemetrySum>> SumsAsync(long fromMs, long toMs, CancellationToken ct = default);

    /// <summary>The sums of a period by metric and detail: of a person, of teams, or of everybody.</summary>
    ValueTask<IReadOnlyList<TelemetryTotal>> TotalsAsync(
        long fromMs, long toMs, string? personId, IReadOnlyList<string>? teamIds, CancellationToken ct = default);

    /// <summary>Forgets requests, and series that have been silent, before a time.</summary>
    ValueTask ForgetAsync(long requestsBeforeMs, long seriesBeforeMs, CancellationToken ct = default);
}

/// <summary>One sum.</summary>
/// <param name="Value">In the metric's unit.</param>
/// <param name="Points">How many data points it is the sum of.</param>
internal sealed record TelemetrySum(TelemetryKey Key, double Value, long Points);

/// <summary>A sum over hours, people, versions and models.</summary>
internal sealed record TelemetryTotal(string Emitter, string Metric, string Detail, double Value, long Points);
