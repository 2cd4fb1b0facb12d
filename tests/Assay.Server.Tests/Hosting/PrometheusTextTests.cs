using System.Diagnostics.Metrics;
using Assay.Server.Hosting;
using Assay.Server.Metering;

namespace Assay.Server.Tests.Hosting;

public sealed class PrometheusTextTests : IDisposable
{
    private readonly Meter _meter = new(AssayMetrics.MeterName);
    private readonly PrometheusText _text = new();

    public void Dispose()
    {
        _text.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void Measurements_with_the_same_labels_are_one_series()
    {
        var counter = _meter.CreateCounter<long>("assay.sweets", "{sweet}", "Sweets eaten.");
        counter.Add(2, Label("kind", "toffee"), Label("day", "Monday"));
        counter.Add(3, Label("kind", "toffee"), Label("day", "Monday"));
        counter.Add(9_007_199_254_740_993, Label("kind", "toffee"), Label("day", "Tuesday"));
        counter.Add(1);

        Lines("assay_sweets").ShouldBe(
        [
            "# HELP assay_sweets_total Sweets eaten.",
            "# TYPE assay_sweets_total counter",
            "assay_sweets_total 1",
            "assay_sweets_total{kind=\"toffee\",day=\"Monday\"} 5",
            "assay_sweets_total{kind=\"toffee\",day=\"Tuesday\"} 9007199254740993",
        ]);
    }

    [Fact]
    public void A_histogram_counts_up_to_each_bound()
    {
        var histogram = _meter.CreateHistogram(
            "assay.wait", "s", "Waiting.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        histogram.Record(0.1, Label("a.b", "x\"y"));
        histogram.Record(0.5, Label("a.b", "x\"y"));
        histogram.Record(5, Label("a.b", "x\"y"));

        Lines("assay_wait").Skip(2).ShouldBe(
        [
            "assay_wait_seconds_bucket{a_b=\"x\\\"y\",le=\"0.1\"} 1",
            "assay_wait_seconds_bucket{a_b=\"x\\\"y\",le=\"1\"} 2",
            "assay_wait_seconds_bucket{a_b=\"x\\\"y\",le=\"+Inf\"} 3",
            "assay_wait_seconds_sum{a_b=\"x\\\"y\"} 5.6",
            "assay_wait_seconds_count{a_b=\"x\\\"y\"} 3",
        ]);
    }

    [Fact]
    public void Labels_that_multiply_end_in_one_series()
    {
        var counter = _meter.CreateCounter<long>("assay.many");
        for (var i = 0; i < 10_100; i++)
        {
            counter.Add(1, Label("n", i));
        }

        // Whatever else uses the meter of this process meanwhile takes a few of the series.
        var lines = Lines("assay_many");
        var kept = lines.Count - 3;
        kept.ShouldBeInRange(9_000, 10_000);
        lines.ShouldContain($"assay_many_total{{overflow=\"true\"}} {10_100 - kept}");
    }

    [Fact]
    public void A_measurement_of_a_known_series_allocates_nothing()
    {
        var counter = _meter.CreateCounter<long>("assay.quick");
        var kind = Label("kind", "toffee");
        counter.Add(1, kind);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            counter.Add(1, kind);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1000);
    }

    private static KeyValuePair<string, object?> Label(string name, object value) => new(name, value);

    private List<string> Lines(string name) =>
        [.. _text.Write().Split('\n').Where(line => line.Contains(name, StringComparison.Ordinal))];
}
