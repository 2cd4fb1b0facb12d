namespace Assay.Server.Tests.Formats;

public sealed class OpenAIUsageTests
{
    private const string Chat =
        """
        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-5-2025-08-07","service_tier":"default","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-5-2025-08-07","service_tier":"default","choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-5-2025-08-07","service_tier":"default","choices":[{"index":0,"delta":{"content":" \"usage\": {}"},"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-5-2025-08-07","service_tier":"default","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-5-2025-08-07","service_tier":"default","choices":[],"usage":{"prompt_tokens":2006,"completion_tokens":300,"total_tokens":2306,"prompt_tokens_details":{"cached_tokens":1920,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":192,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}}

        data: [DONE]


        """;

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(1)]
    [InlineData(13)]
    public void A_chat_stream_is_read_into_disjoint_classes(int pieceBytes)
    {
        var reading = Streams.ReadEvents(Streams.Chat, Chat, pieceBytes);

        reading.Counts.ToString().ShouldBe("Input=86 CacheRead=1920 Output=108 Reasoning=192");
        reading.IsExact.ShouldBeTrue();
        reading.SawEnd.ShouldBeTrue();
        reading.Model.ShouldBe("gpt-5-2025-08-07");
        reading.ServiceTier.ShouldBe("");
        reading.OutputBytes.ShouldBe("Hello".Length + """ \"usage\": {}""".Length);
    }
}
