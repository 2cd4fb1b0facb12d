using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Assay.Sim;
using Assay.Sim.Tally;

namespace Assay.EndToEnd.Tests.Sim;

/// <summary>Gemini has no SDK among the project's packages; its format is read field by field.</summary>
public sealed class GeminiFormatTests : IAsyncLifetime
{
    private const string Contents = """{"contents":[{"role":"user","parts":[{"text":"Hello there"}]}]}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly HttpClient _http = new();
    private SimProviders _sim = null!;

    public async ValueTask InitializeAsync() => _sim = await SimProviders.StartAsync(cancellationToken: Cancel);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _sim.DisposeAsync();
    }

    [Fact]
    public async Task Content_is_generated_with_thoughts_beside_the_candidates()
    {
        var answer = JsonElement.Parse(await PostAsync("gemini-3.5-flash:generateContent", Contents));

        answer.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts")[0].GetProperty("text").GetString().ShouldNotBeNullOrEmpty();
        answer.GetProperty("candidates")[0].GetProperty("finishReason").GetString().ShouldBe("STOP");
        answer.GetProperty("modelVersion").GetString().ShouldBe("gemini-3.5-flash");
        ShouldTell(answer.GetProperty("usageMetadata"), await OnlyCallAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_comes_as_events_or_as_one_array(bool asEvents)
    {
        var text = await PostAsync(
            "gemini-3.5-flash-sim-tokens-100--tool-prompt-7:streamGenerateContent" + (asEvents ? "?alt=sse" : ""), Contents);
        var chunks = asEvents
            ? text.Split("\r\n\r\n", StringSplitOptions.RemoveEmptyEntries).Select(e => JsonElement.Parse(e["data: ".Length..])).ToList()
            : [.. JsonElement.Parse(text).EnumerateArray()];

        chunks.Count.ShouldBe(5);
        chunks.ShouldAllBe(c => c.GetProperty("usageMetadata").GetProperty("promptTokenCount").GetInt32() > 0);
        var call = await OnlyCallAsync();
        call.Usage.Output.ShouldBe(100);
        var usage = chunks[^1].GetProperty("usageMetadata");
        usage.GetProperty("toolUsePromptTokenCount").GetInt32().ShouldBe(7);
        ShouldTell(usage, call);
    }

    [Fact]
    public async Task A_prompt_seen_before_is_read_from_the_cache_that_is_counted_inside_the_prompt()
    {
        var body = $$"""{"contents":[{"role":"user","parts":[{"text":"{{new string('x', 8_000)}}"}]}]}""";
        await PostAsync("gemini-2.5-flash:generateContent", body);
        var usage = JsonElement.Parse(await PostAsync("gemini-2.5-flash:generateContent", body)).GetProperty("usageMetadata");

        await _sim.Tally.QuietAsync(Cancel);
        var call = _sim.Tally.Calls[^1];
        call.Usage.CacheRead.ShouldBeGreaterThan(1024);
        usage.GetProperty("cachedContentTokenCount").GetInt64().ShouldBe(call.Usage.CacheRead);
        ShouldTell(usage, call);
    }

    [Fact]
    public async Task A_function_is_called_with_arguments()
    {
        var body = """{"contents":[{"role":"user","parts":[{"text":"Go"}]}],"toolConfig":{"functionCallingConfig":{"mode":"ANY"}},"tools":[{"functionDeclarations":[{"name":"go","parameters":{"type":"OBJECT","properties":{"where":{"type":"STRING"}}}}]}]}""";
        var parts = JsonElement.Parse(await PostAsync("gemini-3.5-flash:generateContent", body)).GetProperty("candidates")[0].GetProperty("content").GetProperty("parts");
        var call = parts.EnumerateArray().Single(p => p.TryGetProperty("functionCall", out _)).GetProperty("functionCall");
        call.GetProperty("name").GetString().ShouldBe("go");
        call.GetProperty("args").GetProperty("where").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Counting_listing_and_embedding_work()
    {
        JsonElement.Parse(await PostAsync("gemini-3.5-flash:countTokens", Contents)).GetProperty("totalTokens").GetInt32().ShouldBeGreaterThan(2);
        _sim.Tally.Total.Billed.ShouldBe(default);

        var one = JsonElement.Parse(await PostAsync("gemini-embedding-001:embedContent", """{"content":{"parts":[{"text":"A text"}]},"outputDimensionality":16}"""));
        one.GetProperty("embedding").GetProperty("values").GetArrayLength().ShouldBe(16);
        var many = JsonElement.Parse(await PostAsync(
            "gemini-embedding-001:batchEmbedContents", """{"requests":[{"content":{"parts":[{"text":"A"}]}},{"content":{"parts":[{"text":"B"}]}}]}"""));
        many.GetProperty("embeddings").GetArrayLength().ShouldBe(2);

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_sim.Gemini, "/v1beta/models"));
        request.Headers.Add("x-goog-api-key", "k");
        using var response = await _http.SendAsync(request, Cancel);
        JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancel)).GetProperty("models").GetArrayLength().ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task An_error_of_an_array_stream_is_an_array()
    {
        var text = await PostAsync("gemini-3.5-flash-sim-status-429:streamGenerateContent", Contents);
        JsonElement.Parse(text)[0].GetProperty("error").GetProperty("status").GetString().ShouldBe("RESOURCE_EXHAUSTED");
    }

    private static void ShouldTell(JsonElement usage, SimCall call)
    {
        long Number(string name) => usage.TryGetProperty(name, out var value) ? value.GetInt64() : 0;

        var u = call.Usage;
        (Number("promptTokenCount") + Number("toolUsePromptTokenCount")).ShouldBe(u.AllInput);
        Number("candidatesTokenCount").ShouldBe(u.Output);
        Number("thoughtsTokenCount").ShouldBe(u.Reasoning);
        Number("totalTokenCount").ShouldBe(u.AllInput + u.AllOutput);
        call.Billing.ShouldBe(SimBilling.Told);
    }

    private async Task<string> PostAsync(string model, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_sim.Gemini, "/v1beta/models/" + model));
        request.Headers.Add("x-goog-api-key", "k");
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await _http.SendAsync(request, Cancel);
        return await response.Content.ReadAsStringAsync(Cancel);
    }

    private async Task<SimCall> OnlyCallAsync()
    {
        await _sim.Tally.QuietAsync(Cancel);
        return _sim.Tally.Calls.ShouldHaveSingleItem();
    }
}
