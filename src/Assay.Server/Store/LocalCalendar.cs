namespace Assay.Server.Store;

/// <summary>
/// Days and hours in the org's time zone. Hours are the zone's own, so that they nest in its days also where the
/// offset is not whole hours. (Lord Howe Island, whose clocks move by half an hour, has one odd hour twice a year.)
/// </summary>
internal sealed class LocalCalendar(TimeZoneInfo zone)
{
    private const long QuarterMs = 15 * 60 * 1000;
    private const long HourMs = 4 * QuarterMs;

    // Offsets change only at full quarters of an hour, and events come nearly in order: one remembered quarter answers
    // nearly every question.
    private Remembered? _last;

    /// <summary>The day, as yyyymmdd, and the start of the hour that an instant is in.</summary>
    public (int Day, long Hour) Of(long unixMs)
    {
        var quarter = Math.DivRem(unixMs, QuarterMs, out var rest) - (rest < 0 ? 1 : 0);
        var last = _last;
        if (last is null || last.Quarter != quarter)
        {
            var offsetMs = OffsetMs(quarter * QuarterMs);
            var localMs = (quarter * QuarterMs) + offsetMs;
            var hour = localMs - (((localMs % HourMs) + HourMs) % HourMs) - offsetMs;
            var date = DateTimeOffset.FromUnixTimeMilliseconds(localMs).Date;
            last = new Remembered(quarter, (date.Year * 10_000) + (date.Month * 100) + date.Day, hour);
            _last = last;
        }

        return (last.Day, last.Hour);
    }

    /// <summary>The start of the first hour that begins at or after an instant.</summary>
    public long HourAtOrAfter(long unixMs)
    {
        var hour = Of(unixMs).Hour;
        return hour == unixMs ? hour : hour + HourMs;
    }

    /// <summary>The first instant of the day that an instant is in.</summary>
    public long DayStart(long unixMs)
    {
        // A day has at most 25 hours, and 27 look back far enough; where the clocks skip midnight the day begins later.
        var day = Of(unixMs).Day;
        var (before, within) = ((unixMs / QuarterMs) - (27 * 4), unixMs / QuarterMs);
        while (within - before > 1)
        {
            var middle = before + ((within - before) / 2);
            (before, within) = Of(middle * QuarterMs).Day < day ? (middle, within) : (before, middle);
        }

        return within * QuarterMs;
    }

    /// <summary>The first instant of the first day that begins at or after an instant.</summary>
    public long DayAtOrAfter(long unixMs)
    {
        var start = DayStart(unixMs);
        return start == unixMs ? start : DayStart(start + (26 * HourMs));
    }

    /// <summary>An instant with the zone's offset.</summary>
    public DateTimeOffset ToLocal(long unixMs) =>
        TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(unixMs), zone);

    private long OffsetMs(long unixMs) =>
        (long)zone.GetUtcOffset(DateTimeOffset.FromUnixTimeMilliseconds(unixMs)).TotalMilliseconds;

    // A reference, so that another thread sees all of it or the one before.
    private sealed record Remembered(long Quarter, int Day, long Hour);
}
