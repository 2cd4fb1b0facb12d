using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Ledger.Money;

namespace Assay.EndToEnd.Tests.Gateway;

/// <summary>Answers that are kept for identical deterministic requests.</summary>
public sealed class CacheTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"model":"gpt-5.5","temperature":0,"messages":[{"role":"user","content":"hi"}]}""", "/v1/chat/completions")]
    [InlineData("""{"model":"gpt-5.5","temperature":0.0,"stream":true,"messages":[{"role":"user","content":"hi"}]}""", "/v1/chat/completions")]
    [InlineData("""{"generationConfig":{"temperature":0},"contents":[{"parts":[{"text":"hi"}]}]}""", "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse")]
    [InlineData("""{"model":"text-embedding-3-small","input":"hi"}""", "/v1/embeddings")]
    public async Task The_same_request_gets_the_same_bytes_again_at_no_cost(string body, string path)
    {
        await using var gateway = await StartAsync();
        using var http = gateway.Client();

        var (first, firstBytes) = await SendAsync(http, path, body);
        var (second, secondBytes) = await SendAsync(http, path, body);

        first.Headers.GetValues("x-assay-cache").ShouldBe(["miss"]);
        second.Headers.GetValues("x-assay-cache").ShouldBe(["hit"]);
        secondBytes.ShouldBe(firstBytes);
        second.Content.Headers.ContentType!.ToString().ShouldBe(first.Content.Headers.ContentType!.ToString());
        await gateway.Sim.Tally.QuietAsync(Cancel);
        gateway.Sim.Tally.Calls.Count.ShouldBe(1);
        var rows = await gateway.RequestsAsync();
        var hit = rows.Single(row => row.ServiceTier == "cache");
        (hit.Cost, hit.Counts.TotalTokens).ShouldBe((NanoUsd.Zero, 0));
        var paid = rows.Single(row => row.ServiceTier != "cache").Cost;
        second.Headers.GetValues("x-assay-cache-saved-usd").ShouldBe([paid.ToString()]);
        var figures = (await gateway.Admin.GetFromJsonAsync<JsonNode>("/api/v1/routes/shares", Cancel))!["cache"]!;
        figures["savedUsd"]!.GetValue<string>().ShouldBe(paid.ToString());
        figures["hits"]!.GetValue<long>().ShouldBe(1);
    }

    [Theory]
    [InlineData("coding", """{"model":"gpt-5.5","temperature":0.2,"messages":[{"role":"user","content":"hi"}]}""", "")]
    [InlineData("coding", """{"model":"gpt-5.5","messages":[{"role":"user","content":"hi"}]}""", "")]
    [InlineData("other", """{"model":"gpt-5.5","temperature":0,"messages":[{"role":"user","content":"hi"}]}""", "")]
    [InlineData("coding", """{"model":"gpt-5.5","temperature":0,"messages":[{"role":"user","content":"hi"}]}""", "status=500")]
    public async Task What_is_not_deterministic_not_opted_in_or_not_well_answered_is_not_kept(string useCase, string body, string sim)
    {
        await using var gateway = await StartAsync();
        using var http = gateway.Client(await gateway.CreateKeyAsync("ada@example.com", "other", useCase));
        http.DefaultRequestHeaders.Add("x-sim", sim);

        var (first, _) = await SendAsync(http, "/v1/chat/completions", body);
        var (second, _) = await SendAsync(http, "/v1/chat/completions", body);

        await gateway.Sim.Tally.QuietAsync(Cancel);
        gateway.Sim.Tally.Calls.Count.ShouldBe(2);
        (first.StatusCode == HttpStatusCode.OK).ShouldBe(sim.Length == 0);
        second.Headers.TryGetValues("x-assay-cache", out var told);
        (told ?? []).ShouldNotContain("hit");
    }

    [Fact]
    public async Task A_hit_counts_for_no_limit_because_nobody_is_asked()
    {
        await using var gateway = await StartAsync();
        using var put = await gateway.Admin.PutAsJsonAsync("/api/v1/rate-limits", new { scope = "org", requestsPerMinute = 1 }, Cancel);
        put.EnsureSuccessStatusCode();
        using var http = gateway.Client();
        const string Body = """{"model":"gpt-5.5","temperature":0,"messages":[{"role":"user","content":"hi"}]}""";

        var kept = await SendAsync(http, "/v1/chat/completions", Body);
        var hit = await SendAsync(http, "/v1/chat/completions", Body);
        var other = await SendAsync(http, "/v1/chat/completions", Body.Replace("hi", "ho", StringComparison.Ordinal));

        kept.Answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        hit.Answer.Headers.GetValues("x-assay-cache").ShouldBe(["hit"]);
        other.Answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task A_hit_tells_again_what_a_translation_could_not_carry()
    {
        await using var gateway = await RunningGateway.StartAsync(config =>
        {
            config.Cache.UseCases.Add("coding");
            config.Models["code"] = new() { Targets = ["anthropic/claude-sonnet-4-5"] };
        });
        using var http = gateway.Client();
        const string Body = """{"model":"code","temperature":0,"seed":7,"messages":[{"role":"user","content":"hi"}]}""";

        var (first, _) = await SendAsync(http, "/v1/chat/completions", Body);
        var (second, _) = await SendAsync(http, "/v1/chat/completions", Body);

        second.Headers.GetValues("x-assay-cache").ShouldBe(["hit"]);
        first.Headers.GetValues("x-assay-dropped").ShouldBe(["seed"]);
        second.Headers.GetValues("x-assay-dropped").ShouldBe(["seed"]);
    }

    private static async Task<(HttpResponseMessage Answer, byte[] Bytes)> SendAsync(HttpClient http, string path, string body)
    {
        var answer = await http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), Cancel);
        return (answer, await answer.Content.ReadAsByteArrayAsync(Cancel));
    }

    private static Task<RunningGateway> StartAsync() => RunningGateway.StartAsync(config => config.Cache.UseCases.Add("coding"));
}
