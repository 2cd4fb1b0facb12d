using Assay.Server.Console.Figures;

namespace Assay.Server.Console.Statements;

/// <summary>One line of a statement.</summary>
/// <param name="Exact">Every digit that the ledger holds.</param>
/// <param name="Cents">In cents, so rounded that the lines sum to the sum.</param>
public sealed record StatementLine(string Name, string Note, string Calls, string Tokens, string Exact, long Cents);

/// <summary>Lines that sum to the statement's sum.</summary>
public sealed record StatementTable(string Id, string Title, string First, IReadOnlyList<StatementLine> Lines);

/// <summary>What a team used in a month.</summary>
public sealed record StatementView
{
    public required string Team { get; init; }

    public required string Month { get; init; }

    public required string State { get; init; }

    public required IReadOnlyList<Choice> Months { get; init; }

    public required IReadOnlyList<Choice> Teams { get; init; }

    public required string Sum { get; init; }

    public required string SumExact { get; init; }

    public required string Calls { get; init; }

    public required string Tokens { get; init; }

    public required string Estimated { get; init; }

    public required string EstimatedNote { get; init; }

    public required string Unpriced { get; init; }

    public required IReadOnlyList<StatementTable> Tables { get; init; }

    public required string Outcomes { get; init; }

    public required string Made { get; init; }
}
