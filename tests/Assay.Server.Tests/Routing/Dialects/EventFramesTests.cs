using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Assay.Server.Routing.Dialects.Aws;

namespace Assay.Server.Tests.Routing.Dialects;

public sealed class EventFramesTests
{
    private static readonly string[] s_events =
    [
        """{"type":"message_start","message":{"id":"msg_1","type":"message"}}""",
        """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Grüße, 世界"}}""",
        """{"index":1,"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":3}}""",
    ];

    private static readonly string s_expected = string.Concat(
        s_events.Zip(["message_start", "content_block_delta", "message_stop"], (json, type) => $"event: {type}\ndata: {json}\n\n"));

    [Fact]
    public void Events_come_out_the_same_wherever_the_bytes_are_cut()
    {
        var bytes = s_events.SelectMany(Chunk).ToArray();
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var frames = new EventFrames();
            var output = new ArrayBufferWriter<byte>();
            for (var at = 0; at < bytes.Length;)
            {
                var length = Math.Min(random.Next(1, seed % 2 == 0 ? 5 : 400), bytes.Length - at);
                frames.Write(bytes.AsSpan(at, length), output);
                at += length;
            }

            Encoding.UTF8.GetString(output.WrittenSpan).ShouldBe(s_expected, $"seed {seed}");
            frames.IsAtEnd.ShouldBeTrue();
        }
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_noticed_or_waits_for_more()
    {
        var good = Chunk(s_events[1]);
        for (var at = 0; at < good.Length; at++)
        {
            var bytes = good.ToArray();
            bytes[at] ^= 0x04;
            var frames = new EventFrames();
            var output = new ArrayBufferWriter<byte>();

            var noticed = false;
            try
            {
                frames.Write(bytes, output);
            }
            catch (IOException)
            {
                noticed = true;
            }

            noticed.ShouldBeTrue($"byte {at}");
            output.WrittenCount.ShouldBe(0);
        }
    }

    [Theory]
    [InlineData("throttlingException", "rate_limit_error")]
    [InlineData("serviceUnavailableException", "overloaded_error")]
    [InlineData("internalServerException", "api_error")]
    public void An_exception_becomes_an_error_event(string type, string says)
    {
        var output = new ArrayBufferWriter<byte>();

        new EventFrames().Write(Frame("{\"message\":\"Slow down\"}", (":message-type", "exception"), (":exception-type", type)), output);

        var text = Encoding.UTF8.GetString(output.WrittenSpan);
        text.ShouldStartWith("event: error\ndata: {");
        text.ShouldContain(says);
        text.ShouldContain("Slow down");
    }

    [Fact]
    public void Headers_of_every_type_and_unknown_events_are_stepped_over()
    {
        var output = new ArrayBufferWriter<byte>();
        var frames = new EventFrames();

        frames.Write(Frame("{}", (":message-type", "event"), (":event-type", "initial-response")), output);
        frames.Write(Chunk(s_events[0]), output);

        Encoding.UTF8.GetString(output.WrittenSpan).ShouldBe($"event: message_start\ndata: {s_events[0]}\n\n");
    }

    [Fact]
    public void A_frame_that_claims_to_be_endless_is_refused_before_it_is_kept()
    {
        var prelude = new byte[12];
        BinaryPrimitives.WriteInt32BigEndian(prelude, EventFrames.FrameBytesMax + 1);
        BinaryPrimitives.WriteUInt32BigEndian(prelude.AsSpan(8), Crc32.Of(prelude.AsSpan(0, 8)));

        Should.Throw<IOException>(() => new EventFrames().Write(prelude, new ArrayBufferWriter<byte>()));
    }

    private static byte[] Chunk(string json) => Frame(
        $$"""{"p":"abc","bytes":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(json))}}"}""",
        (":event-type", "chunk"), (":content-type", "application/json"), (":message-type", "event"));

    private static byte[] Frame(string payload, params (string Name, string Value)[] headers)
    {
        // A header of each other type first: their lengths must be known to step over them.
        var head = new List<byte>();
        foreach (var (type, length) in new[] { (0, 0), (1, 0), (2, 1), (3, 2), (4, 4), (5, 8), (8, 8), (9, 16) })
        {
            head.AddRange([1, (byte)'x', (byte)type, .. new byte[length]]);
        }

        foreach (var (name, value) in headers)
        {
            head.AddRange([(byte)name.Length, .. Encoding.ASCII.GetBytes(name), 7, 0, (byte)value.Length, .. Encoding.ASCII.GetBytes(value)]);
        }

        var body = Encoding.UTF8.GetBytes(payload);
        var frame = new byte[16 + head.Count + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), head.Count);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(8), Crc32.Of(frame.AsSpan(0, 8)));
        head.CopyTo(frame, 12);
        body.CopyTo(frame, 12 + head.Count);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(frame.Length - 4), Crc32.Of(frame.AsSpan(0, frame.Length - 4)));
        return frame;
    }
}
