namespace Assay.Server.Console.Worth.Goodhart;

/// <summary>One answer of an audit, in words.</summary>
public sealed record FindingLine(string Question, string Before, string After, string Change, string Interval, string Probability, bool IsAlarm);

/// <summary>A metric that is a target.</summary>
/// <param name="Verdict">Whether it can be trusted, in a sentence.</param>
public sealed record MetricCard(
    string Id, string Name, string What, string CounterMetric, string Owner, string Since, string Verdict, bool IsAlarm, string Windows, IReadOnlyList<FindingLine> Findings);

/// <summary>A title that a leaderboard would give.</summary>
public sealed record TitleLine(string Title, string Holders, string Tokens, string Settled, string Without);

/// <summary>What a leaderboard of tokens would have rewarded, and missed.</summary>
public sealed record AutopsyCard(
    string Finding, IReadOnlyList<(string Name, string Value, string Note)> Readings, IReadOnlyList<TitleLine> Titles, string? Own);

/// <summary>The audit of metrics.</summary>
/// <param name="ReadAt">When the oldest of it was read, where that is earlier than now.</param>
public sealed record GoodhartView(IReadOnlyList<MetricCard> Metrics, AutopsyCard Autopsy, string Period, string? ReadAt);
