namespace Assay.Server.Console.Models;

/// <summary>One place that a name leads to.</summary>
/// <param name="Part">Its part: empty for a target, else canary or shadow with its share.</param>
/// <param name="Can">What it is stated to do or not.</param>
public sealed record LeadsTo(
    string Provider, string Model, bool InHouse, string Part, string Can, string? Input, string? Output);

/// <summary>A name that clients can ask for.</summary>
public sealed record NameRow(string Name, string Policy, string Exceptions, IReadOnlyList<LeadsTo> Targets);

/// <summary>What a route did in the last thirty days.</summary>
public sealed record ShareRow(
    string Route, string Policy, string Requests, string InHouse, string Cost, string Saved, string Alternative, string Shadow);

/// <summary>Whether the work of a route held, in the house and outside.</summary>
/// <param name="InHouse">How many of the finished outcomes settled; empty if that is withheld or not known.</param>
/// <param name="Outside">The same of those outside.</param>
/// <param name="Gain">The difference and its interval; empty without a verdict.</param>
/// <param name="Verdict">In a few words.</param>
public sealed record HeldRow(string Route, string InHouse, string Outside, string Gain, string Verdict);

/// <summary>The model catalogue: which names there are, where they lead, and for the company what ran in the house.</summary>
/// <param name="Shares">Null for those who do not see the whole company.</param>
/// <param name="Held">Null if it is still being worked out.</param>
/// <param name="Kept">What kept answers have saved; empty if none are kept.</param>
public sealed record ModelsView(
    IReadOnlyList<NameRow> Names, IReadOnlyList<ShareRow>? Shares, IReadOnlyList<HeldRow>? Held = null, string Kept = "");
