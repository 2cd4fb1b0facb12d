using Assay.Signals.Series;

namespace Assay.Signals.Tests.Series;

public sealed class SeriesDetectorTests
{
    private const int FiveMinutes = 300;
    private static readonly SeriesSettings s_settings = SeriesSettings.Standard;

    [Fact]
    public void A_jump_in_a_quiet_series_is_found_within_a_few_rows()
    {
        var alerts = Alerts(2000, (row, noise) => (row < 1500 ? 100 : 180) + noise);
        alerts.ShouldContain(row => row >= 1500 && row < 1505);
    }

    [Fact]
    public void Noise_alone_alerts_rarely() =>
        Alerts(4000, (_, noise) => 100 + noise).Count.ShouldBeLessThan(8);

    [Fact]
    public void A_working_day_is_learned_and_its_absence_is_found()
    {
        // Day 12 stays as quiet as the night: no value of it is unusual by itself.
        var alerts = Alerts(288 * 13, (row, noise) => IsWork(row) && row / 288 != 12 ? 500 + noise : 50 + noise);
        alerts.ShouldContain(row => row >= 288 * 12);
        alerts.Count(row => row is > 288 * 4 and < 288 * 12).ShouldBeLessThan(4);
    }

    [Fact]
    public void After_an_alert_a_series_keeps_still()
    {
        var alerts = Alerts(3000, (row, noise) => row % 400 < 40 ? 1000 + noise : 10 + noise);
        alerts.Zip(alerts.Skip(1)).ShouldAllBe(pair => pair.Second - pair.First > s_settings.CoolDownMin);
    }

    [Fact]
    public void What_comes_later_changes_no_answer()
    {
        var whole = Readings(1200, (row, noise) => row > 900 ? 1e9 : 100 + noise);
        var half = Readings(800, (row, noise) => row > 900 ? 1e9 : 100 + noise);
        whole.Take(800).ShouldBe(half);
    }

    [Fact]
    public void Values_of_any_size_leave_numbers_behind()
    {
        double[] values = [0, -5, double.MaxValue, double.NaN, double.PositiveInfinity, 1e-300, -1e30, 7];
        var state = default(SeriesState);
        for (var row = 0; row < 500; row++)
        {
            var reading = SeriesDetector.Observe(ref state, row * FiveMinutes - 100_000, values[row % values.Length], s_settings);
            double.IsNaN(reading.Score).ShouldBeFalse();
        }
    }

    private static bool IsWork(int row) => row % 288 is > 100 and < 220;

    private static List<int> Alerts(int rows, Func<int, double, double> value) =>
        [.. Readings(rows, value).Index().Where(each => each.Item.IsAlert).Select(each => each.Index)];

    private static List<SeriesReading> Readings(int rows, Func<int, double, double> value)
    {
        var random = new Random(7);
        var state = default(SeriesState);
        return [.. Enumerable.Range(0, rows).Select(
            row => SeriesDetector.Observe(ref state, row * FiveMinutes, value(row, (random.NextDouble() * 10) - 5), s_settings))];
    }
}
