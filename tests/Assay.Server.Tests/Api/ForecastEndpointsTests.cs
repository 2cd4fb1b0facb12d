using System.Globalization;
using System.Net;
using System.Text.Json;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Server.Api;
using Assay.Server.Store;

namespace Assay.Server.Tests.Api;

public sealed class ForecastEndpointsTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_budget_tells_its_forecast_or_why_there_is_none_to_those_who_may_know_what_was_used()
    {
        var admin = host.As("root");
        var used = await MakeAsync("""{"scope":"person:ada@example.com","window":"month","limit":"900"}""");
        var fresh = await MakeAsync("""{"scope":"person:bob@example.com","window":"month","limit":"900"}""");
        var ever = await MakeAsync("""{"scope":"person:ada@example.com","window":"total","limit":"900"}""");
        Reason(await BudgetAsync("ada", used)).ShouldBe("notYet");
        await SpendAsync();
        host.Balances.Known[used] = new BudgetBalance(
            500 * NanoUsd.PerDollar, 0, 400 * NanoUsd.PerDollar);

        await host.Forecasts.RefreshAsync(ApiHost.Ct);

        var budget = await BudgetAsync("ada", used);
        Reason(budget).ShouldBeNull();
        var forecast = budget.GetProperty("forecast");
        var (low, expected, high) = (Usd(forecast, "low"), Usd(forecast, "expected"), Usd(forecast, "high"));
        low.ShouldBeGreaterThanOrEqualTo(500);
        expected.ShouldBeInRange(low, high);
        forecast.GetProperty("probability").GetDouble().ShouldBeInRange(0, 1);
        forecast.GetProperty("basis").GetString().ShouldBe("own");
        forecast.GetProperty("historyDays").GetInt32().ShouldBe(40);
        var until = DateOnly.ParseExact(forecast.GetProperty("until").GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        until.AddDays(1).Day.ShouldBe(1);
        Reason(await BudgetAsync("bob", fresh)).ShouldBe("notEnoughHistory");
        Reason(await BudgetAsync("ada", ever)).ShouldBe("balanceUnknown");

        // A manager answers for the limit, but what a person used is the person's to know.
        var manager = await BudgetAsync("lead", used);
        manager.GetProperty("forecast").ValueKind.ShouldBe(JsonValueKind.Null);
        Reason(manager).ShouldBeNull();

        // The company's and the team's spend, which nothing limits, is forecast too, also if a part of it moved.
        foreach (var (who, path) in ((string, string)[])[("fin", "/forecast"), ("fin", "/forecast?team=platform"), ("lead", "/forecast")])
        {
            var spend = (await host.As(who).Get($"{path}{(path.Contains('?') ? "&" : "?")}movePercent=50&inHouseUsdPerMillion=0")).Json;
            spend.GetProperty("historyDays").GetInt32().ShouldBe(40, path);
            var month = spend.GetProperty("month");
            Usd(month, "expected").ShouldBeInRange(Usd(month, "low"), Usd(month, "high"));
            Usd(month, "expected").ShouldBeGreaterThan(Usd(month, "spent"));
            Usd(spend.GetProperty("quarter"), "expected").ShouldBeGreaterThanOrEqualTo(Usd(month, "expected"));
            var moved = Usd(spend.GetProperty("whatIf").GetProperty("month"), "expected");
            moved.ShouldBe((Usd(month, "expected") + Usd(month, "spent")) / 2, 0.01m);
        }

        (await host.As("ada").Get("/forecast")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await host.As("lead").Get("/forecast?team=sales")).Status.ShouldBe(HttpStatusCode.Forbidden);
        foreach (var bad in (string[])["team=nowhere", "movePercent=101", "inHouseUsdPerMillion=-1", "why=x"])
        {
            (await host.As("fin").Get("/forecast?" + bad)).Status.ShouldBe(HttpStatusCode.BadRequest, bad);
        }

        async Task<string> MakeAsync(string budgetJson) =>
            (await admin.Post("/budgets", budgetJson)).ShouldBe(HttpStatusCode.Created).Field("id");
    }

    private static string? Reason(JsonElement budget) => budget.GetProperty("forecastReason").GetString();

    private static decimal Usd(JsonElement forecast, string field) =>
        decimal.Parse(forecast.GetProperty(field).GetString()!, CultureInfo.InvariantCulture);

    private async Task<JsonElement> BudgetAsync(string name, string id) =>
        (await host.As(name).Get("/budgets")).Json.GetProperty("budgets").EnumerateArray()
            .Single(b => b.GetProperty("id").GetString() == id);

    /// <summary>Ten dollars a day for forty days, up to yesterday.</summary>
    private async Task SpendAsync()
    {
        var today = new DateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(
            TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()).UtcDateTime.Date, TimeSpan.Zero);
        var events = Enumerable.Range(1, 40).Select(d =>
        {
            var at = today.AddDays(-d).AddHours(9);
            return new UsageEvent
            {
                Id = Guid.CreateVersion7(at),
                RequestId = Guid.CreateVersion7(at),
                StartedAtMs = at.ToUnixTimeMilliseconds(),
                KeyId = "k_ada",
                PersonId = "p_ada",
                TeamId = "platform",
                Provider = "openai",
                Model = "gpt-5",
                Status = 200,
                Cost = NanoUsd.FromDollars(10),
            };
        });
        await host.Store.Usage.ApplyAsync("node", 0, 1, [.. events], ct: ApiHost.Ct);
    }
}
