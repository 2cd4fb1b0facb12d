using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Assay.Ledger.Usage;
using Assay.Server.Hosting;
using Assay.Sim;

namespace Assay.EndToEnd.Tests.Gateway;

/// <summary>Models on trial, what stays in the house, and lists and counts for clients of every format.</summary>
public sealed class TrialTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_shadow_is_asked_the_same_charged_to_its_own_key_and_never_seen()
    {
        var data = Directory.CreateTempSubdirectory("assay-test-").FullName;
        await using var sim = await SimProviders.StartAsync(new SimOptions { CapturesKeptMax = 100 }, Cancel);
        var keyId = "";
        await using (var before = await RunningGateway.StartAsync(data: data, behind: sim))
        {
            var made = await before.Admin.PostAsJsonAsync(
                "/api/v1/keys", new { owner = "ada@example.com", name = "trial", useCase = "trial" }, Cancel);
            keyId = (await made.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["id"]!.GetValue<string>();
        }

        await using (var gateway = await RunningGateway.StartAsync(
            config =>
            {
                config.Providers["house"] = new() { Format = "openai", BaseUrl = sim.OpenAI.ToString(), ApiKey = "x", InHouse = true };
                config.Prices.Overrides.Add(new() { Provider = "house", Model = "*", Prices = { ["input"] = "0.1", ["output"] = "0.2" } });
                config.Models["code"] = new()
                {
                    Targets = ["house/qwen3-coder", "openai/gpt-5.5"],
                    Policy = "prefer-in-house",
                    Shadow = new() { Target = "anthropic/claude-sonnet-5", Percent = 100, Key = keyId },
                };
                ConfigRules.Check(config).ShouldBeEmpty();
            },
            data: data,
            behind: sim))
        {
            using var http = gateway.Client();
            using var answer = await TranslationTests.SendAsync(http, "chat", "code", stream: true);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            var text = await answer.Content.ReadAsStringAsync(Cancel);
            await Wait.UntilAsync(() => sim.Tally.Calls.Count == 2, "the shadow was asked", Cancel);
            var rows = await gateway.RequestsAsync();
            await Wait.UntilAsync(async () => (rows = await gateway.RequestsAsync()).Count == 2, "both are settled", Cancel);

            text.ShouldContain("qwen3-coder");
            var shadow = rows.Single(row => row.Provider == "anthropic");
            var seen = rows.Single(row => row.Provider == "house");
            (shadow.KeyId, shadow.UseCase, shadow.RequestId).ShouldBe((keyId, "trial", seen.RequestId));
            shadow.Resolution.ShouldBe(Resolution.Posted);
            shadow.Marks.HasFlag(UsageMarks.Estimated).ShouldBeFalse();
            shadow.Cost.ShouldBeGreaterThan(Assay.Ledger.Money.NanoUsd.Zero);

            var shares = (await gateway.Admin.GetFromJsonAsync<JsonNode>("/api/v1/routes/shares", Cancel))!["routes"]!.AsArray();
            var code = shares.ShouldHaveSingleItem()!;
            code["route"]!.GetValue<string>().ShouldBe("code");
            code["requests"]!.GetValue<long>().ShouldBe(1);
            code["inHouseTokens"]!.GetValue<long>().ShouldBe(code["tokens"]!.GetValue<long>());
            decimal.Parse(code["savedUsd"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan(0);
            code["alternative"]!.GetValue<string>().ShouldBe("openai/gpt-5.5");
            code["outcomes"]!["verdict"]!.GetValue<string>().ShouldBe("NoOutcomes");
            code["shadowCostUsd"]!.GetValue<string>().ShouldBe(shadow.Cost.ToString());
            code["targets"]!.AsArray().Select(target => target!["role"]!.GetValue<string>()).ShouldBe(["Target", "Shadow"]);
            using var asEmployee = gateway.Client();
            (await asEmployee.GetAsync("/api/v1/routes/shares", Cancel)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task What_no_model_behind_a_name_can_do_is_refused_and_says_so()
    {
        await using var gateway = await RunningGateway.StartAsync(config =>
        {
            config.Capabilities["openai/gpt-5.5"] = new() { Vision = false };
            config.Models["plain"] = new() { Targets = ["openai/gpt-5.5"] };
        });
        using var http = gateway.Client();
        var body = new { model = "plain", messages = new[] { new { role = "user", content = new object[] { new { type = "image_url", image_url = new { url = "data:image/png;base64,AA==" } } } } } };

        using var answer = await http.PostAsJsonAsync("/v1/chat/completions", body, Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Headers.GetValues("x-assay-reason").ShouldBe(["not_capable"]);
    }

    [Fact]
    public async Task Every_format_s_list_has_the_models_that_translation_reaches_and_every_client_gets_a_count()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var http = gateway.Client();
        var openAI = await http.GetStringAsync("/v1/models", Cancel);
        var gemini = await http.GetStringAsync("/v1beta/models", Cancel);
        http.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");
        var anthropic = await http.GetStringAsync("/v1/models", Cancel);

        foreach (var list in (string[])[openAI, gemini, anthropic])
        {
            list.ShouldContain("gpt-5.5");
            list.ShouldContain("claude-sonnet-5");
            list.ShouldContain("gemini-2.5-flash");
        }

        openAI.ShouldContain("text-embedding-3-small");
        anthropic.ShouldNotContain("text-embedding-3-small");

        using var count = await http.PostAsJsonAsync(
            "/v1/messages/count_tokens", new { model = "gpt-5.5", messages = new[] { new { role = "user", content = new string('a', 4000) } } }, Cancel);
        (await count.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["input_tokens"]!.GetValue<int>().ShouldBeInRange(800, 1300);
        count.Headers.GetValues("x-assay-estimated").ShouldBe(["true"]);
        using var total = await http.PostAsJsonAsync(
            "/v1beta/models/gpt-5.5:countTokens", new { contents = new[] { new { parts = new[] { new { text = "hi" } } } } }, Cancel);
        (await total.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["totalTokens"]!.GetValue<int>().ShouldBeGreaterThan(0);
        gateway.Sim.Tally.Calls.ShouldBeEmpty();
    }
}
