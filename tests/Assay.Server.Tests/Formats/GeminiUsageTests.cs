namespace Assay.Server.Tests.Formats;

public sealed class GeminiUsageTests
{
    private const string First =
        """{"candidates":[{"content":{"parts":[{"text":"Hel"}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":151,"candidatesTokenCount":2,"totalTokenCount":153,"promptTokensDetails":[{"modality":"TEXT","tokenCount":151}]},"modelVersion":"gemini-2.5-flash","responseId":"r1"}""";

    private const string Last =
        """{"candidates":[{"content":{"parts":[{"text":"lo"}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":151,"candidatesTokenCount":1089,"totalTokenCount":20689,"cachedContentTokenCount":100,"toolUsePromptTokenCount":18329,"thoughtsTokenCount":1120,"promptTokensDetails":[{"modality":"TEXT","tokenCount":151}],"toolUsePromptTokensDetails":[{"modality":"TEXT","tokenCount":18329}]},"modelVersion":"gemini-2.5-flash","responseId":"r1"}""";

    private const string Expected = "Input=18380 CacheRead=100 Output=1089 Reasoning=1120";

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(1)]
    [InlineData(11)]
    public void Events_an_array_and_a_body_are_read_alike(int pieceBytes)
    {
        var events = Streams.ReadEvents(Streams.Stream, $"data: {First}\r\n\r\ndata: {Last}\r\n\r\n", pieceBytes);
        var array = Streams.ReadBody(Streams.Stream, $"[{First},\r\n{Last}]\n", pieceBytes);
        var body = Streams.ReadBody(Streams.Generate, Last, pieceBytes);

        foreach (var reading in new[] { events, array, body })
        {
            reading.Counts.ToString().ShouldBe(Expected);
            reading.IsExact.ShouldBeTrue();
            reading.SawEnd.ShouldBeTrue();
            reading.Model.ShouldBe("gemini-2.5-flash");
        }

        events.OutputBytes.ShouldBe(5);
        array.OutputBytes.ShouldBe(5);
        array.Events.ShouldBe(2);
    }

    [Theory]
    [InlineData("""{"promptTokenCount":10,"candidatesTokenCount":5,"totalTokenCount":15}""", "Input=10 Output=5")]
    [InlineData("""{"promptTokenCount":10,"totalTokenCount":10}""", "Input=10")]
    [InlineData("""{"promptTokenCount":990,"totalTokenCount":1057,"thoughtsTokenCount":67}""", "Input=990 Reasoning=67")]
    [InlineData("""{"promptTokenCount":1000,"cachedContentTokenCount":900,"candidatesTokenCount":5,"totalTokenCount":1005}""", "Input=100 CacheRead=900 Output=5")]
    [InlineData("""{"promptTokenCount":100,"candidatesTokenCount":80,"thoughtsTokenCount":30,"totalTokenCount":180}""", "Input=100 Output=50 Reasoning=30")]
    [InlineData("""{"promptTokenCount":100,"candidatesTokenCount":80,"thoughtsTokenCount":30,"totalTokenCount":210}""", "Input=100 Output=80 Reasoning=30")]
    [InlineData("""{"promptTokenCount":100,"candidatesTokenCount":1300,"totalTokenCount":1400,"promptTokensDetails":[{"modality":"TEXT","tokenCount":20},{"modality":"AUDIO","tokenCount":50},{"modality":"IMAGE","tokenCount":20},{"modality":"VIDEO","tokenCount":10}],"candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":1290}]}""", "Input=20 Output=10 AudioInput=50 ImageInput=30 ImageOutput=1290")]
    [InlineData("""{"promptTokenCount":100,"cachedContentTokenCount":60,"promptTokensDetails":[{"tokenCount":50,"modality":"AUDIO"},{"modality":"TEXT","tokenCount":50}],"cacheTokensDetails":[{"modality":"AUDIO","tokenCount":40},{"modality":"TEXT","tokenCount":20}]}""", "Input=30 CacheRead=20 AudioInput=10 AudioCacheRead=40")]
    [InlineData("""{"promptTokenCount":0,"candidatesTokenCount":0,"totalTokenCount":0}""", "none")]
    public void Usage_metadata_is_split_into_disjoint_classes(string usage, string expected)
    {
        var reading = Streams.ReadBody(Streams.Generate, $$"""{"candidates":[],"usageMetadata":{{usage}},"modelVersion":"gemini-2.5-flash"}""");

        reading.Counts.ToString().ShouldBe(expected);
        reading.IsExact.ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{"promptTokenCount":10,"cachedContentTokenCount":900}""", "CacheRead=10")]
    [InlineData("""{"promptTokenCount":10,"promptTokensDetails":[{"modality":"AUDIO","tokenCount":50}]}""", "AudioInput=10")]
    [InlineData("""{"promptTokenCount":10,"candidatesTokenCount":5,"candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":50}]}""", "Input=10 ImageOutput=5")]
    [InlineData("""{"promptTokenCount":10,"candidatesTokenCount":-5}""", "Input=10")]
    public void Numbers_that_cannot_be_are_clamped_and_marked(string usage, string expected)
    {
        var reading = Streams.ReadBody(Streams.Generate, $$"""{"usageMetadata":{{usage}}}""");

        reading.Counts.ToString().ShouldBe(expected);
        reading.Malformed.ShouldBeTrue();
    }

    [Fact]
    public void A_cut_stream_knows_what_was_used_so_far()
    {
        foreach (var reading in new[]
        {
            Streams.ReadEvents(Streams.Stream, $"data: {First}\n\ndata: {Last[..^90]}"),
            Streams.ReadBody(Streams.Stream, $"[{First},{Last[..60]}"),
        })
        {
            reading.HasInput.ShouldBeTrue();
            reading.HasOutput.ShouldBe(reading.Counts.TotalOutputTokens > 2);
            reading.Counts.TotalOutputTokens.ShouldBeGreaterThanOrEqualTo(2);
        }

        Streams.ReadBody(Streams.Stream, $"[{First}").SawEnd.ShouldBeFalse();
    }

    [Fact]
    public void A_refused_prompt_is_complete_without_a_candidate()
    {
        var reading = Streams.ReadEvents(
            Streams.Stream,
            """
            data: {"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":5,"totalTokenCount":5}}


            """);

        reading.Counts.ToString().ShouldBe("Input=5");
        reading.IsExact.ShouldBeTrue();
    }

    [Theory]
    [InlineData("gemini-2.5-pro", "Input=1 Output=1 WebSearch=1")]
    [InlineData("gemini-3-pro-preview", "Input=1 Output=1 WebSearch=3")]
    public void Grounding_is_billed_by_the_answer_or_by_the_search(string model, string expected)
    {
        var body = $$$$"""{"candidates":[{"finishReason":"STOP","groundingMetadata":{"webSearchQueries":["a","b [\"","c"],"searchEntryPoint":{"renderedContent":"<div>"}}}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1},"modelVersion":"{{{{model}}}}"}""";

        Streams.ReadBody(Streams.Generate, body).Counts.ToString().ShouldBe(expected);
        Streams.ReadEvents(Streams.Stream, $"data: {body}\n\ndata: {body}\n\n").Counts.ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("ON_DEMAND", "")]
    [InlineData("ON_DEMAND_FLEX", "flex")]
    [InlineData("PROVISIONED_THROUGHPUT", "provisioned_throughput")]
    public void Traffic_types_become_service_tiers(string traffic, string tier) =>
        Streams.ReadBody(Streams.Generate, $$$"""{"usageMetadata":{"promptTokenCount":1,"trafficType":"{{{traffic}}}"}}""")
            .ServiceTier.ShouldBe(tier);

    [Fact]
    public void A_function_call_that_speaks_of_usage_is_not_usage()
    {
        var reading = Streams.ReadBody(
            Streams.Generate,
            """{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"usageMetadata":{"promptTokenCount":999}}}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1}}""");

        reading.Counts.ToString().ShouldBe("Input=1");
    }

    [Fact]
    public void An_error_in_an_array_is_seen() =>
        Streams.ReadBody(Streams.Stream, """[{"error":{"code":503,"message":"x","status":"UNAVAILABLE"}}]""")
            .ProviderFailed.ShouldBeTrue();
}
