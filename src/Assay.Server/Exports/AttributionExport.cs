using System.Runtime.CompilerServices;
using Assay.Ledger.Money;
using Assay.Outcomes.Attribution;
using Assay.Server.Api;
using Assay.Server.Budgets;
using Assay.Server.Directory;
using Assay.Server.Outcomes;
using Assay.Server.Outcomes.Worth;

namespace Assay.Server.Exports;

/// <summary>
/// Where the money went: each part of each group of calls with the outcome that it led to, how that is known, or why it is
/// not. The costs of a file sum to what was metered, to the nano-dollar. Outcomes and commits are read a week at a time, with
/// those around it, and spend an hour at a time: millions of calls stream.
/// </summary>
internal sealed class AttributionExport(WorthReader reader, BudgetWindows windows)
{
    /// <summary>How many days one reading of outcomes serves; attribution itself looks three weeks further.</summary>
    private const int DaysOfOutcomes = 7;

    public static IReadOnlyList<string> Columns { get; } =
    [
        "startedAt", "person", "team", "useCase", "model", "session", "workRef", "requests", "tokens", "tier", "reason",
        "outcomeId", "outcomeRef", "outcomeKind", "outcomeRung", "costUsd",
    ];

    public async IAsyncEnumerable<AttributedPart> RowsAsync(
        DateOnly from, DateOnly to, [EnumeratorCancellation] CancellationToken ct)
    {
        for (var day = from; day < to; day = day.AddDays(DaysOfOutcomes))
        {
            var end = day.AddDays(DaysOfOutcomes) < to ? day.AddDays(DaysOfOutcomes) : to;
            await foreach (var part in reader.PartsAsync(windows.StartOf(day), windows.StartOf(end), ct))
            {
                yield return part;
            }
        }
    }

    public static IReadOnlyList<object?> Cells(AttributedPart row, DirectorySnapshot directory) =>
    [
        Rfc3339.FormatMs(row.Slice.AtMs),
        directory.FindPerson(row.Slice.PersonId)?.Email ?? row.Slice.PersonId,
        row.Slice.TeamId,
        row.Slice.UseCase,
        row.Slice.Model,
        row.Slice.Session,
        row.Slice.WorkRef,
        row.Slice.Requests,
        row.Slice.Tokens,
        row.Part.Tier.Name(),
        row.Part.Reason.Name(),
        row.Outcome?.Id,
        row.Outcome?.Ref,
        row.Outcome?.Kind,
        row.Outcome is { } outcome ? OutcomeWords.Word(outcome.State.Rung(row.NowMs)) : null,
        new NanoUsd(row.Part.Nanos).ToString(),
    ];
}
