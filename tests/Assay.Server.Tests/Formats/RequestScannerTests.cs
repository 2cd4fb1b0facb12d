using System.Text;
using Assay.Server.Formats;

namespace Assay.Server.Tests.Formats;

public sealed class RequestScannerTests
{
    private static readonly RouteMatch s_completions = new(WireFormat.OpenAI, Operation.Completions);

    [Fact]
    public void A_chat_request_tells_model_stream_bound_and_tier()
    {
        var facts = Scan(
            Streams.Chat,
            """{"messages":[{"role":"user","content":"model: {\"model\":\"x\"}"}],"tools":[{"model":"not this"}],"model":"gpt-5","stream":true,"max_completion_tokens":100,"n":3,"service_tier":"flex","stream_options":{"include_usage":true,"x":1}}""");

        facts.Model.ShouldBe("gpt-5");
        facts.Stream.ShouldBeTrue();
        facts.OutputBound.ShouldBe(300);
        facts.ChoiceCount.ShouldBe(3);
        facts.ServiceTier.ShouldBe("flex");
        facts.AsksForUsage.ShouldBeTrue();
        facts.IsAmbiguous.ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"model":"m"}""", null)]
    [InlineData("""{"model":"m","max_tokens":5}""", 5L)]
    [InlineData("""{"model":"m","max_tokens":5,"max_completion_tokens":9}""", 9L)]
    [InlineData("""{"model":"m","max_output_tokens":7}""", 7L)]
    [InlineData("""{"model":"m","max_tokens":null}""", null)]
    [InlineData("""{"model":"m","max_tokens":-1}""", null)]
    [InlineData("""{"model":"m","max_tokens":"5"}""", null)]
    [InlineData("""{"model":"m","max_tokens":1.5}""", null)]
    [InlineData("""{"model":"m","max_tokens":5,"n":2}""", 10L)]
    [InlineData("""{"model":"m","max_tokens":5,"n":0}""", 5L)]
    [InlineData("""{"model":"m","max_tokens":9223372036854775807,"n":2}""", long.MaxValue)]
    [InlineData("""{"model":"m","max_tokens":5,"best_of":4,"n":2}""", 20L)]
    public void The_output_bound_counts_every_choice(string body, long? expected) =>
        Scan(Streams.Chat, body).OutputBound.ShouldBe(expected);

    [Theory]
    [InlineData("""{"model":"m","max_tokens":5,"prompt":"a"}""", 5L)]
    [InlineData("""{"model":"m","max_tokens":5,"prompt":["a","b"]}""", 10L)]
    [InlineData("""{"model":"m","max_tokens":5,"prompt":[[1,2],[3],[4]],"n":2}""", 30L)]
    [InlineData("""{"model":"m","max_tokens":5,"prompt":[1,2,3]}""", 5L)]
    public void Each_prompt_of_a_completion_makes_an_answer(string body, long expected) =>
        Scan(s_completions, body).OutputBound.ShouldBe(expected);

    [Fact]
    public void A_gemini_request_has_its_model_in_the_path_and_its_bound_inside()
    {
        var facts = Scan(
            Streams.Stream,
            """{"contents":[],"model":"models/other","generationConfig":{"maxOutputTokens":50,"candidateCount":2},"serviceTier":"priority"}""");

        facts.Model.ShouldBe("gemini-2.5-flash");
        facts.Stream.ShouldBeTrue();
        facts.OutputBound.ShouldBe(100);
        facts.ServiceTier.ShouldBe("priority");
        Scan(Streams.Generate, """{"generation_config":{"max_output_tokens":5}}""").OutputBound.ShouldBe(5);
        Scan(Streams.Generate, "{}").Stream.ShouldBeFalse();
    }

    [Theory]
    [InlineData("user_0a1b_account_1c2d_session_7f6e5d", "7f6e5d")]
    [InlineData("user_0a1b_account__session_7f6e5d", "7f6e5d")]
    [InlineData("""{\"device_id\":\"d\",\"account_uuid\":\"\",\"session_id\":\"7f6e5d\"}""", "7f6e5d")]
    [InlineData("""{\"device_id\":\"d\"}""", "")]
    [InlineData("""{broken""", "")]
    [InlineData("ada@example.com", "")]
    [InlineData("my_session_is", "")]
    public void Claude_codes_session_is_read_in_both_shapes_and_nobody_elses(string userId, string session)
    {
        var body = $$$"""{"model":"claude-x","metadata":{"user_id":"{{{userId}}}"},"max_tokens":1}""";

        Scan(Streams.Messages, body).Session.ShouldBe(session);
    }

    [Theory]
    [InlineData("""{"model":"m","prompt_cache_key":"k"}""", "k")]
    [InlineData("""{"model":"m","prompt_cache_key":"k","conversation":"c"}""", "c")]
    [InlineData("""{"model":"m","conversation":{"id":"c"}}""", "c")]
    [InlineData("""{"model":"m","metadata":{"session_id":"s"},"conversation":"c"}""", "s")]
    [InlineData("""{"model":"m","client_metadata":{"session_id":"s"},"prompt_cache_key":"k"}""", "s")]
    [InlineData("""{"model":"m","previous_response_id":"resp_1","user":"u"}""", "")]
    [InlineData("""{"model":"m","metadata":{"session_id":"a\u0000b"}}""", "")]
    public void The_most_explicit_session_wins(string body, string session) =>
        Scan(Streams.Responses, body).Session.ShouldBe(session);

    [Fact]
    public void Long_names_are_cut_and_long_models_refused()
    {
        var facts = Scan(Streams.Chat, $$$"""{"model":"m","metadata":{"session_id":"{{{new string('s', 300)}}}","work_ref":"ABC-1"}}""");
        facts.Session.Length.ShouldBe(RequestScanner.LabelCharactersMax);
        facts.WorkRef.ShouldBe("ABC-1");

        Result(Streams.Chat, $$"""{"model":"{{new string('m', 257)}}"}""").ShouldBe(ScanResult.ModelTooLong);
        Result(Streams.Chat, $$"""{"model":"{{new string('m', 10_000)}}"}""").ShouldBe(ScanResult.ModelTooLong);
        Result(Streams.Chat, $$"""{"model":"{{new string('m', 256)}}"}""").ShouldBe(ScanResult.Ok);
    }

    [Theory]
    [InlineData("", nameof(ScanResult.NotJson))]
    [InlineData("{", nameof(ScanResult.NotJson))]
    [InlineData("""{"model":"m"} x""", nameof(ScanResult.NotJson))]
    [InlineData("""{"model":"m",}""", nameof(ScanResult.NotJson))]
    [InlineData("""{"model":"\ud800"}""", nameof(ScanResult.NotJson))]
    [InlineData("""["model"]""", nameof(ScanResult.NotAnObject))]
    [InlineData("\"model\"", nameof(ScanResult.NotAnObject))]
    [InlineData("{}", nameof(ScanResult.ModelMissing))]
    [InlineData("""{"model":""}""", nameof(ScanResult.ModelMissing))]
    [InlineData("""{"model":7}""", nameof(ScanResult.ModelNotAString))]
    [InlineData("""{"model":null}""", nameof(ScanResult.ModelNotAString))]
    [InlineData("""{"model":{"a":1}}""", nameof(ScanResult.ModelNotAString))]
    [InlineData("""{"model":"a\nb"}""", nameof(ScanResult.ModelInvalid))]
    public void A_faulty_body_is_refused_by_name(string body, string expected)
    {
        var result = Result(Streams.Chat, body);
        result.ToString().ShouldBe(expected);
        result.Message().ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public void A_body_nested_beyond_all_reason_is_refused_not_followed() =>
        Result(Streams.Chat, $$"""{"model":"m","x":{{new string('[', 100_000)}}""").ShouldBe(ScanResult.NotJson);

    [Fact]
    public void Where_a_member_occurs_twice_the_last_counts_and_it_is_told()
    {
        var facts = Scan(Streams.Chat, """{"model":"cheap","model":"dear","stream":true,"stream":false}""");

        facts.Model.ShouldBe("dear");
        facts.Stream.ShouldBeFalse();
        facts.IsAmbiguous.ShouldBeTrue();
    }

    [Fact]
    public void Escaped_names_and_a_byte_order_mark_are_understood()
    {
        var body = "\uFEFF{\"mod\\u0065l\":\"gpt\\u002d5\"}";
        var facts = Scan(Streams.Chat, body);

        facts.Model.ShouldBe("gpt-5");
        var value = Encoding.UTF8.GetBytes(body).AsSpan(facts.ModelValue.Start, facts.ModelValue.Length);
        Encoding.UTF8.GetString(value).ShouldBe("\"gpt\\u002d5\"");
    }

    [Fact]
    public void A_pass_through_needs_no_model()
    {
        var match = new RouteMatch(WireFormat.OpenAI, Operation.Passthrough);

        Result(match, """{"a":1}""").ShouldBe(ScanResult.Ok);
        Scan(match, """{"model":"whisper-1"}""").Model.ShouldBe("whisper-1");
    }

    private static RequestFacts Scan(RouteMatch match, string body)
    {
        RequestScanner.TryScan(match, Encoding.UTF8.GetBytes(body), out var facts).ShouldBe(ScanResult.Ok);
        return facts;
    }

    private static ScanResult Result(RouteMatch match, string body) =>
        RequestScanner.TryScan(match, Encoding.UTF8.GetBytes(body), out _);
}
