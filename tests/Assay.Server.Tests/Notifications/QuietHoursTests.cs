using Assay.Server.Notifications;

namespace Assay.Server.Tests.Notifications;

public sealed class QuietHoursTests
{
    private static readonly TimeZoneInfo s_berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    /// <summary>From, to, now in UTC, the end in UTC; empty where it is not quiet. Berlin is an hour ahead in winter, two in summer.</summary>
    public static TheoryData<string, string, string, string> Nights => new()
    {
        { "22:00", "07:00", "2026-08-17T19:59:59Z", "" },
        { "22:00", "07:00", "2026-08-17T20:00:00Z", "2026-08-18T05:00:00Z" },
        { "22:00", "07:00", "2026-08-17T23:30:30Z", "2026-08-18T05:00:00Z" },
        { "22:00", "07:00", "2026-08-18T04:59:59Z", "2026-08-18T05:00:00Z" },
        { "22:00", "07:00", "2026-08-18T05:00:00Z", "" },
        { "12:00", "13:30", "2026-08-17T10:15:00Z", "2026-08-17T11:30:00Z" },
        { "12:00", "13:30", "2026-08-17T11:30:00Z", "" },

        // The clocks go forward at 01:00 UTC on 29 March 2026: 02:00 to 03:00 is not there.
        { "22:00", "07:00", "2026-03-28T22:00:00Z", "2026-03-29T05:00:00Z" },
        { "22:00", "02:30", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z" },
        { "02:10", "02:50", "2026-03-29T01:00:00Z", "" },

        // They go back at 01:00 UTC on 25 October 2026: 02:00 to 03:00 is there twice.
        { "22:00", "07:00", "2026-10-24T21:00:00Z", "2026-10-25T06:00:00Z" },
        { "22:00", "02:30", "2026-10-25T00:15:00Z", "2026-10-25T00:30:00Z" },
        { "22:00", "02:30", "2026-10-25T01:15:00Z", "2026-10-25T01:30:00Z" },
        { "22:00", "02:30", "2026-10-25T00:45:00Z", "" },
    };

    [Theory]
    [MemberData(nameof(Nights))]
    public void It_is_quiet_until_the_clock_on_the_wall_says_otherwise(string from, string to, string now, string end)
    {
        QuietHours.TryParse(from, out var fromMinute).ShouldBeTrue();
        QuietHours.TryParse(to, out var toMinute).ShouldBeTrue();

        var quietEnds = new QuietHours(fromMinute, toMinute).EndIfQuiet(Time(now), s_berlin);

        (quietEnds?.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss'Z'")).ShouldBe(end.Length == 0 ? null : end);
    }

    [Theory]
    [InlineData("7:00")]
    [InlineData("24:00")]
    [InlineData("07:00:00")]
    [InlineData("")]
    [InlineData(null)]
    public void A_time_of_day_is_four_digits(string? text) => QuietHours.TryParse(text, out _).ShouldBeFalse();

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text);
}
