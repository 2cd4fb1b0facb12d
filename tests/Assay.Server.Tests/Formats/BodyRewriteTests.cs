using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Server.Formats;

namespace Assay.Server.Tests.Formats;

public sealed class BodyRewriteTests
{
    [Theory]
    [InlineData("""{"model":"a","stream":true}""", """{"stream_options":{"include_usage":true},"model":"b","stream":true}""")]
    [InlineData("""{ "stream" : true , "stream_options" : null , "model" : "a" }""", """{ "stream" : true , "stream_options" : {"include_usage":true} , "model" : "b" }""")]
    [InlineData("""{"model":"a","stream_options":{ },"stream":true}""", """{"model":"b","stream_options":{"include_usage":true},"stream":true}""")]
    [InlineData("""{"stream_options":{"x":[1]},"model":"a","stream":true}""", """{"stream_options":{"include_usage":true,"x":[1]},"model":"b","stream":true}""")]
    [InlineData("""{"stream_options":{"include_usage":false,"x":1},"model":"a","stream":true}""", """{"stream_options":{"include_usage":true,"x":1},"model":"b","stream":true}""")]
    [InlineData("""{"stream_options":{"x":1,"include_usage":null},"model":"a","stream":true}""", """{"stream_options":{"x":1,"include_usage":true},"model":"b","stream":true}""")]
    public void Model_and_usage_are_spliced_and_nothing_else(string body, string expected) =>
        Rewrite(Streams.Chat, body, "b").ShouldBe(expected);

    [Theory]
    [InlineData("""{"model":"a","stream":true,"stream_options":{"include_usage":true}}""")]
    [InlineData("""{"model":"a","stream":true,"stream_options":"yes"}""")]
    [InlineData("""{"model":"a","stream":true,"stream_options":{"include_usage":"yes"}}""")]
    [InlineData("""{"model":"a","stream":false}""")]
    [InlineData("""{"model":"a"}""")]
    public void Usage_is_not_asked_for_where_it_is_already_or_cannot_be(string body)
    {
        RequestScanner.TryScan(Streams.Chat, Encoding.UTF8.GetBytes(body), out var facts).ShouldBe(ScanResult.Ok);

        BodyRewrite.MustAskForUsage(Streams.Chat, facts).ShouldBeFalse();
        BodyRewrite.IsNeeded(facts, model: null, askForUsage: false).ShouldBeFalse();
        Rewrite(Streams.Chat, body, model: null).ShouldBe(body);
    }

    [Fact]
    public void Usage_is_asked_for_only_in_formats_that_know_the_question()
    {
        var body = Encoding.UTF8.GetBytes("""{"model":"a","stream":true}""");
        foreach (var match in new[] { Streams.Responses, Streams.Messages })
        {
            RequestScanner.TryScan(match, body, out var facts).ShouldBe(ScanResult.Ok);
            BodyRewrite.MustAskForUsage(match, facts).ShouldBeFalse();
        }
    }

    [Fact]
    public void A_model_name_is_escaped_and_keeps_geminis_collection()
    {
        Rewrite(Streams.Messages, """{"model":"a"}""", "q\"\\ü/3").ShouldBe("""{"model":"q\"\\ü/3"}""");
        Rewrite(Streams.Generate, """{"model":"models/a"}""", "b").ShouldBe("""{"model":"models/b"}""");
        Rewrite(Streams.Generate, """{"contents":[]}""", "b").ShouldBe("""{"contents":[]}""");
    }

    [Fact]
    public void A_byte_order_mark_stays_before_the_body() =>
        Rewrite(Streams.Chat, "\uFEFF{\"model\":\"a\",\"stream\":true}", "b")
            .ShouldBe("\uFEFF{\"stream_options\":{\"include_usage\":true},\"model\":\"b\",\"stream\":true}");

    [Fact]
    public void For_random_bodies_only_the_two_members_change_and_every_other_byte_stays()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var body = RandomBody(random);
            var text = Rewrite(Streams.Chat, body, "other/model");

            var expected = JsonNode.Parse(body)!.AsObject();
            expected["model"] = "other/model";
            if (expected["stream"] is JsonValue stream && stream.GetValue<bool>())
            {
                var options = expected["stream_options"] as JsonObject ?? [];
                options["include_usage"] = true;
                expected["stream_options"] = options.Parent is null ? options : options.DeepClone();
            }

            JsonNode.DeepEquals(JsonNode.Parse(text), expected).ShouldBeTrue($"seed {seed}: {body} became {text}");
            Rewrite(Streams.Chat, body, model: null, mayAsk: false).ShouldBe(body);
        }
    }

    private static string RandomBody(Random random)
    {
        var members = new List<string>
        {
            $"\"model\"{Space(random)}:{Space(random)}\"gpt-{random.Next(9)}\"",
            "\"messages\": [{\"role\":\"user\",\"content\":\"say \\\"model\\\": \\u00fc }{ ü\"}]",
            $"\"temperature\":{random.Next(3)}.5e0",
        };
        if (random.Next(4) > 0)
        {
            members.Add($"\"stream\":{Space(random)}{(random.Next(4) > 0 ? "true" : "false")}");
        }

        if (random.Next(3) > 0)
        {
            members.Add("\"stream_options\"" + Space(random) + ":" + Space(random) + random.Next(5) switch
            {
                0 => "null",
                1 => "{" + Space(random) + "}",
                2 => "{ \"include_obfuscation\" : false }",
                3 => "{\"include_usage\":false" + Space(random) + ",\"x\":{\"include_usage\":1}}",
                _ => "{\"include_usage\" : true}",
            });
        }

        if (random.Next(2) == 0)
        {
            members.Add("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"stream_options\":null,\"model\":\"x\"}}}]");
        }

        var shuffled = members.ToArray();
        random.Shuffle(shuffled);
        return Space(random) + "{" + Space(random) + string.Join("," + Space(random), shuffled) + Space(random) + "}" + Space(random);
    }

    private static string Space(Random random) => random.Next(4) switch { 0 => " ", 1 => "\n  ", _ => "" };

    private static string Rewrite(RouteMatch match, string body, string? model, bool mayAsk = true)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        RequestScanner.TryScan(match, bytes, out var facts).ShouldBe(ScanResult.Ok);
        var output = new ArrayBufferWriter<byte>();
        BodyRewrite.Write(bytes, facts, model, mayAsk && BodyRewrite.MustAskForUsage(match, facts), output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
