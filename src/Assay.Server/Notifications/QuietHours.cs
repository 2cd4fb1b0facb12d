using System.Globalization;

namespace Assay.Server.Notifications;

/// <summary>The hours of the day in which nothing is sent that can wait; they may go over midnight.</summary>
/// <param name="FromMinute">Minutes since midnight; quiet begins with this one.</param>
/// <param name="ToMinute">The first minute that is not quiet.</param>
internal sealed record QuietHours(int FromMinute, int ToMinute)
{
    public const int MinutesOfDay = 24 * 60;

    /// <summary>When quiet ends, or null if it is not quiet at <paramref name="now"/>.</summary>
    public DateTimeOffset? EndIfQuiet(DateTimeOffset now, TimeZoneInfo zone)
    {
        if (!IsQuiet(now, zone))
        {
            return null;
        }

        // Minute by minute: whatever the clocks do in that night, quiet ends with the first minute that is not quiet.
        var minute = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMinute));
        for (var i = 1; i <= 2 * MinutesOfDay; i++)
        {
            if (!IsQuiet(minute.AddMinutes(i), zone))
            {
                return minute.AddMinutes(i);
            }
        }

        return null;
    }

    public static bool TryParse(string? text, out int minute)
    {
        var good = TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time);
        minute = good ? (time.Hour * 60) + time.Minute : 0;
        return good;
    }

    public static string Format(int minute) => $"{minute / 60:00}:{minute % 60:00}";

    private bool IsQuiet(DateTimeOffset time, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(time, zone);
        var minute = (local.Hour * 60) + local.Minute;
        return FromMinute <= ToMinute
            ? minute >= FromMinute && minute < ToMinute
            : minute >= FromMinute || minute < ToMinute;
    }
}
