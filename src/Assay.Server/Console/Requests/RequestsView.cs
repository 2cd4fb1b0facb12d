using Assay.Ledger.Usage;
using Assay.Server.Console.Figures;

namespace Assay.Server.Console.Requests;

/// <summary>One filter of the list: a choice among values where they are few, text otherwise.</summary>
public sealed record RequestField(string Name, string Label, string Value, IReadOnlyList<(string Value, string Label)>? Options);

/// <summary>A page of single calls.</summary>
/// <param name="Whose">Links to the reader's own calls and to everybody's; empty for who may see only their own.</param>
/// <param name="Hidden">Values that the filter form carries along.</param>
public sealed record RequestsView(
    IReadOnlyList<UsageEvent> Calls,
    IReadOnlyDictionary<Guid, string> Times,
    IReadOnlyDictionary<string, string>? People,
    IReadOnlyList<Choice> Whose,
    IReadOnlyList<Choice> Periods,
    IReadOnlyList<RequestField> Fields,
    IReadOnlyList<(string Name, string Value)> Hidden,
    IReadOnlyDictionary<string, string> SortLinks,
    string Sort,
    string Finding,
    string? FirstHref,
    string? NextHref,
    string? ClearHref);

/// <summary>One attempt of a call, in full.</summary>
public sealed record AttemptView(
    UsageEvent Call,
    string Began,
    string Team,
    string Person,
    string Key,
    IReadOnlyList<CostLine> Lines,
    string? LinesNote);

/// <summary>The cost of one class: how many, at which price, and what that makes.</summary>
public sealed record CostLine(string Class, long Count, string? PricePerMillion, string? Cost);
