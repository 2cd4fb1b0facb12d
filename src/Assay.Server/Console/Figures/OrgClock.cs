using System.Globalization;

namespace Assay.Server.Console.Figures;

/// <summary>Now, and the starts of days and months, in the org's time zone.</summary>
internal sealed class OrgClock(TimeProvider clock, TimeZoneInfo zone)
{
    /// <summary>What was read so lately is shared anyway.</summary>
    private static readonly TimeSpan s_asGoodAsNow = TimeSpan.FromMinutes(2);

    public TimeZoneInfo Zone => zone;

    public DateTimeOffset Now => TimeZoneInfo.ConvertTime(clock.GetUtcNow(), zone);

    public DateOnly Today => DateOnly.FromDateTime(Now.DateTime);

    /// <summary>The first moment of a day. Where summer time skips midnight, the moment after the gap.</summary>
    public DateTimeOffset StartOf(DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(midnight))
        {
            midnight = midnight.AddMinutes(15);
        }

        // Where midnight comes twice, the first of the two: the one with the larger offset.
        var offset = zone.IsAmbiguousTime(midnight)
            ? zone.GetAmbiguousTimeOffsets(midnight).Max()
            : zone.GetUtcOffset(midnight);
        return new DateTimeOffset(midnight, offset);
    }

    public DateTimeOffset At(long unixMs) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(unixMs), zone);

    /// <summary>When something was read, to say on a page that shows it later; null where that is as good as now.</summary>
    public string? Earlier(DateTimeOffset readAt) =>
        clock.GetUtcNow() - readAt < s_asGoodAsNow ? null : TimeZoneInfo.ConvertTime(readAt, zone).ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>The zone as readers know it.</summary>
    public string ZoneName => zone.BaseUtcOffset == TimeSpan.Zero && !zone.SupportsDaylightSavingTime ? "UTC" : zone.Id;
}
