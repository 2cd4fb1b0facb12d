using System.Globalization;
using Assay.Server.Console.Charts;

namespace Assay.Server.Console.Figures;

/// <summary>The slots of a period's time axis: hours of a day, or days.</summary>
/// <param name="Keys">As the store writes the hour or day.</param>
internal sealed record TimeSlots(string Word, IReadOnlyList<string> Keys, IReadOnlyList<ChartSlot> Slots)
{
    public static TimeSlots Of(Period period, OrgClock clock) => period.ByHour ? Hours(period, clock) : Days(period, clock);

    private static TimeSlots Hours(Period period, OrgClock clock)
    {
        var keys = new List<string>();
        var slots = new List<ChartSlot>();
        // Steps of absolute time: a day has 23 or 25 hours when summer time begins or ends.
        var end = clock.StartOf(period.FirstDay.AddDays(1));
        for (var at = period.From; at < end; at = at.AddHours(1))
        {
            var local = TimeZoneInfo.ConvertTime(at, clock.Zone);
            keys.Add(local.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
            slots.Add(new ChartSlot(
                local.ToString("HH", CultureInfo.InvariantCulture),
                local.ToString("HH:mm", CultureInfo.InvariantCulture) + "–" + local.AddHours(1).ToString("HH:mm", CultureInfo.InvariantCulture),
                local.Hour % 3 == 0,
                at > clock.Now));
        }

        return new TimeSlots("Hour", keys, slots);
    }

    private static TimeSlots Days(Period period, OrgClock clock)
    {
        var keys = new List<string>();
        var slots = new List<ChartSlot>();
        var count = period.LastDay.DayNumber - period.FirstDay.DayNumber + 1;
        var labelEvery = count <= 10 ? 1 : 5;
        for (var i = 0; i < count; i++)
        {
            var day = period.FirstDay.AddDays(i);
            var labelled = count <= 10 || (period.Kind == PeriodKind.Month ? day.Day % labelEvery == 0 || day.Day == 1 : (count - 1 - i) % labelEvery == 0);
            keys.Add(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            slots.Add(new ChartSlot(
                day.ToString(count <= 10 ? "ddd d" : "d MMM", CultureInfo.InvariantCulture),
                day.ToString("ddd, d MMM", CultureInfo.InvariantCulture),
                labelled,
                day > clock.Today));
        }

        return new TimeSlots("Day", keys, slots);
    }
}
