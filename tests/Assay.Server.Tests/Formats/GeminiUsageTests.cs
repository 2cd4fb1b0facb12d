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
}
