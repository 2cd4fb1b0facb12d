using System.Text;
using Assay.Server.Formats.OpenAI;

namespace Assay.Server.Tests.Formats;

public sealed class UsageEventFilterTests
{
    private const string Content = """data: {"choices":[{"index":0,"delta":{"content":"hi"}}],"usage":null}""";
    private const string Usage = """data: {"id":"c","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}""";
    private const string Done = "data: [DONE]";

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void The_usage_event_is_hidden_and_every_other_byte_stays(string end)
    {
        var stream = string.Concat(new[] { Content, ": ping", Usage, Done }.Select(line => line + end + end));
        var expected = string.Concat(new[] { Content, ": ping", Done }.Select(line => line + end + end));

        for (var pieceBytes = 1; pieceBytes < 40; pieceBytes++)
        {
            Run(stream, pieceBytes, out var filter).ShouldBe(expected, $"in pieces of {pieceBytes}");
            filter.Hidden.ShouldBe(1);
        }
    }

    [Theory]
    [InlineData("""data: {"choices":[{"index":0,"delta":{}}],"usage":{"prompt_tokens":1}}""")]
    [InlineData("""data: {"choices":[],"usage":null}""")]
    [InlineData("""data: {"choices":[],"prompt_filter_results":[{"usage":{"a":1}}]}""")]
    [InlineData("""data: {"usage":{"prompt_tokens":1}}""")]
    [InlineData("""data: {"choices":null,"usage":{"prompt_tokens":1}}""")]
    [InlineData("""data: {"choices":[],"usage":{"prompt_tokens":1}""")]
    [InlineData("""data: [{"choices":[],"usage":{}}]""")]
    [InlineData(""": {"choices":[],"usage":{"prompt_tokens":1}}""")]
    public void Nothing_that_only_resembles_it_is_hidden(string line)
    {
        var stream = $"{line}\n\n{Done}\n\n";

        Run(stream, 7, out _).ShouldBe(stream);
        Run(stream, 1000, out _).ShouldBe(stream);
    }

    [Fact]
    public void It_is_recognised_over_several_lines_and_with_other_fields()
    {
        const string stream = "id: 1\nevent: x\ndata: {\"choices\":\ndata: [ ],\ndata: \"usage\" : {\"a\":1}}\n\n" + Done + "\n\n";

        Run(stream, 9, out _).ShouldBe(Done + "\n\n");
    }

    [Fact]
    public void A_complete_event_is_released_at_once_and_without_a_copy()
    {
        var filter = new UsageEventFilter();
        var bytes = Encoding.UTF8.GetBytes($"{Content}\n\n{Content}\n\n");

        filter.Filter(bytes).ShouldBe(bytes);

        filter.Filter("data: {"u8.ToArray()).Length.ShouldBe(0);
        Text(filter.Filter("}\n\ndata: x"u8.ToArray())).ShouldBe("data: {}\n\n");
        Text(filter.Complete()).ShouldBe("data: x");
    }

    [Fact]
    public void An_event_too_long_to_be_it_is_let_through_as_it_comes()
    {
        var filter = new UsageEventFilter();
        var part = Encoding.UTF8.GetBytes("data: {\"choices\":[],\"x\":\"" + new string('a', UsageEventFilter.HeldBytesMax));

        filter.Filter(part).Length.ShouldBe(part.Length);
        Text(filter.Filter("more"u8.ToArray())).ShouldBe("more");
        Text(filter.Filter(Encoding.UTF8.GetBytes("\",\"usage\":{}}\n\n" + Usage + "\n\n" + Done + "\n\n")))
            .ShouldBe("\",\"usage\":{}}\n\n" + Done + "\n\n");
    }

    [Fact]
    public void A_usage_event_cut_by_the_end_of_the_stream_is_released() =>
        Run(Content + "\n\n" + Usage[..40], 11, out _).ShouldBe(Content + "\n\n" + Usage[..40]);

    internal static string Run(string stream, int pieceBytes, out UsageEventFilter filter)
    {
        filter = new UsageEventFilter();
        var output = new MemoryStream();
        ReadOnlyMemory<byte> bytes = Encoding.UTF8.GetBytes(stream);
        while (!bytes.IsEmpty)
        {
            var piece = bytes[..Math.Min(pieceBytes, bytes.Length)];
            output.Write(filter.Filter(piece).Span);
            bytes = bytes[piece.Length..];
        }

        output.Write(filter.Complete().Span);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
