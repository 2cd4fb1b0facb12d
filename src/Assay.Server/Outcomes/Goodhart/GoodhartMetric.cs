namespace Assay.Server.Outcomes.Goodhart;

/// <summary>What a metric that is a target counts, for each person and day.</summary>
internal enum MetricMeasure
{
    Tokens,
    Cost,
    Calls,
    Accepted,
    Lines,
}

/// <summary>What nobody is paid on, and the metric stands for.</summary>
internal enum MetricGold
{
    /// <summary>Tickets for which something was accepted, each counted once.</summary>
    Tickets,

    /// <summary>Outcomes that settled, on the day on which they were accepted.</summary>
    Settled,

    Accepted,

    /// <summary>The value that outcomes were given.</summary>
    Value,
}

/// <summary>A metric that somebody is steered by.</summary>
internal sealed record GoodhartMetric
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required MetricMeasure Measure { get; init; }

    public required MetricGold Gold { get; init; }

    /// <summary>What must not get worse meanwhile, in words.</summary>
    public required string CounterMetric { get; init; }

    public required string OwnerId { get; init; }

    /// <summary>Since when it is a target.</summary>
    public required long TargetMs { get; init; }

    public required long CreatedMs { get; init; }

    /// <summary>A value of a person's day on which something hangs: a rank, a title, a bonus; null for none.</summary>
    public double? Threshold { get; init; }

    /// <summary>How near to the threshold is near: the width of the bins that are compared.</summary>
    public double? ThresholdWidth { get; init; }
}

/// <summary>An outcome drawn to be rated.</summary>
internal sealed record AuditSample(string OutcomeId, long AtMs, long DrawnMs);

/// <summary>How the words above are written in the API and in the store.</summary>
internal static class GoodhartWords
{
    public static IReadOnlyDictionary<string, MetricMeasure> Measures { get; } = Words<MetricMeasure>();

    public static IReadOnlyDictionary<string, MetricGold> Golds { get; } = Words<MetricGold>();

#pragma warning disable CA1308 // The words of the API are in lower case.
    public static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
#pragma warning restore CA1308

    private static Dictionary<string, T> Words<T>()
        where T : struct, Enum => Enum.GetValues<T>().ToDictionary(Word, v => v, StringComparer.Ordinal);
}
