using Assay.Ledger.Money;

namespace Assay.Server.Console.Charts;

/// <summary>Where one value stands among earlier values of its kind, on a ruler from zero up.</summary>
/// <param name="Now">The value that the pointer shows.</param>
/// <param name="Earlier">The values it is compared with, each with its label.</param>
public sealed record Ruler(
    string Id, string Title, string Finding, NanoUsd Now, string NowLabel, IReadOnlyList<(string Label, NanoUsd Value)> Earlier);
