using System.Text;
using Assay.Ledger.Usage;
using Assay.Server.Formats;

namespace Assay.Server.Tests.Formats;

/// <summary>Usage in Bedrock's answers: Converse, and each maker's own where its model is invoked.</summary>
public sealed class BedrockUsageTests
{
    [Theory]
    [InlineData(false, """{"output":{"message":{"role":"assistant","content":[{"text":"hello"}]}},"stopReason":"end_turn","usage":{"inputTokens":30,"outputTokens":7,"totalTokens":157,"cacheReadInputTokens":100,"cacheWriteInputTokens":20,"cacheDetails":[{"ttl":"5m","inputTokens":5},{"ttl":"1h","inputTokens":15}]},"metrics":{"latencyMs":1}}""", 30, 100, 5, 15, 7)]
    [InlineData(false, """{"generation":"hi","prompt_token_count":9,"generation_token_count":4,"stop_reason":"stop"}""", 9, 0, 0, 0, 4)]
    [InlineData(false, """{"choices":[{"message":{"content":"hi"}}],"usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13}}""", 9, 0, 0, 0, 4)]
    [InlineData(true, "event: messageStart\ndata: {\"role\":\"assistant\"}\n\nevent: metadata\ndata: {\"usage\":{\"inputTokens\":3,\"outputTokens\":2,\"totalTokens\":5},\"metrics\":{\"latencyMs\":9}}\n\n", 3, 0, 0, 0, 2)]
    [InlineData(true, "event: message\ndata: {\"contentBlockDelta\":{\"delta\":{\"text\":\"hi\"}}}\n\nevent: message\ndata: {\"metadata\":{\"usage\":{\"inputTokens\":3,\"outputTokens\":2}},\"amazon-bedrock-invocationMetrics\":{\"inputTokenCount\":3,\"outputTokenCount\":2,\"invocationLatency\":5}}\n\n", 3, 0, 0, 0, 2)]
    [InlineData(true, "event: message\ndata: {\"generation\":\"hi\",\"prompt_token_count\":9,\"generation_token_count\":1}\n\nevent: message\ndata: {\"generation\":\"\",\"generation_token_count\":4,\"amazon-bedrock-invocationMetrics\":{\"inputTokenCount\":9,\"outputTokenCount\":4}}\n\n", 9, 0, 0, 0, 4)]
    public void What_is_stated_is_read_as_final(bool isStream, string answer, int input, int read, int minutes, int hour, int output)
    {
        var tap = UsageTaps.Create(new RouteMatch(WireFormat.Converse, Operation.InvokeModel, "m"), isStream, "");
        tap.Observe(Encoding.UTF8.GetBytes(answer));
        var reading = tap.Complete();

        reading.IsExact.ShouldBeTrue();
        (reading.Counts[UsageClass.Input], reading.Counts[UsageClass.CacheRead], reading.Counts[UsageClass.CacheWrite5m],
            reading.Counts[UsageClass.CacheWrite1h], reading.Counts[UsageClass.Output]).ShouldBe((input, read, minutes, hour, output));
    }

    [Fact]
    public void A_stream_that_was_cut_is_a_lower_bound_with_the_bytes_that_went_by()
    {
        var tap = UsageTaps.Create(new RouteMatch(WireFormat.Converse, Operation.Converse, "m"), isEventStream: true, "");
        tap.Observe("event: contentBlockDelta\ndata: {\"contentBlockIndex\":0,\"delta\":{\"text\":\"hello\"},\"p\":\"abc\"}\n\n"u8);
        tap.Observe("event: contentBlockDelta\ndata: {\"contentBlockIndex\":1,\"delta\":{\"toolUse\":{\"input\":\"{}\"}}}\n\n"u8);
        var reading = tap.Complete();

        (reading.HasInput, reading.HasOutput, reading.OutputBytes).ShouldBe((false, false, 7));
    }

    [Theory]
    [InlineData("""{"messages":[],"inferenceConfig":{"maxTokens":77},"serviceTier":{"type":"flex"}}""", 77, "flex")]
    [InlineData("""{"prompt":"hi","max_gen_len":12}""", 12, "")]
    [InlineData("""{"inferenceConfig":{"max_new_tokens":5}}""", 5, "")]
    public void The_bound_of_a_native_request_is_read(string body, int bound, string tier)
    {
        var match = new RouteMatch(WireFormat.Converse, Operation.Converse, "nova") { Cloud = "bedrock", Streams = true };
        RequestScanner.TryScan(match, Encoding.UTF8.GetBytes(body), out var facts).ShouldBe(ScanResult.Ok);

        (facts.OutputBound, facts.ServiceTier, facts.Stream, facts.Model).ShouldBe((bound, tier, true, "nova"));
    }
}
