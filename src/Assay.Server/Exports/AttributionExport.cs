using System.Runtime.CompilerServices;
using Assay.Ledger.Money;
using Assay.Outcomes.Attribution;
using Assay.Server.Api;
using Assay.Server.Budgets;
using Assay.Server.Directory;
using Assay.Server.Outcomes;
using Assay.Server.Outcomes.Worth;

namespace Assay.Server.Exports;

/// <summary>A part of what was spent, and what it went to.</summary>
internal sealed record AttributedPart(SpendSlice Slice, SpendPart Part, Outcome? Outcome);

/// <summary>
/// Where the money went: each part of each group of calls with the outcome that it led to, how that is known, or why it is
/// not. The costs of a file sum to what was metered, to the nano-dollar. Outcomes are looked for around the whole period, and
/// parts come a book at a time, so that a year streams.
/// </summary>
internal sealed class AttributionExport(WorthReader reader, BudgetWindows windows)
{
    /// <summary>How many days one book spans; attribution itself looks three weeks further.</summary>
    private const int DaysOfBook = 7;

    public static IReadOnlyList<string> Columns { get; } =
    [
        "startedAt", "person", "team", "useCase", "model", "session", "workRef", "requests", "tokens", "tier", "reason",
        "outcomeId", "outcomeRef", "outcomeKind", "outcomeRung", "costUsd",
    ];

    public async IAsyncEnumerable<(AttributedPart Part, long NowMs)> RowsAsync(
        DateOnly from, DateOnly to, [EnumeratorCancellation] CancellationToken ct)
    {
        for (var day = from; day < to; day = day.AddDays(DaysOfBook))
        {
            var end = day.AddDays(DaysOfBook) < to ? day.AddDays(DaysOfBook) : to;
            var book = await reader.MakeAsync(windows.StartOf(day), windows.StartOf(end), ct);
            foreach (var part in book.Attribution.Parts)
            {
                yield return (new AttributedPart(
                    book.Slices[part.Call], part, part.Outcome < 0 ? null : book.Outcomes[part.Outcome]), book.NowMs);
            }
        }
    }

    public static IReadOnlyList<object?> Cells(AttributedPart row, long nowMs, DirectorySnapshot directory) =>
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
        row.Outcome is { } outcome ? OutcomeWords.Word(outcome.State.Rung(nowMs)) : null,
        new NanoUsd(row.Part.Nanos).ToString(),
    ];
}
