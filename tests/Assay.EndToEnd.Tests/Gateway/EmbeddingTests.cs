using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Ledger.Usage;

namespace Assay.EndToEnd.Tests.Gateway;

/// <summary>Calls for vectors, from clients of OpenAI's format to Gemini and back.</summary>
public sealed class EmbeddingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Vectors_are_answered_in_the_clients_format_and_metered_exactly()
    {
        await using var gateway = await StartAsync();
        using var http = gateway.Client();

        var many = await AskAsync(http, "/v1/embeddings", """{"model":"google","input":["one","two","three"],"dimensions":8}""");
        var base64 = await AskAsync(http, "/v1/embeddings", """{"model":"google","input":"two","dimensions":8,"encoding_format":"base64"}""");
        var single = await AskAsync(http, "/v1beta/models/openai:embedContent", """{"content":{"parts":[{"text":"two"}]},"outputDimensionality":8,"taskType":"RETRIEVAL_QUERY"}""", "taskType");
        var batch = await AskAsync(http, "/v1beta/models/openai:batchEmbedContents", """{"requests":[{"model":"models/openai","content":{"parts":[{"text":"one"}]}},{"model":"models/openai","content":{"parts":[{"text":"two"}]}}]}""");
        var same = await AskAsync(http, "/v1beta/models/google:batchEmbedContents", """{"requests":[{"model":"models/google","content":{"parts":[{"text":"one"}]}}]}""");

        many["data"]!.AsArray().Select(one => (int)one!["index"]!).ShouldBe([0, 1, 2]);
        many["model"]!.GetValue<string>().ShouldBe("google");
        var two = Numbers(many["data"]![1]!["embedding"]!);
        two.Length.ShouldBe(8);
        var bytes = Convert.FromBase64String(base64["data"]![0]!["embedding"]!.GetValue<string>());
        var decoded = new float[8];
        Buffer.BlockCopy(bytes, 0, decoded, 0, bytes.Length);
        bytes.Length.ShouldBe(32);
        decoded.Select(value => value * value).Sum().ShouldBe(1f, 0.001f);
        Numbers(single["embedding"]!["values"]!).Length.ShouldBe(8);
        batch["embeddings"]!.AsArray().Count.ShouldBe(2);
        same["embeddings"]!.AsArray().Count.ShouldBe(1);

        await gateway.Sim.Tally.QuietAsync(Cancel);
        var calls = gateway.Sim.Tally.Calls;
        var rows = (await gateway.RequestsAsync()).Reverse().ToList();
        rows.Count.ShouldBe(calls.Count);
        foreach (var (row, call) in rows.Zip(calls))
        {
            var metered = row.Counts;
            var truth = SimTruth.Counts(call.Usage);
            metered[UsageClass.Request] = truth[UsageClass.Request];
            metered.ShouldBe(truth);
            row.Marks.HasFlag(UsageMarks.Estimated).ShouldBeFalse();
        }

        many["usage"]!["prompt_tokens"]!.GetValue<long>().ShouldBe(rows[0].Counts[UsageClass.Input]);
        single["usageMetadata"]!["promptTokenCount"]!.GetValue<long>().ShouldBe(rows[2].Counts[UsageClass.Input]);
        calls.Select(call => call.Operation).ShouldBe(["batchEmbedContents", "batchEmbedContents", "embeddings", "embeddings", "batchEmbedContents"]);
        Encoding.UTF8.GetString(gateway.Sim.Tally.Capture(calls[^1].Id)!.RequestBody.Span).ShouldContain("models/gemini-embedding-001");
    }

    [Theory]
    [InlineData("/v1/embeddings", """{"model":"google","input":[[1,2,3]]}""")]
    [InlineData("/v1/embeddings", """{"model":"google","input":[1,2,3]}""")]
    [InlineData("/v1/embeddings", """{"model":"google","input":[]}""")]
    [InlineData("/v1/embeddings", """{"model":"claude","input":"a"}""")]
    [InlineData("/v1beta/models/openai:embedContent", """{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"AAAA"}}]}}""")]
    [InlineData("/v1beta/models/openai:embedContent", """{"content":{"parts":[{"text":"a"},{"text":"b"}]}}""")]
    [InlineData("/v1beta/models/openai:batchEmbedContents", """{"requests":[{"content":{"parts":[{"text":"a"}]},"outputDimensionality":4},{"content":{"parts":[{"text":"b"}]}}]}""")]
    public async Task What_would_mean_another_vector_is_refused(string path, string body)
    {
        await using var gateway = await StartAsync();
        using var http = gateway.Client();

        using var answer = await http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        gateway.Sim.Tally.Calls.ShouldBeEmpty();
    }

    private static async Task<JsonNode> AskAsync(HttpClient http, string path, string body, string dropped = "")
    {
        using var answer = await http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        answer.Headers.TryGetValues("x-assay-dropped", out var told);
        string.Join(",", told ?? []).ShouldBe(dropped);
        return JsonNode.Parse(text)!;
    }

    private static float[] Numbers(JsonNode values) => [.. values.AsArray().Select(value => value!.GetValue<float>())];

    private static Task<RunningGateway> StartAsync() => RunningGateway.StartAsync(config =>
    {
        config.Models["google"] = new() { Targets = ["gemini/gemini-embedding-001"] };
        config.Models["openai"] = new() { Targets = ["openai/text-embedding-3-small"] };
        config.Models["claude"] = new() { Targets = ["anthropic/claude-sonnet-5"] };
    });
}
