using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Assay.EndToEnd.Tests.Budgets;
using Assay.Ledger.Usage;
using Assay.Server.Hosting;
using Assay.Sim;
using Assay.Sim.Tally;

namespace Assay.EndToEnd.Tests.Gateway;

/// <summary>
/// Targets that fail at random with one that is well behind them. ASSAY_CHAOS_CALLS asks for more calls than CI makes.
/// </summary>
public sealed class ChaosTests
{
    private static readonly int s_calls = Size.Of("ASSAY_CHAOS_CALLS", 1_500);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_client_sees_a_failure_before_something_was_sent_and_nothing_is_billed_twice()
    {
        await using var gateway = await StartAsync();
        var results = await CallAsync(gateway, s_calls);

        // Whoever got a byte and not the end is the only one who may have failed; whoever got none was answered whole.
        results.Where(result => !result.IsWhole).ShouldAllBe(result => result.Bytes > 0);
        results.ShouldAllBe(result => result.Status == HttpStatusCode.OK);
        results.ShouldAllBe(result => result.Models <= 1, "two targets' answers were mixed");
        results.Count(result => result.IsWhole).ShouldBeGreaterThan(s_calls / 2);

        var rows = await gateway.AllRequestsAsync();
        await gateway.Sim.Tally.QuietAsync(Cancel);
        var told = gateway.Sim.Tally.Calls.Where(call => call is { Billing: SimBilling.Told, End: SimEnd.Complete }).ToList();
        var exact = rows.Where(row => row is { Outcome: CallOutcome.Completed, Resolution: Resolution.Posted }).ToList();
        exact.Count.ShouldBe(told.Count);
        exact.Sum(row => row.Counts[UsageClass.Output]).ShouldBe(told.Sum(call => call.Usage.Output));
        exact.GroupBy(row => row.RequestId).ShouldAllBe(attempts => attempts.Count() == 1, "a call was answered twice");
        rows.GroupBy(row => row.RequestId).Count().ShouldBe(s_calls);
        rows.Where(row => row.Status >= 400).ShouldAllBe(row => row.Resolution == Resolution.Voided);
        rows.GroupBy(row => row.RequestId).Any(attempts => attempts.Count() > 1).ShouldBeTrue();
    }

    [Fact]
    public async Task A_hard_budget_holds_to_the_cent_through_fallbacks()
    {
        await using var gateway = await StartAsync();
        var org = await gateway.BudgetAsync("org", "5.00");
        var person = await gateway.BudgetAsync("person:ada@example.com", "7.00");

        var results = await CallAsync(gateway, 600);

        var rows = await gateway.AllRequestsAsync();
        var (posted, pending, _) = await gateway.BalanceAsync(org);
        pending.ShouldBe(0m);
        posted.ShouldBeLessThanOrEqualTo(5.00m);
        posted.ShouldBe(rows.Sum(row => Usd(row.Cost.ToString())));
        (await gateway.BalanceAsync(person)).Posted.ShouldBe(posted);

        // Every call costs ten cents wherever it is answered, so what is left is less than one more.
        posted.ShouldBeGreaterThan(4.90m);
        results.ShouldContain(result => result.Status == HttpStatusCode.TooManyRequests);
    }

    private static Task<RunningGateway> StartAsync() => RunningGateway.StartAsync(
        config =>
        {
            BudgetedGateway.Prices(config);
            config.Providers["spare"] = Copy(config.Providers["openai"]);
            config.Providers["well"] = Copy(config.Providers["openai"]);
            config.Models["code"] = new()
            {
                Targets = [$"openai/{BudgetedGateway.Dime}-a-sim-chaos-60", $"spare/{BudgetedGateway.Dime}-b-sim-chaos-60", $"well/{BudgetedGateway.Dime}-c"],
            };

            // Kept away from those that fail, calls would soon have nothing to survive.
            config.Resilience = new() { BreakerFailures = 1000, CooldownSeconds = 0, CooldownSecondsMax = 0 };
        },
        new SimOptions { Seed = 11, CallsKeptMax = s_calls * 4 });

    private static ProviderConfig Copy(ProviderConfig provider) =>
        new() { Format = provider.Format, BaseUrl = provider.BaseUrl, ApiKey = provider.ApiKey, Prices = "openai" };

    private static async Task<IReadOnlyCollection<Result>> CallAsync(RunningGateway gateway, int calls)
    {
        var results = new ConcurrentBag<Result>();
        using var client = gateway.Client();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, calls),
            new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Cancel },
            async (i, _) => results.Add(await CallAsync(client, isStream: i % 2 == 0)));
        return results;
    }

    private static async Task<Result> CallAsync(HttpClient client, bool isStream)
    {
        var kept = new MemoryStream();
        HttpResponseMessage? answer = null;
        try
        {
            answer = await client.ChatAsync("code", stream: isStream, headersOnly: true);
            await using var body = await answer.Content.ReadAsStreamAsync(Cancel);
            await body.CopyToAsync(kept, Cancel);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return new Result(answer?.StatusCode, IsWhole: false, kept.Length, 0);
        }
        finally
        {
            answer?.Dispose();
        }

        var text = System.Text.Encoding.UTF8.GetString(kept.ToArray());
        var isWhole = isStream ? text.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal) : IsJson(text);
        var models = "abc".Count(letter => text.Contains($"{BudgetedGateway.Dime}-{letter}\"", StringComparison.Ordinal));
        return new Result(answer.StatusCode, isWhole, kept.Length, models);
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static decimal Usd(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    private sealed record Result(HttpStatusCode? Status, bool IsWhole, long Bytes, int Models);
}
