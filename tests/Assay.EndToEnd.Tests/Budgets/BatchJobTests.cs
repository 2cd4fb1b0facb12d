using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Assay.EndToEnd.Tests.Gateway;
using Assay.Ledger.Usage;
using Assay.Server.Batches;
using Assay.Sim;
using Assay.Sim.Tally;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.EndToEnd.Tests.Budgets;

/// <summary>Batch jobs: held when they are handed in, settled once from their results, at batch prices.</summary>
public sealed class BatchJobTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_OpenAI_job_is_held_at_submission_and_settled_once_however_often_its_results_are_fetched()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var budget = await gateway.BudgetAsync("person:ada@example.com", "5.00");
        using var client = gateway.Client();
        var file = await UploadAsync(client, "gpt-5.5", 5);

        var job = await JsonAsync(await client.PostAsJsonAsync("/v1/batches", Submission(file), Cancel));

        var held = await gateway.BalanceAsync(budget);
        held.Posted.ShouldBe(0m);
        held.Pending.ShouldBeGreaterThan(0m);
        await TendAsync(gateway);
        (await gateway.BalanceAsync(budget)).ShouldBe(held);
        await TendAsync(gateway);

        var path = "/v1/batches/" + job["id"];
        var done = await JsonAsync(await client.GetAsync(path, Cancel));
        done["status"]!.GetValue<string>().ShouldBe("completed");
        for (var i = 0; i < 3; i++)
        {
            var results = await client.GetStringAsync($"/v1/files/{done["output_file_id"]}/content", Cancel);
            results.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(5);
            await TendAsync(gateway);
        }

        var settled = (await gateway.RequestsAsync()).Where(call => call.Marks.HasFlag(UsageMarks.Batch)).ShouldHaveSingleItem();
        var (counts, cost) = RunningGateway.TruthOf(BatchCalls(gateway.Sim));
        settled.Cost.ShouldBe(cost);
        settled.Counts[UsageClass.Output].ShouldBe(counts[UsageClass.Output]);
        settled.ServiceTier.ShouldBe("batch");
        settled.Resolution.ShouldBe(Resolution.Posted);
        settled.Counts[UsageClass.Request].ShouldBe(5);
        (await gateway.BalanceAsync(budget)).ShouldBe((Usd(cost.ToString()), 0m, 5.00m - Usd(cost.ToString())));
    }

    [Fact]
    public async Task An_Anthropic_job_of_two_models_outlives_the_gateway_that_took_it()
    {
        var data = Directory.CreateTempSubdirectory("assay-test-").FullName;
        await using var sim = await SimProviders.StartAsync(new SimOptions(), Cancel);
        string budget;
        (decimal Posted, decimal Pending, decimal Remaining) held;
        await using (var first = await RunningGateway.StartAsync(data: data, behind: sim))
        {
            budget = await first.BudgetAsync("org", "50.00");
            using var client = first.Client();
            await JsonAsync(await client.PostAsJsonAsync("/v1/messages/batches", Messages(), Cancel));
            await TendAsync(first);
            held = await first.BalanceAsync(budget);
            held.Pending.ShouldBeGreaterThan(0m);
        }

        await using (var second = await RunningGateway.StartAsync(data: data, behind: sim))
        {
            (await second.BalanceAsync(budget)).ShouldBe(held);

            await TendAsync(second);
            await TendAsync(second);

            var calls = (await second.RequestsAsync()).Where(call => call.Marks.HasFlag(UsageMarks.Batch)).ToList();
            calls.Select(call => call.Model).Order().ShouldBe(["claude-haiku-4-5", "claude-sonnet-5"]);
            foreach (var call in calls)
            {
                call.Cost.ShouldBe(RunningGateway.TruthOf(BatchCalls(sim).Where(one => one.Model == call.Model)).Cost);
            }

            var cost = RunningGateway.TruthOf(BatchCalls(sim)).Cost.ToString();
            (await second.BalanceAsync(budget)).ShouldBe((Usd(cost), 0m, 50.00m - Usd(cost)));
        }

        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task A_job_that_does_not_fit_is_refused_whole_and_never_reaches_the_provider()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var roomy = await gateway.BudgetAsync("org", "50.00");
        await gateway.BudgetAsync("model:claude-sonnet-5", "0.0001");
        using var client = gateway.Client();

        using var refused = await client.PostAsJsonAsync("/v1/messages/batches", Messages(), Cancel);

        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        var body = await refused.Content.ReadFromJsonAsync<JsonNode>(Cancel);
        body!["type"]!.GetValue<string>().ShouldBe("error");
        body["error"]!["message"]!.GetValue<string>().ShouldContain("claude-sonnet-5");
        (await gateway.BalanceAsync(roomy)).ShouldBe((0m, 0m, 50.00m));
        gateway.Sim.Tally.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_job_that_the_provider_refuses_gives_everything_back()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var budget = await gateway.BudgetAsync("org", "50.00");
        using var client = gateway.Client();
        client.DefaultRequestHeaders.Add("x-sim", "status=500");

        using var refused = await client.PostAsJsonAsync("/v1/messages/batches", Messages(), Cancel);

        refused.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (await gateway.BalanceAsync(budget)).ShouldBe((0m, 0m, 50.00m));
        gateway.Server.Services.GetRequiredService<BatchJobs>().Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"custom_id":"a","method":"POST","url":"/v1/chat/completions"}""", "line 1: 'body' is missing")]
    [InlineData("""{"custom_id":"a","url":"/v1/images","body":{"model":"gpt-5.5"}}""", "line 1 asks for '/v1/images'")]
    [InlineData("not json", "line 1 is not valid JSON")]
    [InlineData("", "has no requests")]
    public async Task A_job_that_cannot_be_read_is_refused_with_the_line(string line, string says)
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var client = gateway.Client();
        var file = await UploadAsync(client, line);

        using var refused = await client.PostAsJsonAsync("/v1/batches", Submission(file), Cancel);

        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await refused.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["error"]!["message"]!.GetValue<string>().ShouldContain(says);
    }

    private static IEnumerable<SimCall> BatchCalls(SimProviders sim) =>
        sim.Tally.Calls.Where(call => call.ServiceTier == "batch");

    private static Task TendAsync(RunningGateway gateway) =>
        gateway.Server.Services.GetRequiredService<BatchTender>().TendAsync(Cancel);

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync(Cancel);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
            return JsonNode.Parse(text)!;
        }
    }

    private static object Submission(string file) =>
        new { input_file_id = file, endpoint = "/v1/chat/completions", completion_window = "24h" };

    private static object Messages() => new
    {
        requests = Enumerable.Range(0, 6).Select(i => new
        {
            custom_id = $"r{i}",
            @params = new
            {
                model = i % 3 == 0 ? "claude-sonnet-5" : "claude-haiku-4-5",
                max_tokens = 200,
                messages = new[] { new { role = "user", content = $"Say {i} in words." } },
            },
        }),
    };

    private static Task<string> UploadAsync(HttpClient client, string model, int requests) => UploadAsync(
        client,
        string.Join('\n', Enumerable.Range(0, requests).Select(i => new JsonObject
        {
            ["custom_id"] = $"r{i}",
            ["method"] = "POST",
            ["url"] = "/v1/chat/completions",
            ["body"] = new JsonObject
            {
                ["model"] = model,
                ["max_tokens"] = 100,
                ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = $"Count to {i}." }),
            },
        }.ToJsonString())));

    private static async Task<string> UploadAsync(HttpClient client, string lines)
    {
        using var form = new MultipartFormDataContent();
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(lines));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/jsonl");
        using var purpose = new StringContent("batch");
        form.Add(purpose, "purpose");
        form.Add(content, "file", "input.jsonl");
        var file = await JsonAsync(await client.PostAsync("/v1/files", form, Cancel));
        return file["id"]!.GetValue<string>();
    }

    private static decimal Usd(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
