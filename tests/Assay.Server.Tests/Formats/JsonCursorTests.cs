using System.Text;
using System.Text.Json;
using Assay.Server.Formats;

namespace Assay.Server.Tests.Formats;

public sealed class JsonCursorTests
{
    private static readonly string[] s_scraps =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\"a\"", "\"\\u00e9\"", "\"\\ud800\"", "\"\\x\"", "\"\\u12g4\"", "\"\\n\"", "\\u",
        "\"\u0001\"", "\"é\"", "0", "-", "-0", "01", "1.5", "1.", ".5", "1e5", "1E+", "1e-7", "true", "false", "null", "nul",
        "truex", " ", "\n", "\t", "\f", "/", "\"k\":", "{}", "[]", "[1]", "{\"a\":[{}]}",
    ];

    [Fact]
    public void It_takes_exactly_what_the_frameworks_reader_takes()
    {
        var random = new Random(20);
        var taken = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var json = Encoding.UTF8.GetBytes(i % 2 == 0 ? Noise(random) : Damaged(random));
            var expected = Takes(json);
            taken += expected ? 1 : 0;
            Skips(json).ShouldBe(expected, Encoding.UTF8.GetString(json));
        }

        // The comparison says something only if there are many of both.
        taken.ShouldBeInRange(20_000, 180_000);
    }

    [Theory]
    [InlineData(JsonCursor.DepthMax, true)]
    [InlineData(JsonCursor.DepthMax + 1, false)]
    public void It_takes_as_many_levels_as_the_frameworks_reader(int levels, bool expected)
    {
        var arrays = Encoding.UTF8.GetBytes(new string('[', levels) + new string(']', levels));
        var objects = Encoding.UTF8.GetBytes(
            string.Concat(Enumerable.Repeat("{\"a\":", levels - 1)) + "{}" + new string('}', levels - 1));
        foreach (var json in new[] { arrays, objects })
        {
            Takes(json).ShouldBe(expected);
            Skips(json).ShouldBe(expected);
        }

        var conversation = Conversation(new string('[', levels - 1) + new string(']', levels - 1));
        Takes(conversation).ShouldBe(expected);
        Scans(conversation).ShouldBe(expected);
    }

    [Fact]
    public void A_conversation_which_is_walked_message_by_message_is_checked_like_everything_else()
    {
        var random = new Random(20260902);
        var taken = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var json = Conversation(i % 2 == 0 ? $"[{Damaged(random)},{Damaged(random)}]" : Damaged(random));
            var expected = Takes(json);
            taken += expected ? 1 : 0;
            Scans(json).ShouldBe(expected, Encoding.UTF8.GetString(json));
        }

        taken.ShouldBeInRange(2_000, 18_000);
    }

    [Fact]
    public void It_gives_the_names_of_an_object_as_they_are_written()
    {
        var json = """ { "a" : [1, {"x": 2}] , "b\"c":"}", "":null}   """u8;
        var cursor = new JsonCursor(json, 0);
        cursor.TryEnterObject().ShouldBeTrue();
        var names = new List<string>();
        while (cursor.TryReadName(out var name))
        {
            names.Add(Encoding.UTF8.GetString(name));
            cursor.SkipValue();
        }

        cursor.ExpectEnd();
        names.ShouldBe(["\"a\"", "\"b\\\"c\"", "\"\""]);
    }

    private static bool Skips(byte[] json)
    {
        try
        {
            var cursor = new JsonCursor(json, 0);
            if (!cursor.TryEnterObject())
            {
                cursor.SkipValue();
                cursor.ExpectEnd();
                return true;
            }

            while (cursor.TryReadName(out _))
            {
                cursor.SkipValue();
            }

            cursor.ExpectEnd();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static byte[] Conversation(string value) => Encoding.UTF8.GetBytes($$"""{"model":"m","messages":{{value}}}""");

    private static bool Scans(byte[] json) =>
        RequestScanner.TryScan(new RouteMatch(WireFormat.OpenAI, Operation.ChatCompletions), json, out _) != ScanResult.NotJson;

    private static bool Takes(byte[] json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = JsonCursor.DepthMax });
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Noise(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => s_scraps[random.Next(s_scraps.Length)]));

    /// <summary>Good JSON, mostly with one thing put in or taken out.</summary>
    private static string Damaged(Random random)
    {
        var json = Value(random, 4);
        var at = random.Next(json.Length);
        return random.Next(4) switch
        {
            0 => json.Insert(at, s_scraps[random.Next(s_scraps.Length)]),
            1 => json.Remove(at, Math.Min(random.Next(1, 3), json.Length - at)),
            _ => json,
        };
    }

    private static string Value(Random random, int levels) => random.Next(levels > 0 ? 8 : 5) switch
    {
        0 => "\"text with \\\"quotes\\\" and \\u00e9\"",
        1 => "-12.5e+3",
        2 => "true",
        3 => "null",
        4 => "0",
        5 => $"[{string.Join(random.Next(2) == 0 ? "," : " ,\n", Values(random, levels))}]",
        _ => $"{{{string.Join(", ", Values(random, levels).Select((value, i) => $"\"m{i}\" : {value}"))}}}",
    };

    private static List<string> Values(Random random, int levels) =>
        [.. Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, levels - 1))];
}
