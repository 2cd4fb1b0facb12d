using System.Text;
using Assay.Bench.Load.Traffic;

namespace Assay.EndToEnd.Tests.Bench;

/// <summary>A benchmark that measures wrongly is worse than none.</summary>
public sealed class MeasuringTests
{
    private const string Chunked =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n10\r\n, line\nbreaks\n\r\n\r\n0\r\n\r\n";

    private const string Sized = "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 7\r\n\r\nslow up";

    [Theory]
    [InlineData(Chunked, 200, 21)]
    [InlineData(Sized, 429, 7)]
    [InlineData("HTTP/1.1 204 No Content\r\ncontent-length:0\r\n\r\n", 204, 0)]
    public void An_answer_is_read_the_same_however_it_is_cut(string answer, int status, long bodyBytes)
    {
        var bytes = Encoding.ASCII.GetBytes(answer);
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            for (var second = cut; second < bytes.Length; second++)
            {
                var reader = new ResponseReader();
                reader.Reset();
                reader.Feed(bytes.AsSpan(0, cut)).ShouldBe(ReadState.More);
                reader.Feed(bytes.AsSpan(cut, second - cut)).ShouldBe(ReadState.More);
                reader.Feed(bytes.AsSpan(second)).ShouldBe(ReadState.Done);
                (reader.Status, reader.BodyBytes).ShouldBe((status, bodyBytes));
            }
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n")]
    [InlineData("nonsense\r\n\r\n")]
    public void An_answer_with_wrong_framing_is_broken(string answer)
    {
        var reader = new ResponseReader();
        reader.Reset();
        reader.Feed(Encoding.ASCII.GetBytes(answer)).ShouldBe(ReadState.Broken);
    }

    [Fact]
    public void A_percentile_is_never_too_low_and_at_most_half_a_percent_too_high()
    {
        var random = new Random(7);
        var histogram = new Histogram();
        var values = Enumerable.Range(0, 20_000).Select(_ => (long)Math.Exp(random.NextDouble() * 25)).Order().ToArray();
        foreach (var value in values)
        {
            histogram.Record(value);
        }

        foreach (var share in new[] { 0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1 })
        {
            var exact = values[(int)Math.Ceiling(share * values.Length) - 1];
            histogram.At(share).ShouldBeInRange(exact, exact + (exact / 200));
        }
    }
}
