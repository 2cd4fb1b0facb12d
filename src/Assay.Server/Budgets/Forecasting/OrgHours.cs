using System.Globalization;
using Assay.Server.Store;

namespace Assay.Server.Budgets.Forecasting;

/// <summary>When in a day the org spends. Every scope is taken to have its hours: a team's own would be read from every person's.</summary>
internal static class OrgHours
{
    /// <summary>Over how many complete days it is looked.</summary>
    private const int Days = 14;

    public static async ValueTask<HourShape> ReadAsync(IUsageStore usage, OrgDays days, DateOnly today, CancellationToken ct)
    {
        var first = today.AddDays(-Days);
        var rows = await usage.QueryAsync(
            new UsageQuery(days.StartOf(first), days.StartOf(today), [UsageDimension.Hour]), ct);
        var hours = new long[Days * 24];
        foreach (var row in rows)
        {
            // Written in the org's time: on the day on which the clocks go back, an hour comes twice.
            var local = DateTimeOffset.Parse(row.Group[0], CultureInfo.InvariantCulture).DateTime;
            var index = ((DateOnly.FromDateTime(local).DayNumber - first.DayNumber) * 24) + local.Hour;
            if (index >= 0 && index < hours.Length)
            {
                hours[index] += row.Cost.Nanos;
            }
        }

        return HourShape.Of(hours, first.DayOfWeek);
    }
}
