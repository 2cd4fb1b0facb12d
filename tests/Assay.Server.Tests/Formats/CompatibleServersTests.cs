using System.Buffers;
using System.Text;
using System.Text.Json;
using Assay.Ledger.Usage;
using Assay.Server.Formats;
using Assay.Server.Formats.OpenAI;
using Assay.Translation;

namespace Assay.Server.Tests.Formats;

/// <summary>
/// Each server that imitates OpenAI, in the shape of its documentation: where it puts usage, how it says its thoughts, how it
/// ends, how it refuses. Metered as it is, and translated for a client of Anthropic's. docs/wire/compatible.md says what for.
/// </summary>
public sealed class CompatibleServersTests
{
    private const string Head = "\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\"";

    /// <summary>What each server streams: text "Hello there", with thoughts where it tells them.</summary>
    private static readonly Dictionary<string, string[]> s_streams = new()
    {
        ["vLLM"] =
        [
            Chunk("""{"role":"assistant","content":""}""", usage: Usage(9, 0)),
            Chunk("""{"reasoning_content":"Hm."}""", usage: Usage(9, 2)),
            Chunk("""{"content":"Hello"}""", usage: Usage(9, 3)),
            Chunk("""{"content":" there"}""", usage: Usage(9, 4), more: "\"stop_reason\":null,", finish: "stop"),
            $"data: {{{Head},\"choices\":[],\"usage\":{Usage(9, 4)}}}",
        ],
        ["vLLM, newer"] = [Chunk("""{"reasoning":"Hm."}"""), Chunk("""{"content":"Hello there"}"""), Chunk("{}", "stop"), $"data: {{{Head},\"choices\":[],\"usage\":{Usage(9, 4)}}}"],
        ["Ollama"] = [Chunk("""{"role":"assistant","content":"","reasoning":"Hm."}"""), Chunk("""{"role":"assistant","content":"Hello there"}"""), Chunk("""{"role":"assistant","content":""}""", "stop")],
        ["llama.cpp"] =
        [
            Chunk("""{"role":"assistant","content":null}"""), Chunk("""{"reasoning_content":"Hm."}"""), Chunk("""{"content":"Hello there"}"""),
            Chunk("{}", "stop", Usage(9, 4), outer: ",\"timings\":{\"prompt_n\":9,\"predicted_n\":4,\"predicted_per_second\":12.5}"),
        ],
        ["LM Studio"] = [Chunk("""{"role":"assistant","content":"Hello there"}"""), Chunk("{}", "stop"), $"data: {{{Head},\"choices\":[],\"usage\":{Usage(9, 4)}}}"],
        ["OpenRouter"] =
        [
            ": OPENROUTER PROCESSING", ": OPENROUTER PROCESSING",
            Chunk("""{"role":"assistant","content":"","reasoning":"Hm.","reasoning_details":[{"type":"reasoning.text","text":"Hm.","format":"unknown","index":0}]}"""),
            Chunk("""{"role":"assistant","content":"Hello there"}"""),
            Chunk("""{"role":"assistant","content":""}""", "stop", more: "\"native_finish_reason\":\"stop\","),
            $$$$"""data: {{{{{Head}}}},"provider":"X","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13,"cost":0.00021,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":1}}}""",
        ],
        ["Groq"] =
        [
            Chunk("""{"role":"assistant","content":""}""", outer: ",\"x_groq\":{\"id\":\"req_1\"}"), Chunk("""{"reasoning":"Hm.","channel":"analysis"}"""), Chunk("""{"content":"Hello there"}"""),
            Chunk("{}", "stop", Usage(9, 4), outer: $",\"x_groq\":{{\"id\":\"req_1\",\"usage\":{Usage(9, 4)}}}"),
        ],
        ["Mistral"] =
        [
            Chunk("""{"role":"assistant","content":""}"""),
            Chunk("""{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm."}]}]}"""),
            Chunk("""{"content":[{"type":"text","text":"Hello"}]}"""), Chunk("""{"content":" there"}"""), Chunk("""{"content":""}""", "stop", Usage(9, 4)),
        ],
        ["DeepSeek"] =
        [
            ": keep-alive", Chunk("""{"role":"assistant","content":null,"reasoning_content":""}"""), Chunk("""{"content":null,"reasoning_content":"Hm."}"""),
            Chunk("""{"content":"Hello there","reasoning_content":null}"""),
            Chunk("""{"content":"","reasoning_content":null}""", "stop", """{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13,"completion_tokens_details":{"reasoning_tokens":1},"prompt_cache_hit_tokens":4,"prompt_cache_miss_tokens":5}"""),
        ],
        ["Together"] = [Chunk("""{"role":"assistant","content":"Hello"}""", more: "\"text\":\"Hello\",\"logprobs\":null,"), Chunk("""{"content":" there","token_id":5}""", "eos", Usage(9, 4))],
    };

    [Theory]
    [InlineData("vLLM", 9, 0, 4, 0, "Hm.")]
    [InlineData("vLLM, newer", 9, 0, 4, 0, "Hm.")]
    [InlineData("Ollama", -1, 0, 0, 0, "Hm.")]
    [InlineData("llama.cpp", 9, 0, 4, 0, "Hm.")]
    [InlineData("LM Studio", 9, 0, 4, 0, "")]
    [InlineData("OpenRouter", 5, 4, 3, 1, "Hm.")]
    [InlineData("Groq", 9, 0, 4, 0, "Hm.")]
    [InlineData("Mistral", 9, 0, 4, 0, "Hm.")]
    [InlineData("DeepSeek", 5, 4, 3, 1, "Hm.")]
    [InlineData("Together", 9, 0, 4, 0, "")]
    public void A_stream_is_metered_once_and_translated_whole(string server, int input, int cached, int output, int reasoning, string thoughts)
    {
        var bytes = Encoding.UTF8.GetBytes(string.Join("\n\n", s_streams[server]) + "\n\ndata: [DONE]\n\n");
        var tap = UsageTaps.Create(new RouteMatch(WireFormat.OpenAI, Operation.ChatCompletions), isEventStream: true, "");
        foreach (var one in bytes.Chunk(17))
        {
            tap.Observe(one);
        }

        var reading = tap.Complete();
        reading.IsExact.ShouldBe(input >= 0, "who tells no usage is estimated");
        (reading.Counts[UsageClass.Input], reading.Counts[UsageClass.CacheRead], reading.Counts[UsageClass.Output], reading.Counts[UsageClass.Reasoning])
            .ShouldBe((Math.Max(0, input), cached, output, reasoning));

        var events = Translated(bytes, out var clean);
        clean.ShouldBeTrue();
        Said(events, "text").ShouldBe("Hello there");
        Said(events, "thinking").ShouldBe(thoughts);
        events.Single(one => Type(one) == "message_delta").GetProperty("delta").GetProperty("stop_reason").GetString().ShouldBe("end_turn");
        if (input >= 0)
        {
            var usage = events.Single(one => Type(one) == "message_delta").GetProperty("usage");
            (usage.GetProperty("input_tokens").GetInt64(), usage.GetProperty("output_tokens").GetInt64()).ShouldBe((input, output + reasoning));
        }
    }

    [Theory]
    [InlineData("length", "max_tokens")]
    [InlineData("model_length", "max_tokens")]
    [InlineData("content_filter", "refusal")]
    [InlineData("eos", "end_turn")]
    [InlineData("something_new", "end_turn")]
    [InlineData("insufficient_system_resource", null)]
    [InlineData("abort", null)]
    [InlineData("error", null)]
    public void Odd_reasons_to_end_are_told_for_what_they_are(string finish, string? told)
    {
        var stream = Encoding.UTF8.GetBytes(Chunk("""{"content":"Hel"}""") + "\n\n" + Chunk("{}", finish) + "\n\ndata: [DONE]\n\n");
        var events = Translated(stream, out var clean);

        clean.ShouldBe(told is not null, "what a server broke off must not look whole");
        if (told is null)
        {
            Type(events[^1]).ShouldBe("error");
        }
        else
        {
            events.Single(one => Type(one) == "message_delta").GetProperty("delta").GetProperty("stop_reason").GetString().ShouldBe(told);
        }
    }

    [Theory]
    [InlineData("vLLM", 400, """{"error":{"message":"This model's maximum context length is 8192 tokens. However, you requested 9000.","type":"BadRequestError","param":null,"code":400}}""", "invalid_request_error", "prompt is too long")]
    [InlineData("vLLM, older", 404, """{"object":"error","message":"The model `x` does not exist.","type":"NotFoundError","param":null,"code":404}""", "not_found_error", "does not exist")]
    [InlineData("Ollama", 404, """{"error":{"message":"model \"x\" not found, try pulling it first","type":"not_found_error","param":null,"code":null}}""", "not_found_error", "try pulling it")]
    [InlineData("Ollama, older", 400, """{"error":"json: cannot unmarshal string into Go value"}""", "invalid_request_error", "cannot unmarshal")]
    [InlineData("llama.cpp", 400, """{"error":{"code":400,"message":"the request exceeds the available context size, try increasing it","type":"exceed_context_size_error","n_prompt_tokens":9000,"n_ctx":8192}}""", "invalid_request_error", "prompt is too long")]
    [InlineData("llama.cpp", 503, """{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}""", "overloaded_error", "Loading model")]
    [InlineData("LM Studio", 400, """{"error":"Trying to keep the first 9000 tokens when context the overflows. The number of tokens to keep from the initial prompt is greater than the context length."}""", "invalid_request_error", "prompt is too long")]
    [InlineData("OpenRouter", 402, """{"error":{"message":"Insufficient credits","code":402}}""", "billing_error", "Insufficient credits")]
    [InlineData("OpenRouter", 502, """{"error":{"message":"Provider returned error","code":502,"metadata":{"provider_name":"X","raw":"…"}}}""", "api_error", "Provider returned error")]
    [InlineData("Groq", 429, """{"error":{"message":"Rate limit reached for model","type":"tokens","code":"rate_limit_exceeded"}}""", "rate_limit_error", "Rate limit reached")]
    [InlineData("Mistral", 422, """{"detail":[{"type":"extra_forbidden","loc":["body","x"],"msg":"Extra inputs are not permitted","input":1}]}""", "invalid_request_error", "Extra inputs are not permitted")]
    [InlineData("Mistral", 401, """{"detail":"Unauthorized"}""", "authentication_error", "Unauthorized")]
    [InlineData("DeepSeek", 402, """{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}}""", "billing_error", "Insufficient Balance")]
    [InlineData("Together", 503, """{"error":{"message":"The server is overloaded","type":"service_unavailable","param":null,"code":null}}""", "overloaded_error", "overloaded")]
    public void A_refusal_keeps_its_kind_and_words(string server, int status, string body, string type, string words)
    {
        var output = new ArrayBufferWriter<byte>();
        Translator.Error(Context, status, Encoding.UTF8.GetBytes(body), output);
        var error = JsonElement.Parse(output.WrittenSpan).GetProperty("error");

        error.GetProperty("type").GetString().ShouldBe(type, server);
        error.GetProperty("message").GetString()!.ShouldContain(words, Case.Sensitive, server);
    }

    [Theory]
    [InlineData("Ollama", """{"id":"call_x1","index":0,"type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}""")]
    [InlineData("Mistral", """{"id":"D681PevKs","function":{"name":"f","arguments":"{\"a\":1}"},"index":0}""")]
    [InlineData("without an index", """{"id":"call_x1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}""")]
    public void A_call_that_comes_whole_in_one_chunk_is_a_call(string server, string call)
    {
        var stream = Encoding.UTF8.GetBytes(Chunk($$"""{"role":"assistant","content":"","tool_calls":[{{call}}]}""") + "\n\n" + Chunk("""{"content":""}""", "tool_calls") + "\n\ndata: [DONE]\n\n");
        var events = Translated(stream, out var clean);

        clean.ShouldBeTrue(server);
        string.Concat(events.Where(one => Type(one) == "content_block_delta").Select(one => one.GetProperty("delta").GetProperty("partial_json").GetString()))
            .ShouldBe("{\"a\":1}");
        events.Single(one => Type(one) == "message_delta").GetProperty("delta").GetProperty("stop_reason").GetString().ShouldBe("tool_use");
    }

    [Fact]
    public void Comments_before_the_first_event_pass_to_a_client_of_the_format_itself()
    {
        var filter = new UsageEventFilter();
        Encoding.UTF8.GetString(filter.Filter(": OPENROUTER PROCESSING\n\n"u8.ToArray()).Span).ShouldBe(": OPENROUTER PROCESSING\n\n");
    }

    private static AnswerContext Context => new() { Client = ApiFormat.AnthropicMessages, Upstream = ApiFormat.OpenAIChat, AnswerId = "a", Stream = true };

    private static List<JsonElement> Translated(byte[] stream, out bool clean)
    {
        var output = new ArrayBufferWriter<byte>();
        var translator = new StreamTranslator(Context);
        foreach (var one in stream.Chunk(23))
        {
            translator.Write(one, output);
        }

        clean = translator.Complete(output);
        return [.. Encoding.UTF8.GetString(output.WrittenSpan).Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal))
            .Select(line => JsonElement.Parse(line[6..]))];
    }

    private static string Type(JsonElement one) => one.GetProperty("type").GetString()!;

    private static string Said(List<JsonElement> events, string kind) => string.Concat(events
        .Where(one => Type(one) == "content_block_delta" && one.GetProperty("delta").TryGetProperty(kind, out _))
        .Select(one => one.GetProperty("delta").GetProperty(kind).GetString()));

    private static string Usage(int input, int output) =>
        $$"""{"prompt_tokens":{{input}},"completion_tokens":{{output}},"total_tokens":{{input + output}}}""";

    private static string Chunk(string delta, string? finish = null, string? usage = null, string more = "", string outer = "") =>
        $$"""data: {{{Head}},"choices":[{"index":0,"delta":{{delta}},{{more}}"finish_reason":{{(finish is null ? "null" : $"\"{finish}\"")}}}]{{(usage is null ? "" : ",\"usage\":" + usage)}}{{outer}}}""";
}
