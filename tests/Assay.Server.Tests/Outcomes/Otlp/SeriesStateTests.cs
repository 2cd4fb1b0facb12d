using Assay.Server.Outcomes.Otlp;

namespace Assay.Server.Tests.Outcomes.Otlp;

public sealed class SeriesStateTests
{
    private const long NowNs = 1_790_000_000_000_000_000;
    private const long Day = 24L * 3600 * 1_000_000_000;

    [Fact]
    public void A_cumulative_series_adds_what_came_since_and_begins_anew_after_a_restart()
    {
        Sum(isDelta: false, (1, 10, 5), (1, 20, 8), (1, 20, 8), (1, 15, 7), (1, 30, 8), (2, 40, 3), (2, 50, 4)).ShouldBe(5 + 3 + 3 + 1);
        Sum(isDelta: false, (1, 10, 50), (1, 20, 4)).ShouldBe(54, "a sum that falls began anew, whatever its start says");
    }

    [Fact]
    public void A_delta_series_adds_every_point_once_also_when_programs_take_turns()
    {
        Sum(isDelta: true, (1, 10, 5), (10, 20, 3), (10, 20, 3), (1, 10, 5)).ShouldBe(8);
        Sum(isDelta: true, (1, 10, 5), (5, 15, 2), (10, 12, 1), (15, 25, 1)).ShouldBe(9);
    }

    [Fact]
    public void A_sum_whose_beginning_we_may_have_counted_is_only_a_base_line()
    {
        First(NowNs - (15 * Day)).ShouldBe(0);
        First(0).ShouldBe(0);
        First(NowNs - (13 * Day)).ShouldBe(7);

        static double? First(long startNs)
        {
            SeriesState? state = null;
            return SeriesState.Add(ref state, new SeriesPoint(1, 0, startNs, NowNs, 7, false), NowNs);
        }
    }

    private static double Sum(bool isDelta, params (int Start, int Time, double Value)[] points)
    {
        SeriesState? state = null;
        return points.Sum(p => SeriesState.Add(
            ref state, new SeriesPoint(1, 0, NowNs + p.Start, NowNs + p.Time, p.Value, isDelta), NowNs) ?? 0);
    }
}
