using System.Text;
using System.Text.Json;
using Assay.Translation.Tests.Checks;
using Assay.Translation.Tests.Scenes;

namespace Assay.Translation.Tests;

/// <summary>What is particular to Bedrock's <c>Converse</c>; the rest is in the matrices.</summary>
public sealed class ConverseTests
{
    [Theory]
    [InlineData("""{"system":[{"type":"text","text":"A","cache_control":{"type":"ephemeral","ttl":"1h"}}]}""", """[{"text":"A"},{"cachePoint":{"type":"default","ttl":"1h"}}]""", "")]
    [InlineData("""{"top_k":5,"temperature":0.2}""", """{"maxTokens":9,"temperature":0.2}""", "top_k")]
    [InlineData("""{"stop_sequences":["END"]}""", "\"stopSequences\":[\"END\"]", "")]
    [InlineData("""{"metadata":{"user_id":"u"}}""", "\"messages\"", "user")]
    [InlineData("""{"thinking":{"type":"enabled","budget_tokens":2000}}""", "\"additionalModelRequestFields\":{\"reasoningConfig\":{\"type\":\"enabled\",\"maxReasoningEffort\":\"low\"}}", "")]
    [InlineData("""{"thinking":{"type":"enabled","budget_tokens":30000}}""", "\"maxReasoningEffort\":\"medium\"", "thinking(high_to_medium)")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"QUJD"}},{"type":"document","title":"My file","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="}},{"type":"text","text":"?"}]}]}""",
        """{"image":{"format":"jpeg","source":{"bytes":"QUJD"}}},{"document":{"format":"pdf","name":"document 1","source":{"bytes":"JVBERi0="}}},{"text":"?"}""", "document.name")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"document","source":{"type":"text","media_type":"text/plain","data":"hi"}},{"type":"text","text":"?"}]}]}""",
        """{"document":{"format":"txt","name":"document 1","source":{"bytes":"aGk="}}}""", "")]
    public void A_request_is_said_in_Bedrocks_words_and_what_is_lost_is_named(string members, string expected, string dropped)
    {
        var (report, body) = Translating.Request(ApiFormat.AnthropicMessages, ApiFormat.BedrockConverse, Messages(members), Nova);

        report.Refusal.ShouldBeNull();
        body.ShouldContain(expected);
        report.Dropped.ShouldBe(dropped.Length > 0 ? [dropped] : []);
        ConverseServer.Read(JsonElement.Parse(body.Replace(",{\"cachePoint\":{\"type\":\"default\",\"ttl\":\"1h\"}}", "", StringComparison.Ordinal)), new Transcript());
    }

    [Theory]
    [InlineData("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2000}", "temperature")]
    [InlineData("eu.anthropic.claude-opus-5-v1:0", "\"thinking\":{\"type\":\"adaptive\"}", "temperature")]
    [InlineData("openai.gpt-oss-120b-1:0", "\"reasoning_effort\":\"low\"", "")]
    [InlineData("meta.llama4-maverick-17b-instruct-v1:0", "\"additionalModelRequestFields\":{}", "thinking")]
    public void Each_makers_model_is_told_to_think_in_its_own_words(string model, string expected, string dropped)
    {
        var body = Messages("""{"max_tokens":4000,"temperature":0.5,"thinking":{"type":"enabled","budget_tokens":2000}}""");
        var (report, translated) = Translating.Request(
            ApiFormat.AnthropicMessages, ApiFormat.BedrockConverse, body, Translating.Options with { TargetModel = model });

        translated.ShouldContain(expected);
        report.Dropped.ShouldBe(dropped.Length > 0 ? [dropped] : []);
    }

    [Theory]
    [InlineData(""" "tool_choice":{"type":"none"} """, true)]
    [InlineData(""" "x":null """, false)]
    public void Calls_of_earlier_turns_keep_their_tools_where_none_may_be_called_now(string member, bool isTold)
    {
        var tools = JsonElement.Parse(Requests.Body("parallel tools", ApiFormat.AnthropicMessages));
        var offered = isTold ? $",\"tools\":{tools.Have("tools").GetRawText()}" : "";
        var body = $$$"""{"model":"m","max_tokens":9,"messages":{{{tools.Have("messages").GetRawText()}}}{{{offered}}},{{{member}}}}""";

        var (report, translated) = Translating.Request(ApiFormat.AnthropicMessages, ApiFormat.BedrockConverse, body, Nova);

        var config = JsonElement.Parse(translated).Have("toolConfig");
        config.Have("tools").EnumerateArray().Single().Have("toolSpec").Text("description").ShouldBe("Not available now: do not call it.");
        config.TryGetProperty("toolChoice", out _).ShouldBeFalse();
        report.Dropped.ShouldBe(isTold ? ["tool_choice=none(told_in_words)"] : []);
    }

    [Fact]
    public void What_was_written_to_its_cache_for_an_hour_is_told_apart()
    {
        const string Answer = """
            {"output":{"message":{"role":"assistant","content":[{"text":"ok"}]}},"stopReason":"end_turn",
             "usage":{"inputTokens":5,"outputTokens":2,"totalTokens":37,"cacheReadInputTokens":10,"cacheWriteInputTokens":20,
                      "cacheDetails":[{"ttl":"5m","inputTokens":12},{"ttl":"1h","inputTokens":8}]}}
            """;
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        Translator.Answer(Translating.Context(ApiFormat.AnthropicMessages, ApiFormat.BedrockConverse), Encoding.UTF8.GetBytes(Answer), output)
            .Refusal.ShouldBeNull();

        var usage = JsonElement.Parse(output.WrittenSpan).Have("usage");
        (usage.Whole("input_tokens"), usage.Whole("cache_read_input_tokens"), usage.Whole("cache_creation_input_tokens"), usage.Whole("output_tokens"))
            .ShouldBe((5, 10, 20, 2));
        usage.Have("cache_creation").Whole("ephemeral_1h_input_tokens").ShouldBe(8);
    }

    [Fact]
    public void Sources_redacted_thoughts_and_a_stream_without_usage_are_understood()
    {
        const string Stream = """
            event: messageStart
            data: {"role":"assistant"}

            event: contentBlockDelta
            data: {"contentBlockIndex":0,"delta":{"reasoningContent":{"redactedContent":"RW5j"}}}

            event: contentBlockStop
            data: {"contentBlockIndex":0}

            event: contentBlockDelta
            data: {"delta":{"text":"So it is."},"contentBlockIndex":1}

            event: contentBlockDelta
            data: {"contentBlockIndex":1,"delta":{"citation":{"title":"T","location":{"web":{"url":"https://example.com/a","domain":"example.com"}}}}}

            event: contentBlockDelta
            data: {"contentBlockIndex":1,"delta":{"citation":{"title":"D","location":{"documentPage":{"documentIndex":0}}}}}

            event: contentBlockStop
            data: {"contentBlockIndex":1}

            event: messageStop
            data: {"stopReason":"end_turn"}


            """;
        var stream = new StreamTranslator(Translating.Context(ApiFormat.AnthropicMessages, ApiFormat.BedrockConverse));
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        stream.Write(Encoding.UTF8.GetBytes(Stream.Replace("\r\n", "\n", StringComparison.Ordinal)), output);

        stream.Complete(output).ShouldBeTrue();
        var text = Encoding.UTF8.GetString(output.WrittenSpan);
        text.ShouldContain("\"redacted_thinking\",\"data\":\"assay1-converse-RW5j\"");
        text.ShouldContain("https://example.com/a");
        stream.Dropped.ShouldBe(["content.citations"]);

        var next = """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"?"},{"role":"assistant","content":[{"type":"redacted_thinking","data":"assay1-converse-RW5j"},{"type":"text","text":"So it is."}]},{"role":"user","content":"And?"}]}""";
        Translating.Request(ApiFormat.AnthropicMessages, ApiFormat.BedrockConverse, next).Body.ShouldContain("{\"reasoningContent\":{\"redactedContent\":\"RW5j\"}}");
    }

    private static RequestOptions Nova => Translating.Options with { TargetModel = "us.amazon.nova-2-lite-v1:0" };

    private static string Messages(string members)
    {
        var body = System.Text.Json.Nodes.JsonNode.Parse("""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}""")!.AsObject();
        foreach (var (name, value) in System.Text.Json.Nodes.JsonNode.Parse(members)!.AsObject())
        {
            body[name] = value?.DeepClone();
        }

        return body.ToJsonString();
    }
}
