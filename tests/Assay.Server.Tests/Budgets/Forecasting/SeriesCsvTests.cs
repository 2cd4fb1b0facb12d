using Assay.Server.Budgets.Forecasting.BackTests;

namespace Assay.Server.Tests.Budgets.Forecasting;

public sealed class SeriesCsvTests
{
    [Fact]
    public void Hours_and_days_that_are_not_there_are_zero()
    {
        var series = Read("series,time,amount\na,2026-01-01T23,2\n\na,2026-01-03T00,1.5\nb,2026-01-02T05,7\na,2026-01-03T00,1\n");

        series.Select(s => s.Name).ShouldBe(["a", "b"]);
        series[0].FirstDay.ShouldBe(new DateOnly(2026, 1, 1));
        series[0].Days.ShouldBe([2000, 0, 2500]);
        series[0].Hours.ShouldNotBeNull()[23].ShouldBe(2000);
        series[1].Days.ShouldBe([7000]);
        Read("series,time,amount\nc,2026-01-02,1\nc,2026-01-01,3")[0].Hours.ShouldBeNull();
    }

    [Theory]
    [InlineData("", "Line 1")]
    [InlineData("day,amount\n", "Line 1")]
    [InlineData("series,time,amount\na,2026-01-01\n", "Line 2")]
    [InlineData("series,time,amount\na,2026-01-01,1\na,1.1.2026,1\n", "Line 3")]
    [InlineData("series,time,amount\na,2026-01-01,-1\n", "Line 2")]
    [InlineData("series,time,amount\na,2026-01-01,1e9\n", "Line 2")]
    [InlineData("series,time,amount\na,2026-01-01,1000000000000\n", "Line 2")]
    [InlineData("series,time,amount\na,0001-01-01,1\na,2026-01-01,1\n", "spans")]
    public void A_file_that_is_not_as_it_should_be_is_refused_with_its_line(string text, string told) =>
        Should.Throw<FormatException>(() => Read(text)).Message.ShouldContain(told);

    private static IReadOnlyList<SpendSeries> Read(string text)
    {
        using var reader = new StringReader(text);
        return SeriesCsv.Read(reader);
    }
}
