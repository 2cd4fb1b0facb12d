using Assay.Server.Outcomes.Goodhart;

namespace Assay.Server.Store;

/// <summary>Metrics that are targets, and samples of outcomes with what people thought of them.</summary>
internal interface IGoodhartStore
{
    /// <summary>Registers a metric and leaves a row in the audit; false if its id is taken.</summary>
    ValueTask<bool> AddAsync(GoodhartMetric metric, string actor, CancellationToken ct = default);

    ValueTask<IReadOnlyList<GoodhartMetric>> MetricsAsync(CancellationToken ct = default);

    /// <summary>Keeps samples; those that were drawn before stay as they are.</summary>
    /// <returns>How many are new.</returns>
    ValueTask<int> DrawAsync(IReadOnlyList<AuditSample> samples, CancellationToken ct = default);

    /// <summary>Samples of outcomes of a time, in the order of that.</summary>
    ValueTask<IReadOnlyList<AuditSample>> SamplesAsync(long fromMs, long toMs, CancellationToken ct = default);

    /// <summary>The samples that somebody has not rated, the oldest first.</summary>
    ValueTask<IReadOnlyList<AuditSample>> UnratedAsync(string rater, int limit, CancellationToken ct = default);

    /// <summary>Rates a sample, once for each rater; false if they did, null if there is no such sample.</summary>
    ValueTask<bool?> RateAsync(string outcome, string rater, int score, CancellationToken ct = default);

    /// <summary>The ratings of outcomes of a time: when the outcome was, and the score.</summary>
    ValueTask<IReadOnlyList<(long AtMs, int Score)>> RatingsAsync(long fromMs, long toMs, CancellationToken ct = default);
}
