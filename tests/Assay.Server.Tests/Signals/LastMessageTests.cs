using System.Text;
using Assay.Server.Formats;
using Assay.Server.Signals;
using Assay.Signals.Sketches;

namespace Assay.Server.Tests.Signals;

public sealed class LastMessageTests
{
    private const string Ask = "please explain in detail how the scheduler of this service decides which of its jobs runs next";
    private static readonly SketchKey s_key = new("0123456789abcdef"u8);
    private static readonly TextSketch s_ask = TextSketch.Of(s_key, Encoding.UTF8.GetBytes(Ask));

    [Theory]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"old"},{"role":"assistant","content":"x"},{"role":"user","content":"ASK"}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"text","text":"ASK"}]}],"model":"m"}""")]
    [InlineData("""{"model":"m","input":"ASK"}""")]
    [InlineData("""{"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":"ASK"}]}]}""")]
    [InlineData("""{"contents":[{"role":"user","parts":[{"text":"ASK"}]}]}""")]
    [InlineData("\uFEFF { \"messages\" : [ {\"content\":\"old\"} , {\"content\":\"ASK\"} ] , \"model\":\"m\" }")]
    public void The_last_message_is_sketched_in_every_format(string body)
    {
        var (sketch, isHuman) = Of(body.Replace("ASK", Ask, StringComparison.Ordinal));
        sketch.ShouldBe(s_ask);
        isHuman.ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"tool","tool_call_id":"t","content":"ASK"}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"ASK"}]}]}""")]
    [InlineData("""{"input":[{"type":"function_call_output","call_id":"c","output":"ASK"}]}""")]
    [InlineData("""{"contents":[{"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"ASK"}}}]}]}""")]
    public void What_a_tool_says_is_no_human_turn(string body)
    {
        var (sketch, isHuman) = Of(body.Replace("ASK", Ask, StringComparison.Ordinal));
        sketch.ShouldBe(s_ask);
        isHuman.ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"messages\":[]}")]
    [InlineData("{\"messages\":[{")]
    [InlineData("{\"messages\":{\"role\":\"user\"}}")]
    [InlineData("{\"messages\":[null,7,\"x\"]}")]
    public void A_body_without_a_message_is_no_fault(string body) => Of(body).Sketch.IsTelling.ShouldBeFalse();

    [Fact]
    public void A_very_long_message_is_sketched_by_its_beginning()
    {
        var text = string.Join(' ', Enumerable.Range(0, 100_000).Select(i => $"word{i}"));
        Of($$"""{"messages":[{"role":"user","content":"{{text}}"}]}""").Sketch.Words.ShouldBeLessThan((ushort)LastMessage.TextBytesMax);
    }

    private static (TextSketch Sketch, bool IsHuman) Of(string text)
    {
        var body = Encoding.UTF8.GetBytes(text);
        RequestScanner.TryScan(new RouteMatch(WireFormat.OpenAI, Operation.ChatCompletions), body, out var facts);
        return LastMessage.Sketch(s_key, body.AsSpan(facts.LastMessage.Start, facts.LastMessage.Length));
    }
}
