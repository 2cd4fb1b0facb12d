using Assay.Ledger.Money;
using Assay.Server.Console.Charts;
using Assay.Server.Console.Figures;

namespace Assay.EndToEnd.Tests.Console;

/// <summary>How figures are written, and where days begin.</summary>
public sealed class SayTests
{
    [Theory]
    [InlineData(0, "$0.00")]
    [InlineData(1, "< $0.0001")]
    [InlineData(3_400_000, "$0.0034")]
    [InlineData(10_000_000, "$0.01")]
    [InlineData(1_234_567_890_000, "$1,234.57")]
    [InlineData(-2_500_000_000, "−$2.50")]
    public void Money_is_rounded_for_the_eye_but_never_to_nothing(long nanos, string words) =>
        Say.Usd(new NanoUsd(nanos)).ShouldBe(words);

    [Theory]
    [InlineData(0, "0")]
    [InlineData(999, "999")]
    [InlineData(1_000, "1.00 k")]
    [InlineData(12_345, "12.3 k")]
    [InlineData(999_499, "999 k")]
    [InlineData(999_500, "1.00 M")]
    [InlineData(73_700_000_000_000, "73.7 T")]
    public void Counts_have_three_significant_digits(long count, string words) => Say.Brief(count).ShouldBe(words);

    [Theory]
    [InlineData(0, 10, "0 %")]
    [InlineData(1, 100_000, "< 0.1 %")]
    [InlineData(1, 3, "33 %")]
    [InlineData(999_999, 1_000_000, "> 99.9 %")]
    [InlineData(10, 10, "100 %")]
    [InlineData(1, 0, "–")]
    public void A_share_is_never_nothing_or_everything_unless_it_is(long part, long whole, string words) =>
        Say.Share(part, whole).ShouldBe(words);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4_021_337_000)]
    [InlineData(99_999_999_999)]
    [InlineData(long.MaxValue / 200)]
    public void A_scale_holds_the_largest_value_with_a_handful_of_marks(long largest)
    {
        var scale = ChartScale.For(largest);
        scale.Top.ShouldBeGreaterThanOrEqualTo(largest);
        scale.Top.ShouldBeLessThanOrEqualTo(Math.Max(4, (long)Math.Min((decimal)largest * 5 / 2, long.MaxValue)));
        scale.Marks.Count().ShouldBeInRange(1, 4);
    }

    [Fact]
    public void A_day_has_23_hours_when_summer_time_begins_and_25_when_it_ends()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        Hours(new DateTimeOffset(2026, 3, 29, 12, 0, 0, TimeSpan.Zero)).ShouldBe(23);
        Hours(new DateTimeOffset(2026, 10, 25, 12, 0, 0, TimeSpan.Zero)).ShouldBe(25);

        int Hours(DateTimeOffset now)
        {
            var clock = new OrgClock(new SettableTime(now), zone);
            return TimeSlots.Of(Period.Read("today", PeriodKind.Week, clock), clock).Keys.Count;
        }
    }

    [Fact]
    public void An_interval_that_is_hardly_known_does_not_press_the_figures_to_the_ground()
    {
        IntervalSlot Slot(long value, long high) => new("", "", value, 0, high, "");

        new IntervalChart("", "", "", "", "", [Slot(40, 60), Slot(30, 9_000_000)]).Top.ShouldBe(200);
        new IntervalChart("", "", "", "", "", [Slot(40, 60), Slot(30, 90)]).Top.ShouldBe(90);
        new IntervalChart("", "", "", "", "", [new("", "", null, null, null, "")]).Top.ShouldBe(0);
    }
}
