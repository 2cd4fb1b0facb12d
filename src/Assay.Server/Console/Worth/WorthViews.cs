using Assay.Server.Console.Charts;
using Assay.Server.Console.Figures;

namespace Assay.Server.Console.Worth;

/// <summary>A figure with its interval, drawn on a scale from 0 to 100 %.</summary>
/// <param name="Text">The figure and its interval, or why there is none.</param>
public sealed record EstimateBar(string Text, string Note, double? At, double Low, double High);

/// <summary>One group of a cut.</summary>
/// <param name="Href">Where the group can be looked at by itself; null where it cannot.</param>
public sealed record WorthRow(string Name, string? Href, string Spend, string Settled, string Lost, EstimateBar Cost, EstimateBar Rate, string PerMillion);

/// <summary>A cut by team, use case or model.</summary>
public sealed record WorthCut(string Id, string Title, string First, string Finding, IReadOnlyList<WorthRow> Rows);

/// <summary>A line of a list of sums.</summary>
public sealed record EvidenceLine(string Name, string Meaning, string Cost, string Share);

/// <summary>One outcome of the list.</summary>
public sealed record OutcomeLine(string Href, string Title, string Ref, string Rung, bool IsLive, string Kind, string Who, string When, string At);

/// <summary>What tokens bought.</summary>
public sealed record WorthView
{
    public required string Scope { get; init; }

    public required IReadOnlyList<Choice> Periods { get; init; }

    /// <summary>The teams above the one looked at, the company first; empty for all that the reader sees.</summary>
    public required IReadOnlyList<Choice> Above { get; init; }

    /// <summary>When spend and outcomes were read, where that is minutes ago; null where it is now.</summary>
    public string? ReadAt { get; init; }

    public required string PeriodInWords { get; init; }

    public required bool IsEmpty { get; init; }

    /// <summary>Nano-dollars for each settled outcome; null where there is not enough to say.</summary>
    public long? CostPerSettled { get; init; }

    /// <summary>How sure it is, or how much is missing.</summary>
    public required string Finding { get; init; }

    public required string Spend { get; init; }

    public required string SpendNote { get; init; }

    public required string Settled { get; init; }

    public required string SettledNote { get; init; }

    public required string Rate { get; init; }

    public required string RateNote { get; init; }

    public required string PerMillion { get; init; }

    public required string PerMillionNote { get; init; }

    public required string Coverage { get; init; }

    public required string CoverageNote { get; init; }

    public required IReadOnlyList<BarPart> Money { get; init; }

    public required string MoneyFinding { get; init; }

    public IntervalChart? Trend { get; init; }

    public required IReadOnlyList<WorthCut> Cuts { get; init; }

    public required IReadOnlyList<EvidenceLine> Tiers { get; init; }

    public required IReadOnlyList<EvidenceLine> Reasons { get; init; }

    public required IReadOnlyList<OutcomeLine> Newest { get; init; }
}
