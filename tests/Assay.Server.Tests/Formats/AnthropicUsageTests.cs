using Assay.Ledger.Usage;
using Assay.Server.Formats;

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

    [Theory]
    [InlineData("""{"input_tokens":10,"output_tokens":5}""", "Input=10 Output=5")]
    [InlineData("""{"input_tokens":0,"output_tokens":0,"cache_read_input_tokens":0}""", "none")]
    [InlineData("""{"input_tokens":10,"output_tokens":5,"cache_read_input_tokens":7,"cache_creation_input_tokens":9}""", "Input=10 CacheRead=7 CacheWrite5m=9 Output=5")]
    [InlineData("""{"input_tokens":10,"output_tokens":5,"cache_creation_input_tokens":9,"cache_creation":{"ephemeral_1h_input_tokens":9,"ephemeral_5m_input_tokens":0}}""", "Input=10 CacheWrite1h=9 Output=5")]
    [InlineData("""{"input_tokens":10,"output_tokens":5,"cache_creation":{"ephemeral_1h_input_tokens":4,"ephemeral_5m_input_tokens":3}}""", "Input=10 CacheWrite5m=3 CacheWrite1h=4 Output=5")]
    [InlineData("""{"input_tokens":10,"output_tokens":5,"cache_creation":null,"server_tool_use":null,"cache_read_input_tokens":null}""", "Input=10 Output=5")]
    [InlineData("""{"input_tokens":10,"output_tokens":50,"output_tokens_details":{"thinking_tokens":30}}""", "Input=10 Output=20 Reasoning=30")]
    [InlineData("""{"input_tokens":10,"output_tokens":5,"server_tool_use":{"web_search_requests":3,"web_fetch_requests":2}}""", "Input=10 Output=5 WebSearch=3")]
    public void A_message_states_its_classes_apart(string usage, string expected)
    {
        var reading = Streams.ReadBody(
            Streams.Messages,
            $$"""{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[{"type":"text","text":"hi"},{"type":"thinking","thinking":"hm"}],"usage":{{usage}}}""");

        reading.Counts.ToString().ShouldBe(expected);
        reading.IsExact.ShouldBeTrue();
        reading.OutputBytes.ShouldBe(4);
    }

    [Theory]
    [InlineData("""{"input_tokens":10,"output_tokens":5,"cache_creation_input_tokens":3,"cache_creation":{"ephemeral_1h_input_tokens":4,"ephemeral_5m_input_tokens":3}}""", "Input=10 CacheWrite1h=3 Output=5")]
    [InlineData("""{"input_tokens":10,"output_tokens":5,"output_tokens_details":{"thinking_tokens":9}}""", "Input=10 Reasoning=5")]
    [InlineData("""{"input_tokens":10,"output_tokens":-5}""", "Input=10")]
    public void Numbers_that_cannot_be_are_clamped_and_marked(string usage, string expected)
    {
        var reading = Streams.ReadBody(Streams.Messages, $$"""{"type":"message","model":"claude-x","usage":{{usage}}}""");

        reading.Counts.ToString().ShouldBe(expected);
        reading.Malformed.ShouldBeTrue();
    }

    [Fact]
    public void What_a_delta_leaves_out_stays_and_an_explicit_zero_is_a_zero()
    {
        var reading = Streams.ReadEvents(
            Streams.Messages,
            """
            data: {"type":"message_start","message":{"model":"kimi","usage":{"input_tokens":12,"cache_read_input_tokens":7,"output_tokens":1}}}

            data: {"usage":{"input_tokens":0,"cache_read_input_tokens":null,"output_tokens":9},"type":"message_delta"}

            data: {"usage":{"output_tokens":11},"type":"message_delta"}

            data: {"type":"message_stop"}


            """);

        reading.Counts.ToString().ShouldBe("CacheRead=7 Output=11");
        reading.IsExact.ShouldBeTrue();
        reading.SawEnd.ShouldBeTrue();
    }

    [Fact]
    public void A_cache_write_that_grows_in_the_delta_keeps_its_lifetime()
    {
        var reading = Streams.ReadEvents(
            Streams.Messages,
            """
            data: {"type":"message_start","message":{"model":"c","usage":{"input_tokens":1,"cache_creation_input_tokens":100,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":100},"output_tokens":1}}}

            data: {"type":"message_delta","usage":{"cache_creation_input_tokens":150,"output_tokens":9}}


            """);

        reading.Counts.ToString().ShouldBe("Input=1 CacheWrite1h=150 Output=9");
        reading.Malformed.ShouldBeFalse();
    }

    [Fact]
    public void Compaction_is_added_the_advisor_is_kept_apart_and_other_turns_are_not_counted_twice()
    {
        const string usage =
            """{"input_tokens":23000,"output_tokens":1000,"iterations":[{"type":"compaction","input_tokens":180000,"output_tokens":3500,"cache_read_input_tokens":5,"cache_creation_input_tokens":0},{"type":"message","input_tokens":23000,"output_tokens":1000},{"type":"advisor_message","model":"claude-opus-x","input_tokens":800,"output_tokens":90,"cache_read_input_tokens":0},{"type":"fallback_message","model":"y","input_tokens":5,"output_tokens":5}]}""";
        var body = Streams.ReadBody(Streams.Messages, $$"""{"type":"message","model":"claude-x","usage":{{usage}}}""");
        var stream = Streams.ReadEvents(
            Streams.Messages,
            $$$$"""
            data: {"type":"message_start","message":{"model":"claude-x","usage":{"input_tokens":23000,"output_tokens":1,"iterations":[]}}}

            data: {"type":"message_delta","usage":{{{{usage}}}}}

            data: {"type":"message_delta","usage":{{{{usage}}}}}


            """);

        foreach (var reading in new[] { body, stream })
        {
            reading.Counts.ToString().ShouldBe("Input=203000 CacheRead=5 Output=4500");
            reading.SideModel.ShouldBe("claude-opus-x");
            reading.SideCounts.ToString().ShouldBe("Input=800 Output=90");
            reading.IsExact.ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData("standard", "\"standard\"", "")]
    [InlineData("priority", "null", "priority")]
    [InlineData("standard", "\"fast\"", "fast")]
    public void Tier_and_speed_are_one_service_tier(string tier, string speed, string expected) =>
        Streams.ReadBody(Streams.Messages, $$$"""{"type":"message","model":"c","usage":{"input_tokens":1,"output_tokens":1,"service_tier":"{{{tier}}}","speed":{{{speed}}}}}""")
            .ServiceTier.ShouldBe(expected);

    [Fact]
    public void Counting_tokens_uses_none()
    {
        var count = new RouteMatch(WireFormat.Anthropic, Operation.CountTokens);

        var reading = Streams.ReadBody(count, """{"input_tokens":2095}""");

        reading.IsExact.ShouldBeTrue();
        reading.Counts.IsZero.ShouldBeTrue();
    }

    [Fact]
    public void An_error_event_is_seen() =>
        Streams.ReadEvents(Streams.Messages, "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"x\"}}\n\n")
            .ProviderFailed.ShouldBeTrue();
}
