using Assay.Ledger.Money;
using Assay.Server.Console.Figures;

namespace Assay.Server.Console.Charts;

/// <summary>One row of a table that splits a sum: its name, its figures, and where more about it is found.</summary>
public sealed record ShareRow(string Name, string? Note, string? Href, Totals Totals);

/// <summary>A sum split by one dimension.</summary>
/// <param name="NameWord">The column head over the names, as in "Model".</param>
/// <param name="Whole">What shares are shares of: the sum of all rows, also those left out.</param>
public sealed record ShareTable(
    string Id, string Title, string Finding, string NameWord, NanoUsd Whole, IReadOnlyList<ShareRow> Rows, int RowsLeftOut);
