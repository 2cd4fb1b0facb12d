using System.IO.Compression;
using System.Text;
using Assay.Server.Formats;

namespace Assay.Server.Tests.Formats;

public sealed class EventStreamTapTests
{
    private const string Usage = """{"model":"m","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3}}""";
    private const string Expected = "Input=7 Output=3";

    public static TheoryData<string> Framings => new(
        $"data: {Usage}\n\n",
        $"data: {Usage}\r\n\r\n",
        $"data: {Usage}\r\r",
        $"data:{Usage}\n\n",
        $"\uFEFFdata: {Usage}\n\n",
        $": hello\n\n:\n\ndata: {Usage}\n\n: bye\n\n",
        $"id: 1\nretry: 5\nevent: x\ndata: {Usage}\nfoo: bar\n\n",
        $"data\n\ndata: \n\nevent: only\n\ndata: {Usage}\n\n",
        $"data: {Usage}",
        $"data: {Usage}\n",
        $"\n\n\ndata: {Usage}\n\n\n\n",
        "data: " + Usage.Replace(",\"", ",\ndata: \"", StringComparison.Ordinal) + "\n\n",
        "data: " + Usage.Replace(":", ":\r\ndata:", StringComparison.Ordinal) + "\r\n\r\n");

    [Theory]
    [MemberData(nameof(Framings))]
    public void Every_way_to_frame_an_event_is_read(string stream)
    {
        foreach (var pieceBytes in new[] { int.MaxValue, 1, 2, 3, 10 })
        {
            var reading = Streams.ReadEvents(Streams.Chat, stream, pieceBytes);

            reading.Counts.ToString().ShouldBe(Expected, $"in pieces of {pieceBytes}");
            reading.Malformed.ShouldBeFalse();
        }
    }

    [Fact]
    public void An_event_of_many_megabytes_is_read_without_being_held()
    {
        var image = new string('A', 8 * 1024 * 1024);
        var stream = $"data: {{\"model\":\"m\",\"choices\":[{{\"delta\":{{\"content\":\"\"}}}}]}}\n\n"
            + $"data: {{\"type\":\"response.completed\",\"response\":{{\"model\":\"m2\",\"output\":[{{\"type\":\"image_generation_call\",\"result\":\"{image}\"}}],\"usage\":{{\"input_tokens\":7,\"output_tokens\":3}}}}}}\n\n"
            + $": {image}\n\n"
            + "data: [DONE]\n\n";
        foreach (var pieceBytes in new[] { int.MaxValue, 65536, 1000 })
        {
            var reading = Streams.ReadEvents(Streams.Responses, stream, pieceBytes);

            reading.Counts.ToString().ShouldBe(Expected);
            reading.Model.ShouldBe("m2");
            reading.IsExact.ShouldBeTrue();
            reading.SawEnd.ShouldBeTrue();
            reading.Events.ShouldBe(3);
        }
    }

    [Fact]
    public void A_body_of_many_megabytes_is_read_without_being_held()
    {
        var body = new StringBuilder("""{"object":"list","data":[""");
        for (var i = 0; i < 2000; i++)
        {
            body.Append(i == 0 ? "" : ",").Append("""{"object":"embedding","embedding":[""")
                .AppendJoin(',', Enumerable.Repeat("-0.012345678", 400)).Append("]}");
        }

        var bytes = Encoding.UTF8.GetBytes(body.Append("""],"model":"e","usage":{"prompt_tokens":8,"total_tokens":8}}""").ToString());
        var tap = UsageTaps.Create(Streams.Embeddings, isEventStream: false, contentEncoding: "");
        tap.Observe(bytes.AsSpan(0, 100));

        var before = GC.GetAllocatedBytesForCurrentThread();
        tap.Observe(bytes.AsSpan(100));
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(8 * 1024);
        tap.Complete().Counts.ToString().ShouldBe("Input=8");
    }

    [Fact]
    public void Nothing_that_a_provider_sends_makes_a_tap_throw()
    {
        var random = new Random(1);
        var alphabet = "{}[]\",:\\ \r\n0123456789truefalsnull data: event: usage\"usage\":{\"choices\":[{\"message\":".ToCharArray();
        foreach (var match in new[] { Streams.Chat, Streams.Responses, Streams.Messages, Streams.Generate, Streams.Stream })
        {
            for (var i = 0; i < 400; i++)
            {
                var text = new string(random.GetItems(alphabet, random.Next(400)));
                foreach (var isEventStream in new[] { true, false })
                {
                    var reading = Streams.Read(UsageTaps.Create(match, isEventStream, ""), text, random.Next(1, 50));
                    reading.GaveUp.ShouldBeFalse(text);
                }
            }
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("raw deflate")]
    public void A_compressed_stream_is_read_from_a_copy_and_a_cut_one_as_far_as_it_goes(string encoding)
    {
        var text = new StringBuilder($"data: {Usage}\n\n");
        for (var i = 0; i < 20_000; i++)
        {
            text.Append("data: {\"choices\":[{\"delta\":{\"content\":\"").Append(i * 7919L % 104729).Append("\"}}]}\n\n");
        }

        var packed = Pack(encoding, text.Append("data: [DONE]\n\n").ToString());
        var header = encoding == "raw deflate" ? "deflate" : encoding;

        var whole = Streams.Read(UsageTaps.Create(Streams.Chat, isEventStream: true, header), packed, 1000);
        whole.Counts.ToString().ShouldBe(Expected);
        whole.SawEnd.ShouldBeTrue();

        var cut = Streams.Read(UsageTaps.Create(Streams.Chat, isEventStream: true, header), packed.AsSpan(0, packed.Length / 2), 1000);
        cut.Counts.ToString().ShouldBe(Expected);
        cut.SawEnd.ShouldBeFalse();
        cut.GaveUp.ShouldBeFalse();
        cut.OutputBytes.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("gzip, br")]
    public void An_encoding_that_cannot_be_unpacked_is_told(string encoding)
    {
        var reading = Streams.Read(UsageTaps.Create(Streams.Chat, isEventStream: false, encoding), "xxxx", 2);

        reading.GaveUp.ShouldBeTrue();
        reading.HasInput.ShouldBeFalse();
    }

    [Fact]
    public void A_compressed_answer_beyond_the_limit_is_given_up()
    {
        var tap = UsageTaps.Create(Streams.Chat, isEventStream: false, "gzip");
        var piece = new byte[1024 * 1024];
        for (var i = 0; i < 33; i++)
        {
            tap.Observe(piece);
        }

        tap.Complete().GaveUp.ShouldBeTrue();
    }

    [Fact]
    public void A_pass_through_in_an_unknown_format_is_not_metered_and_a_known_one_is_by_its_usage()
    {
        var blind = Streams.ReadBody(new RouteMatch(WireFormat.None, Operation.Passthrough), Usage);
        blind.HasInput.ShouldBeFalse();
        blind.IsExact.ShouldBeFalse();

        var known = Streams.ReadBody(new RouteMatch(WireFormat.OpenAI, Operation.Passthrough), Usage);
        known.Counts.ToString().ShouldBe(Expected);
    }

    [Fact]
    public void Events_that_carry_only_content_cost_no_allocation()
    {
        var stream = Encoding.UTF8.GetBytes(
            "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word\"},\"finish_reason\":null}],\"usage\":null}\n\n");
        var tap = UsageTaps.Create(Streams.Chat, isEventStream: true, "");
        tap.Observe(stream);
        tap.Observe(stream.AsSpan(0, 50));
        tap.Observe(stream.AsSpan(50));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            tap.Observe(stream.AsSpan(0, 50));
            tap.Observe(stream.AsSpan(50));
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        tap.Complete().Events.ShouldBe(1002);
    }

    private static byte[] Pack(string encoding, string text)
    {
        using var packed = new MemoryStream();
        using (Stream pack = encoding switch
        {
            "br" => new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            "raw deflate" => new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            _ => new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true),
        })
        {
            pack.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }
}
