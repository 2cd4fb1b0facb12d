using System.Globalization;
using System.Runtime.CompilerServices;
using Assay.Server.Budgets;
using Assay.Server.Directory;
using Assay.Server.Store;

namespace Assay.Server.Exports;

/// <summary>
/// Charges as FOCUS, a day at a time from the rollups, so that a year of a large company streams in little memory. The sum
/// of its costs is what the ledger says for the same time, to the nano-dollar.
/// </summary>
internal sealed class FocusExport(IUsageStore store, BudgetWindows windows)
{
    /// <summary>How many days one export may span.</summary>
    public const int DaysMax = 366;

    private const long HourMs = 3_600_000;

    private static readonly UsageDimension[] s_by =
        [UsageDimension.Team, UsageDimension.UseCase, UsageDimension.Provider, UsageDimension.Model];

    /// <summary>The rows of the days from <paramref name="from"/> to before <paramref name="to"/>.</summary>
    /// <exception cref="InvalidOperationException">One hour has more rows than a query gives.</exception>
    public async IAsyncEnumerable<IReadOnlyList<string?>> RowsAsync(
        DateOnly from, DateOnly to, bool byHour, DirectorySnapshot directory, [EnumeratorCancellation] CancellationToken ct)
    {
        for (var day = from; day < to; day = day.AddDays(1))
        {
            foreach (var row in await RowsOfAsync(day, byHour, ct))
            {
                yield return FocusRow.Cells(row, FocusPeriod.Of(row.Group[0], day, windows), directory);
            }
        }
    }

    private async Task<IReadOnlyList<UsageRow>> RowsOfAsync(DateOnly day, bool byHour, CancellationToken ct)
    {
        var (start, end) = (windows.StartOf(day), windows.StartOf(day.AddDays(1)));
        UsageDimension[] group = [byHour ? UsageDimension.Hour : UsageDimension.Day, .. s_by];
        var rows = await AskAsync(start, end, group, ct);
        if (rows.Count < UsageQuery.LimitMax || !byHour)
        {
            return Whole(rows, day);
        }

        var all = new List<UsageRow>();
        for (var hour = start; hour < end; hour += HourMs)
        {
            all.AddRange(Whole(await AskAsync(hour, Math.Min(hour + HourMs, end), group, ct), day));
        }

        return all;
    }

    // An export that leaves something out would be worse than none.
    private static IReadOnlyList<UsageRow> Whole(IReadOnlyList<UsageRow> rows, DateOnly day) =>
        rows.Count < UsageQuery.LimitMax
            ? rows
            : throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd} has more than {UsageQuery.LimitMax} charges in one period."));

    private ValueTask<IReadOnlyList<UsageRow>> AskAsync(long fromMs, long toMs, UsageDimension[] group, CancellationToken ct) =>
        store.QueryAsync(
            new UsageQuery(
                DateTimeOffset.FromUnixTimeMilliseconds(fromMs), DateTimeOffset.FromUnixTimeMilliseconds(toMs), group)
            {
                Limit = UsageQuery.LimitMax,
            },
            ct);
}
