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

    [Theory]
    // Chat and Completions: cached, written and audio tokens lie inside the prompt, reasoning inside the completion.
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}""", "Input=10 Output=5")]
    [InlineData("""{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}""", "none")]
    [InlineData("""{"prompt_tokens":2006,"completion_tokens":300,"prompt_tokens_details":{"cached_tokens":1920}}""", "Input=86 CacheRead=1920 Output=300")]
    [InlineData("""{"prompt_tokens":2600,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":2000,"cache_write_tokens":400}}""", "Input=200 CacheRead=2000 CacheWrite5m=400 Output=1")]
    [InlineData("""{"prompt_tokens":100,"completion_tokens":90,"prompt_tokens_details":{"audio_tokens":80,"cached_tokens":10},"completion_tokens_details":{"audio_tokens":70,"reasoning_tokens":5}}""", "Input=10 CacheRead=10 Output=15 Reasoning=5 AudioInput=80 AudioOutput=70")]
    [InlineData("""{"prompt_tokens":100,"completion_tokens":0,"prompt_tokens_details":{"audio_tokens":80,"cached_tokens":60}}""", "CacheRead=20 AudioInput=40 AudioCacheRead=40")]
    [InlineData("""{"prompt_tokens":100,"completion_tokens":0,"prompt_tokens_details":{"audio_tokens":80,"cached_tokens":60,"cached_tokens_details":{"audio_tokens":50,"text_tokens":10}}}""", "Input=10 CacheRead=10 AudioInput=30 AudioCacheRead=50")]
    // Responses, images, transcriptions: other names.
    [InlineData("""{"input_tokens":9658,"input_tokens_details":{"cache_write_tokens":9655,"cached_tokens":0},"output_tokens":42,"output_tokens_details":{"reasoning_tokens":25},"total_tokens":9700}""", "Input=3 CacheWrite5m=9655 Output=17 Reasoning=25")]
    [InlineData("""{"input_tokens":50,"output_tokens":4160,"total_tokens":4210,"input_tokens_details":{"image_tokens":40,"text_tokens":10}}""", "Input=10 Output=4160 ImageInput=40")]
    [InlineData("""{"type":"tokens","input_tokens":14,"input_token_details":{"text_tokens":0,"audio_tokens":14},"output_tokens":45,"total_tokens":59}""", "Output=45 AudioInput=14")]
    // Servers that imitate OpenAI.
    [InlineData("""{"prompt_tokens":51,"completion_tokens":4,"prompt_cache_hit_tokens":40,"prompt_cache_miss_tokens":11}""", "Input=11 CacheRead=40 Output=4")]
    [InlineData("""{"prompt_tokens":51,"completion_tokens":4,"prompt_cache_hit_tokens":40,"prompt_tokens_details":{"cached_tokens":30}}""", "Input=21 CacheRead=30 Output=4")]
    [InlineData("""{"prompt_tokens":51,"completion_tokens":4,"cached_tokens":40}""", "Input=11 CacheRead=40 Output=4")]
    [InlineData("""{"prompt_tokens":32,"completion_tokens":9,"total_tokens":135,"completion_tokens_details":{"reasoning_tokens":94}}""", "Input=32 Output=9 Reasoning=94")]
    [InlineData("""{"prompt_tokens":32,"completion_tokens":"9","prompt_tokens_details":null}""", "Input=32 Output=9")]
    [InlineData("""{"prompt_tokens":32.0,"completion_tokens":9e0}""", "Input=32 Output=9")]
    public void A_stated_usage_is_split_into_disjoint_classes(string usage, string expected)
    {
        var reading = Streams.ReadBody(Streams.Chat, $$"""{"id":"c","model":"m","choices":[{"message":{"content":"hi"},"finish_reason":"stop"}],"usage":{{usage}}}""");

        reading.Counts.ToString().ShouldBe(expected);
        reading.IsExact.ShouldBeTrue();
        reading.OutputBytes.ShouldBe(2);
    }

    [Theory]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":99}}""", "CacheRead=10 Output=5")]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"completion_tokens_details":{"reasoning_tokens":99}}""", "Input=10 Reasoning=5")]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":8,"cache_write_tokens":8}}""", "CacheRead=8 CacheWrite5m=2 Output=5")]
    [InlineData("""{"prompt_tokens":-10,"completion_tokens":5}""", "Output=5")]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":4.2}""", "Input=10 Output=5")]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":99999999999999999999}""", "Input=10")]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":1e300}""", "Input=10")]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":2000000000000}""", "Input=10")]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":true}""", "Input=10")]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":{"a":1}}""", "Input=10")]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"total_tokens":115}""", "Input=10 Output=5 Reasoning=100")]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"x":tru}""", "Input=10 Output=5")]
    public void Inconsistent_numbers_are_clamped_and_marked_and_never_negative(string usage, string expected)
    {
        var reading = Streams.ReadBody(Streams.Chat, $$"""{"model":"m","choices":[],"usage":{{usage}}}""");

        reading.Counts.ToString().ShouldBe(expected);
        reading.Malformed.ShouldBeTrue();
        reading.IsExact.ShouldBeFalse();
    }

    [Theory]
    [InlineData("usage in every chunk", """
        data: {"model":"m","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}],"usage":{"prompt_tokens":7,"completion_tokens":1}}

        data: {"model":"m","choices":[{"index":0,"delta":{"content":"b"},"finish_reason":null}],"usage":{"prompt_tokens":7,"completion_tokens":2}}

        data: {"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":3}}


        """)]
    [InlineData("usage in the last choice chunk", """
        data: {"model":"m","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}

        data: {"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":3}}

        data: [DONE]


        """)]
    [InlineData("usage inside the choice", """
        data: {"model":"m","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}

        data: {"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop","usage":{"prompt_tokens":7,"completion_tokens":3}}]}

        data: [DONE]


        """)]
    [InlineData("usage under x_groq", """
        data: {"model":"m","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}],"x_groq":{"id":"r"}}

        data: {"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"x_groq":{"id":"r","usage":{"queue_time":0.1,"prompt_tokens":7,"completion_tokens":3,"total_time":0.2}}}

        data: [DONE]


        """)]
    [InlineData("usage twice over", """
        data: {"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":3},"x_groq":{"usage":{"prompt_tokens":1,"completion_tokens":1}}}

        data: {"model":"m","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3}}

        data: [DONE]


        """)]
    [InlineData("no empty line at the end", """
        data: {"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":3}}
        """)]
    public void Servers_that_place_usage_elsewhere_are_read_once(string where, string stream)
    {
        foreach (var pieceBytes in new[] { int.MaxValue, 1, 5 })
        {
            var reading = Streams.ReadEvents(Streams.Chat, stream, pieceBytes);

            reading.Counts.ToString().ShouldBe("Input=7 Output=3", where);
            reading.IsExact.ShouldBeTrue(where);
        }
    }

    [Fact]
    public void A_stream_without_usage_is_not_taken_for_one_that_used_nothing()
    {
        var reading = Streams.ReadEvents(
            Streams.Chat, "data: {\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"abc\"}}]}\n\ndata: [DONE]\n\n");

        reading.HasInput.ShouldBeFalse();
        reading.HasOutput.ShouldBeFalse();
        reading.SawEnd.ShouldBeTrue();
        reading.OutputBytes.ShouldBe(3);
    }

    [Fact]
    public void Usage_so_far_in_a_cut_stream_is_a_lower_bound()
    {
        var reading = Streams.ReadEvents(
            Streams.Chat,
            "data: {\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"abc\"},\"finish_reason\":null}],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2}}\n\n");

        reading.Counts.ToString().ShouldBe("Input=7 Output=2");
        reading.HasInput.ShouldBeTrue();
        reading.HasOutput.ShouldBeFalse();
    }

    [Theory]
    [InlineData("response.completed")]
    [InlineData("response.incomplete")]
    [InlineData("response.failed")]
    public void A_response_stream_is_read_at_its_terminal_event(string terminal)
    {
        var stream = $$$$"""
            event: response.created
            data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","status":"in_progress","model":"gpt-5","output":[],"service_tier":"auto","usage":null}}

            event: response.output_text.delta
            data: {"type":"response.output_text.delta","sequence_number":1,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"Hel","logprobs":[],"obfuscation":"x"}

            event: response.output_text.delta
            data: {"type":"response.output_text.delta","sequence_number":2,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"lo"}

            event: response.output_text.done
            data: {"type":"response.output_text.done","sequence_number":3,"text":"Hello"}

            event: {{{{terminal}}}}
            data: {"type":"{{{{terminal}}}}","sequence_number":4,"response":{"id":"resp_1","object":"response","model":"gpt-5-2025-08-07","service_tier":"priority","output":[{"type":"reasoning","summary":[]},{"type":"web_search_call","id":"ws_1","status":"completed","action":{"type":"search","query":"x"}},{"type":"web_search_call","action":{"type":"open_page","url":"u"}},{"action":{"type":"search"},"type":"web_search_call"},{"type":"file_search_call","queries":["q"]},{"type":"message","content":[{"type":"output_text","text":"Hello"}]}],"usage":{"input_tokens":100,"input_tokens_details":{"cached_tokens":60},"output_tokens":20,"output_tokens_details":{"reasoning_tokens":15},"total_tokens":120}}}


            """;
        foreach (var pieceBytes in new[] { int.MaxValue, 1, 17 })
        {
            var reading = Streams.ReadEvents(Streams.Responses, stream, pieceBytes);

            reading.Counts.ToString().ShouldBe("Input=40 CacheRead=60 Output=5 Reasoning=15 WebSearch=2 ToolCall=1");
            reading.IsExact.ShouldBeTrue();
            reading.SawEnd.ShouldBeTrue();
            reading.Model.ShouldBe("gpt-5-2025-08-07");
            reading.ServiceTier.ShouldBe("priority");
        }
    }

    [Fact]
    public void A_whole_response_counts_its_searches_too()
    {
        var reading = Streams.ReadBody(
            Streams.Responses,
            """{"id":"resp_1","object":"response","error":null,"model":"gpt-5","output":[{"type":"web_search_call","action":{"type":"search"}},{"type":"message","content":[{"type":"output_text","text":"Hello"}]}],"usage":{"input_tokens":10,"output_tokens":5,"total_tokens":15}}""");

        reading.Counts.ToString().ShouldBe("Input=10 Output=5 WebSearch=1");
        reading.IsExact.ShouldBeTrue();
        reading.ProviderFailed.ShouldBeFalse();
        reading.OutputBytes.ShouldBe(5);
    }

    [Theory]
    [InlineData("""{"object":"list","data":[],"model":"e","usage":{"prompt_tokens":8,"total_tokens":8}}""")]
    [InlineData("""{"object":"list","data":[],"model":"e","usage":{"total_tokens":8}}""")]
    public void Embeddings_have_input_only(string body)
    {
        var reading = Streams.ReadBody(Streams.Embeddings, body);

        reading.Counts.ToString().ShouldBe("Input=8");
        reading.IsExact.ShouldBeTrue();
    }

    [Fact]
    public void An_error_inside_a_stream_is_seen()
    {
        Streams.ReadEvents(Streams.Chat, "data: {\"model\":\"m\",\"choices\":[]}\n\ndata: {\"error\":{\"message\":\"x\"}}\n\n")
            .ProviderFailed.ShouldBeTrue();
        Streams.ReadEvents(Streams.Responses, "event: error\ndata: {\"type\":\"error\",\"message\":\"x\"}\n\n")
            .ProviderFailed.ShouldBeTrue();
    }
}
