using Assay.Server.Budgets.Forecasting;
using Assay.Server.Console.Charts;
using Assay.Server.Directory;
using Assay.Server.Tests.Directory;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assay.Server.Tests.Budgets.Forecasting;

public sealed class BurnDownTests
{
    [Fact]
    public async Task The_chart_shows_what_was_spent_what_may_come_and_the_limit_and_says_it_in_words()
    {
        await using var bench = await ForecastBench.OpenAsync(null, SampleOrg.Budget("b", "org", 200));
        await bench.SpendDailyAsync(40, 10);
        await bench.RefreshAsync();
        var budget = SampleOrg.Budget("b", "org", 200);

        var chart = BurnDowns.Of(budget, "August <org>", bench.Forecasts.Find("b")).ShouldNotBeNull();
        var html = await RenderAsync(chart);

        chart.Days.Count.ShouldBe(31);
        chart.Today.ShouldBe(16);
        chart.Finding.ShouldStartWith("$160.00 of $200.00 so far. By 31 Aug about $3");
        chart.Finding.ShouldMatch(@"It probably runs out on 2\d Aug, between \d+ Aug and \d+ Aug\.$");
        html.ShouldContain("August &lt;org&gt;");
        html.ShouldContain("role=\"img\" aria-labelledby=\"burn-down-b-title\" aria-describedby=\"burn-down-b-finding\"");
        (html.Split("<th scope=\"row\">").Length - 1).ShouldBe(31);

        // From nothing on the first, over 16 ends of days, to now; then, with now, 15 ends of days to come, up and back.
        Points(html, "spent").Length.ShouldBe(18);
        Points(html, "spent")[^1].X.ShouldBe(16.5);
        Points(html, "expected").Length.ShouldBe(16);
        Points(html, "band").Length.ShouldBe(31);
        Points(html, "band").ShouldAllBe(p => p.X >= 16.5 && p.X <= 31 && p.Y >= 0 && p.Y <= 220);
    }

    [Fact]
    public async Task Without_a_forecast_the_chart_shows_what_was_spent()
    {
        await using var bench = await ForecastBench.OpenAsync(null, SampleOrg.Budget("b", "org", 200, BudgetWindow.Day));
        await bench.SpendAsync(ForecastBench.Today, 7);
        await bench.RefreshAsync();

        var chart = BurnDowns.Of(SampleOrg.Budget("b", "org", 200, BudgetWindow.Day), "Today", bench.Forecasts.Find("b")).ShouldNotBeNull();
        var html = await RenderAsync(chart);

        chart.Finding.ShouldBe("$7.00 of $200.00 so far. There is not enough history for a forecast.");
        html.ShouldNotContain("class=\"expected\"");
        Points(html, "spent").Length.ShouldBe(2);
        BurnDowns.Of(SampleOrg.Budget("b", "org"), "Nothing", BudgetOutlook.NotYet).ShouldBeNull();
    }

    [Fact]
    public async Task A_day_s_fan_ends_with_the_day()
    {
        await using var bench = await ForecastBench.OpenAsync(null, SampleOrg.Budget("b", "org", 200, BudgetWindow.Day));
        await bench.SpendDailyAsync(30, 10);
        await bench.RefreshAsync();

        var html = await RenderAsync(
            BurnDowns.Of(SampleOrg.Budget("b", "org", 200, BudgetWindow.Day), "Today", bench.Forecasts.Find("b")).ShouldNotBeNull());

        Points(html, "expected").Select(p => p.X).ShouldBe([0.5, 1]);
        Points(html, "band").Select(p => p.X).ShouldBe([0.5, 1, 1]);
    }

    private static (double X, double Y)[] Points(string html, string line)
    {
        var points = html.Split($"class=\"{line}\" points=\"")[1].Split('"')[0];
        return [.. points.Split(' ').Select(p => p.Split(',')).Select(p => (
            double.Parse(p[0], System.Globalization.CultureInfo.InvariantCulture),
            double.Parse(p[1], System.Globalization.CultureInfo.InvariantCulture)))];
    }

    private static async Task<string> RenderAsync(BurnDownChart chart)
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<BurnDown>(
            ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(BurnDown.Chart)] = chart }))).ToHtmlString());
    }
}
