using System.Buffers;
using System.Text;
using System.Text.Json;
using Assay.Server.Formats;

namespace Assay.Server.Tests.Formats;

public sealed class RequestScannerFuzzTests
{
    private const string Body =
        """{"model":"gpt-5","stream":true,"max_tokens":10,"n":2,"stream_options":{"include_usage":false,"x":[1,{}]},"metadata":{"user_id":"{\"session_id\":\"s\"}","session_id":"q"},"prompt":["a",[1]],"generationConfig":{"candidateCount":2},"conversation":{"id":"c"},"messages":[{"role":"user","content":"ü\n"}]}""";

    [Fact]
    public void No_damage_to_a_body_makes_the_scanner_throw_and_what_it_accepts_is_json()
    {
        var body = Encoding.UTF8.GetBytes(Body);
        var output = new ArrayBufferWriter<byte>();
        var accepted = 0;
        for (var seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            var damaged = body.ToArray();
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                damaged[random.Next(damaged.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : body[random.Next(body.Length)];
            }

            foreach (var match in new[] { Streams.Chat, Streams.Messages, Streams.Stream })
            {
                if (RequestScanner.TryScan(match, damaged, out var facts) == ScanResult.Ok)
                {
                    accepted++;
                    output.ResetWrittenCount();
                    BodyRewrite.Write(damaged, facts, "other", BodyRewrite.MustAskForUsage(match, facts), output);
                    var reader = new Utf8JsonReader(output.WrittenSpan, new JsonReaderOptions { MaxDepth = 512 });
                    while (reader.Read())
                    {
                    }
                }
            }
        }

        accepted.ShouldBeGreaterThan(1000);
    }
}
