namespace Assay.Server.Console.Models;

/// <summary>One place that a name leads to.</summary>
/// <param name="Part">Its part: empty for a target, else canary or shadow with its share.</param>
/// <param name="Can">What it is stated to do or not.</param>
public sealed record LeadsTo(
    string Provider, string Model, bool InHouse, string Part, string Can, string? Input, string? Output);

/// <summary>A name that clients can ask for.</summary>
public sealed record NameRow(string Name, string Policy, string Exceptions, IReadOnlyList<LeadsTo> Targets);

/// <summary>What a route did in the last thirty days.</summary>
public sealed record ShareRow(string Route, string Requests, string InHouse, string Cost, string Saved, string Alternative, string Shadow);

/// <summary>The model catalogue: which names there are, where they lead, and for the company what ran in the house.</summary>
public sealed record ModelsView(IReadOnlyList<NameRow> Names, IReadOnlyList<ShareRow>? Shares);
