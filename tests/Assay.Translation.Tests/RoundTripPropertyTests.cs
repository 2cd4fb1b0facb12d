using System.Text;
using System.Text.Json.Nodes;
using Assay.Translation.Tests.Checks;

namespace Assay.Translation.Tests;

/// <summary>Random conversations, from every format through every other and back.</summary>
public sealed class RoundTripPropertyTests
{
    private const int Seeds = 60;

    [Fact]
    public void Random_conversations_mean_the_same_in_every_format_and_back()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var original = new RandomConversation(seed).Body();
            var meaning = Transcript.Of(ApiFormat.AnthropicMessages, original);
            foreach (var first in Translating.Formats)
            {
                var body = first == ApiFormat.AnthropicMessages ? original : Translate(ApiFormat.AnthropicMessages, first, original, seed);
                Transcript.Of(first, body).ShouldBe(meaning, $"seed {seed}, in {first}");
                foreach (var second in Translating.Formats.Where(format => format != first))
                {
                    var there = Translate(first, second, body, seed);
                    Transcript.Of(second, there).ShouldBe(meaning, $"seed {seed}, from {first} to {second}");
                    Transcript.Of(first, Translate(second, first, there, seed)).ShouldBe(meaning, $"seed {seed}, {first} to {second} and back");
                }
            }
        }
    }

    [Fact]
    public void A_reader_and_the_writer_of_the_same_format_agree()
    {
        for (var seed = 1_000; seed < 1_000 + Seeds; seed++)
        {
            var original = new RandomConversation(seed).Body();
            foreach (var format in Translating.Formats)
            {
                var body = format == ApiFormat.AnthropicMessages ? original : Translate(ApiFormat.AnthropicMessages, format, original, seed);
                var again = Translate(format, format, body, seed);
                Transcript.Of(format, again).ShouldBe(Transcript.Of(format, body), $"seed {seed}, {format}");
                Translate(format, format, again, seed).ShouldBe(again, $"seed {seed}: what was written once is written the same twice");
            }
        }
    }

    private static string Translate(ApiFormat source, ApiFormat target, string body, int seed)
    {
        var (report, translated) = Translating.Request(source, target, body);
        report.Refusal.ShouldBeNull($"seed {seed}, {source} to {target}");
        return translated;
    }

    /// <summary>A Messages request with everything that all formats can say.</summary>
    private sealed class RandomConversation(int seed)
    {
        private static readonly string[] s_words =
            ["plain", "with \"quotes\"", "back\\slash", "line\nbreak", "tab\there", "é", "日本語", "🙂👩‍👩‍👧", "\u0001\u001f", "</script>", "a/b", "{\"not\":\"object", "\u2028", "%s {0}"];

        private readonly Random _random = new(seed);
        private int _calls;

        public string Body()
        {
            var body = new JsonObject { ["model"] = "client-model", ["max_tokens"] = _random.Next(1, 100_000), ["messages"] = Messages() };
            if (Maybe())
            {
                body["system"] = Maybe() ? Text() : new JsonArray(TextBlock(), TextBlock());
            }

            if (Maybe())
            {
                body["temperature"] = Math.Round(_random.NextDouble(), 2);
            }

            if (Maybe())
            {
                // Responses knows no stops, so they are in the tables and not here.
                body["top_p"] = 0.5;
            }

            if (_calls > 0 || Maybe())
            {
                body["tools"] = new JsonArray(Tool("get_weather"), Tool("list-files"), Tool("mcp__server__do_it"));
                if (Maybe())
                {
                    body["tool_choice"] = _random.Next(4) switch
                    {
                        0 => new JsonObject { ["type"] = "auto" },
                        1 => new JsonObject { ["type"] = "any" },
                        2 => new JsonObject { ["type"] = "none" },
                        _ => new JsonObject { ["type"] = "tool", ["name"] = "list-files" },
                    };
                }
            }

            if (Maybe())
            {
                body["output_config"] = new JsonObject { ["format"] = new JsonObject { ["type"] = "json_schema", ["schema"] = Schema(0) } };
            }

            return body.ToJsonString();
        }

        private bool Maybe() => _random.Next(2) == 0;

        private string Text()
        {
            var text = new StringBuilder(s_words[_random.Next(s_words.Length)]);
            for (var i = _random.Next(4); i > 0; i--)
            {
                text.Append(' ').Append(s_words[_random.Next(s_words.Length)]);
            }

            return text.ToString();
        }

        private JsonObject TextBlock() => new() { ["type"] = "text", ["text"] = Text() };

        private JsonArray Messages()
        {
            var messages = new JsonArray();
            for (var turns = _random.Next(4); turns > 0; turns--)
            {
                messages.Add(new JsonObject { ["role"] = "user", ["content"] = UserContent() });
                var content = new JsonArray();
                if (Maybe())
                {
                    content.Add(TextBlock());
                }

                var results = new JsonArray();
                for (var calls = content.Count == 0 ? 1 : _random.Next(4); calls > 0; calls--)
                {
                    var id = $"toolu_{_calls++}";
                    content.Add(new JsonObject { ["type"] = "tool_use", ["id"] = id, ["name"] = Maybe() ? "get_weather" : "mcp__server__do_it", ["input"] = Value(0) });
                    results.Add(new JsonObject { ["type"] = "tool_result", ["tool_use_id"] = id, ["content"] = Text() });
                }

                messages.Add(new JsonObject { ["role"] = "assistant", ["content"] = content });
                if (results.Count == 0)
                {
                    continue;
                }

                if (Maybe())
                {
                    results.Add(TextBlock());
                }

                messages.Add(new JsonObject { ["role"] = "user", ["content"] = results });
                messages.Add(new JsonObject { ["role"] = "assistant", ["content"] = Text() });
            }

            messages.Add(new JsonObject { ["role"] = "user", ["content"] = UserContent() });
            return messages;
        }

        private JsonNode UserContent()
        {
            if (Maybe())
            {
                return Text();
            }

            var content = new JsonArray(TextBlock());
            for (var more = _random.Next(3); more > 0; more--)
            {
                content.Add(_random.Next(3) switch
                {
                    0 => Source("image", new JsonObject { ["type"] = "base64", ["media_type"] = "image/png", ["data"] = Data() }),
                    1 => Source("image", new JsonObject { ["type"] = "url", ["url"] = "https://example.com/a.png?x=1&y=2" }),
                    _ => Source("document", new JsonObject { ["type"] = "base64", ["media_type"] = "application/pdf", ["data"] = Data() }),
                });
            }

            return content;
        }

        private static JsonObject Source(string type, JsonObject source) => new() { ["type"] = type, ["source"] = source };

        private string Data()
        {
            var bytes = new byte[_random.Next(1, 2_000)];
            _random.NextBytes(bytes);
            return Convert.ToBase64String(bytes);
        }

        private JsonObject Value(int depth)
        {
            var value = new JsonObject();
            for (var i = _random.Next(4); i > 0; i--)
            {
                value["m" + i] = _random.Next(depth > 2 ? 4 : 6) switch
                {
                    0 => Text(),
                    1 => _random.Next(),
                    2 => 12345678901234567.25m,
                    3 => null,
                    4 => Value(depth + 1),
                    _ => new JsonArray(true, Text(), Value(depth + 1)),
                };
            }

            return value;
        }

        private JsonObject Schema(int depth)
        {
            var properties = new JsonObject();
            for (var i = _random.Next(1, 4); i > 0; i--)
            {
                properties["p" + i] = depth < 2 && Maybe() ? Schema(depth + 1) : new JsonObject { ["type"] = "string", ["description"] = Text() };
            }

            return new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        }

        private JsonObject Tool(string name) => new() { ["name"] = name, ["description"] = Text(), ["input_schema"] = Schema(0) };
    }
}
