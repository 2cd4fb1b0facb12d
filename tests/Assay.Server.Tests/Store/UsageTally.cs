using System.Globalization;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Server.Store;

namespace Assay.Server.Tests.Store;

/// <summary>Sums over events in memory, written without a look at the store, to compare it with.</summary>
internal static class UsageTally
{
    public static IReadOnlyList<UsageRow> Of(
        IEnumerable<UsageEvent> events, UsageQuery query, TimeZoneInfo zone, Func<UsageEvent, bool> filter) =>
    [
        .. events
            .Where(e => e.StartedAtMs >= query.From.ToUnixTimeMilliseconds() && e.StartedAtMs < query.To.ToUnixTimeMilliseconds())
            .Where(filter)
            .GroupBy(e => string.Join('\u001f', query.Group.Select(dimension => ValueOf(e, dimension, zone))))
            .Select(group => new UsageRow(
                query.Group.Count == 0 ? [] : group.Key.Split('\u001f'),
                group.LongCount(),
                group.Aggregate(default(UsageCounts), (sum, e) => sum + e.Counts),
                Sum(group),
                Sum(group.Where(e => e.Marks.HasFlag(UsageMarks.Estimated))),
                group.LongCount(e => e.Marks.HasFlag(UsageMarks.Estimated)),
                group.LongCount(e => e.Marks.HasFlag(UsageMarks.Unpriced)),
                group.LongCount(e => e.Outcome is not (CallOutcome.Completed or CallOutcome.ClientGone)))),
    ];

    /// <summary>Rows as text in one order, so that a difference shows in full.</summary>
    public static string Print(IEnumerable<UsageRow> rows) => string.Join('\n', rows
        .Select(row => $"{string.Join('|', row.Group)}: {row.Requests} {row.Counts} {row.Cost} {row.EstimatedCost} "
            + $"{row.Estimated} {row.Unpriced} {row.Errors}")
        .Order(StringComparer.Ordinal));

    private static NanoUsd Sum(IEnumerable<UsageEvent> events) =>
        events.Aggregate(NanoUsd.Zero, (sum, e) => sum + e.Cost);

    private static string ValueOf(UsageEvent e, UsageDimension dimension, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(e.StartedAtMs), zone);
        return dimension switch
        {
            UsageDimension.Person => e.PersonId,
            UsageDimension.Agent => e.AgentId,
            UsageDimension.Team => e.TeamId,
            UsageDimension.Key => e.KeyId,
            UsageDimension.UseCase => e.UseCase,
            UsageDimension.Provider => e.Provider,
            UsageDimension.Model => e.Model,
            UsageDimension.Session => e.Session,
            UsageDimension.Client => e.Client,
            UsageDimension.RequestedModel => e.RequestedModel,
            UsageDimension.Day => local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            UsageDimension.Hour => new DateTimeOffset(
                    local.Year, local.Month, local.Day, local.Hour, 0, 0, local.Offset)
                .ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture),
            _ => throw new ArgumentOutOfRangeException(nameof(dimension)),
        };
    }
}
