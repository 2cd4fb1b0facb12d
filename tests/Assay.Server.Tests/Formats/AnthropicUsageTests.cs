using Assay.Ledger.Usage;

namespace Assay.Server.Tests.Formats;

public sealed class AnthropicUsageTests
{
    private const string Stream =
        """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_01","type":"message","role":"assistant","model":"claude-sonnet-4-5-20250929","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":12,"cache_creation_input_tokens":300,"cache_read_input_tokens":4000,"cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":200},"output_tokens":1,"service_tier":"standard","inference_geo":"global"}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        event: ping
        data: {"type": "ping"}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" \"usage\": world"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":12,"cache_creation_input_tokens":300,"cache_read_input_tokens":4000,"output_tokens":41,"server_tool_use":{"web_search_requests":2,"web_fetch_requests":1}}}

        event: message_stop
        data: {"type":"message_stop"}


        """;

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(1)]
    [InlineData(7)]
    public void A_stream_is_read_with_its_cumulative_end_replacing_its_start(int pieceBytes)
    {
        var reading = Streams.ReadEvents(Streams.Messages, Stream, pieceBytes);

        reading.Counts.ToString().ShouldBe("Input=12 CacheRead=4000 CacheWrite5m=100 CacheWrite1h=200 Output=41 WebSearch=2");
        reading.HasInput.ShouldBeTrue();
        reading.HasOutput.ShouldBeTrue();
        reading.SawEnd.ShouldBeTrue();
        reading.Malformed.ShouldBeFalse();
        reading.Model.ShouldBe("claude-sonnet-4-5-20250929");
        reading.ServiceTier.ShouldBe("");
        reading.Events.ShouldBe(8);
        reading.OutputBytes.ShouldBe("Hello".Length + """ \"usage\": world""".Length);
    }

    [Fact]
    public void A_stream_cut_before_its_end_knows_its_input_but_not_its_output()
    {
        var cut = Stream[..Stream.IndexOf("event: content_block_stop", StringComparison.Ordinal)];

        var reading = Streams.ReadEvents(Streams.Messages, cut);

        reading.Counts[UsageClass.Input].ShouldBe(12);
        reading.HasInput.ShouldBeTrue();
        reading.HasOutput.ShouldBeFalse();
        reading.SawEnd.ShouldBeFalse();
        reading.OutputBytes.ShouldBeGreaterThan(0);
    }
}
