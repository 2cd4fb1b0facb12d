using System.Buffers;
using System.Text;
using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Tests.Scenes;

namespace Assay.Translation.Tests;

/// <summary>Where in an answer's text its sources belong, and what is said of those that cannot be told.</summary>
public sealed class CitationTests
{
    private const string Url = "https://example.com/a";

    // 🙂 is one character and four bytes, ö two bytes; the second sentence is what the source stands for.
    private const string First = "Schön 🙂. ";
    private const string Second = "Größe: 5.";

    private static readonly (int Start, int End) s_place = (First.Length - 1, First.Length - 1 + Second.Length);

    private static readonly (int Start, int End) s_bytes = (Encoding.UTF8.GetByteCount(First), Encoding.UTF8.GetByteCount(First + Second));

    public static TheoryData<ApiFormat, ApiFormat, bool> Ways()
    {
        var ways = new TheoryData<ApiFormat, ApiFormat, bool>();
        foreach (var (from, to) in Translating.Directions)
        {
            ways.Add(from, to, false);
            ways.Add(from, to, true);
        }

        return ways;
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_source_keeps_its_place_in_the_text(ApiFormat upstream, ApiFormat client, bool streamed)
    {
        var (answer, dropped) = streamed ? Streamed(upstream, client) : Whole(upstream, client);
        if (client == ApiFormat.AnthropicMessages)
        {
            answer.ShouldContain(Url);
            dropped.ShouldBe(["citations.position"], "Anthropic's sources belong to a block");
            return;
        }

        dropped.ShouldBeEmpty();
        var place = client == ApiFormat.Gemini ? s_bytes : client == ApiFormat.OpenAIResponses && upstream == ApiFormat.AnthropicMessages
            ? (0, s_place.End - s_place.Start) // A block is an item there, and places count in it.
            : s_place;
        var (start, end) = client == ApiFormat.Gemini ? ("startIndex", "endIndex") : ("start_index", "end_index");
        answer.ShouldContain($"\"{start}\":{place.Item1},\"{end}\":{place.Item2}", customMessage: answer);
        answer.ShouldContain(Url);
    }

    [Fact]
    public void A_stream_names_what_it_could_not_carry_before_its_end_and_clients_pass_over_it()
    {
        var stream = Encoding.UTF8.GetString(Upstreams.Stream(ApiFormat.AnthropicMessages, Scene.All.First())).Replace(
            "event: content_block_stop",
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"citations_delta\",\"citation\":{\"type\":\"page_location\",\"document_index\":0,\"start_page_number\":1,\"end_page_number\":2,\"cited_text\":\"x\"}}}\n\nevent: content_block_stop");
        foreach (var client in Translating.Formats.Where(format => format != ApiFormat.AnthropicMessages))
        {
            var text = Translating.Stream(Translating.Context(client, ApiFormat.AnthropicMessages), Encoding.UTF8.GetBytes(stream), out var clean);
            clean.ShouldBeTrue();
            Translating.Read(client, text).ShouldBe(Scene.All.First(), client);

            // Google's libraries take nothing but data for an event, and pass over fields that they do not know.
            text.ShouldContain(client == ApiFormat.Gemini ? ",\"x-assay-dropped\":\"content.citations\"," : "\n: x-assay-dropped: content.citations\n\n");
        }
    }

    [Fact]
    public void A_source_that_comes_when_its_text_is_closed_is_named()
    {
        const string Body = """{"candidates":[{"content":{"role":"model","parts":[{"text":"a"},{"functionCall":{"name":"f","args":{}}}]},"finishReason":"STOP","index":0,"groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://e.com","title":"t"}}],"searchEntryPoint":{"renderedContent":"x"}}}],"modelVersion":"m","responseId":"r"}""";

        var report = Translator.Answer(
            Translating.Context(ApiFormat.OpenAIChat, ApiFormat.Gemini), Encoding.UTF8.GetBytes(Body), new ArrayBufferWriter<byte>());

        report.Dropped.ShouldBe(["citations", "candidates.groundingMetadata.searchEntryPoint"]);
    }

    [Fact]
    public void Grounding_that_grows_through_a_stream_is_told_once()
    {
        string Event(string chunks, string supports, string end) => "data: " +
            $$$$$"""{"candidates":[{"content":{"role":"model","parts":[{"text":"one two "}]},"index":0{{{{{end}}}}},"groundingMetadata":{"groundingChunks":[{{{{{chunks}}}}}],"groundingSupports":[{{{{{supports}}}}}]}}],"modelVersion":"m","responseId":"r"}""" + "\r\n\r\n";
        const string A = """{"web":{"uri":"https://e.com/a","title":"a"}}""";
        const string B = """{"web":{"uri":"https://e.com/b","title":"b"}}""";
        const string OnA = """{"segment":{"endIndex":3},"groundingChunkIndices":[0]}""";
        const string OnB = """{"segment":{"startIndex":4,"endIndex":7},"groundingChunkIndices":[1,9]}""";
        var stream = Event(A, OnA, "") + Event($"{A},{B}", $"{OnA},{OnB}", ",\"finishReason\":\"STOP\"");

        var text = Translating.Stream(Translating.Context(ApiFormat.OpenAIChat, ApiFormat.Gemini), Encoding.UTF8.GetBytes(stream), out _);

        text.Split("url_citation\":{").Length.ShouldBe(3, text);
        text.ShouldContain("e.com/a\",\"title\":\"a\",\"start_index\":0,\"end_index\":3");
        text.ShouldContain("e.com/b\",\"title\":\"b\",\"start_index\":4,\"end_index\":7");
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("Größe \\n \\\"x\\\" 漢字漢字 a\\u00e9b \\ud83d\\ude42🙂 end")]
    [InlineData("漢")]
    [InlineData("")]
    public void Places_are_measured_alike_in_characters_and_bytes(string escaped)
    {
        var plain = JsonSerializer.Deserialize<string>($"\"{escaped}\"")!;
        var ruler = default(TextRuler);
        var bytes = Encoding.UTF8.GetBytes(escaped);

        // In pieces that cut no character.
        foreach (var rune in Pieces(escaped))
        {
            ruler.Add(Encoding.UTF8.GetBytes(rune));
        }

        ruler.Bytes.ShouldBe(Encoding.UTF8.GetByteCount(plain));
        ruler.Characters.ShouldBe(plain.EnumerateRunes().Count());
        var (character, at) = (0, 0);
        foreach (var rune in plain.EnumerateRunes())
        {
            ruler.ByteOf(character).ShouldBe(at);
            ruler.CharacterOf(at).ShouldBe(character);
            (character, at) = (character + 1, at + rune.Utf8SequenceLength);
        }

        ruler.ByteOf(character).ShouldBe(at);
        ruler.ByteOf(character + 1).ShouldBe(-1);
        bytes.Length.ShouldBeGreaterThanOrEqualTo(0);
    }

    private static IEnumerable<string> Pieces(string escaped) => escaped.Split(' ').Select((word, i) => i == 0 ? word : " " + word);

    private static (string Answer, IReadOnlyList<string> Dropped) Whole(ApiFormat upstream, ApiFormat client)
    {
        var output = new ArrayBufferWriter<byte>();
        var report = Translator.Answer(Translating.Context(client, upstream), Encoding.UTF8.GetBytes(Body(upstream)), output);
        report.Refusal.ShouldBeNull();
        return (Encoding.UTF8.GetString(output.WrittenSpan), report.Dropped);
    }

    private static (string Answer, IReadOnlyList<string> Dropped) Streamed(ApiFormat upstream, ApiFormat client)
    {
        var output = new ArrayBufferWriter<byte>();
        var stream = new StreamTranslator(Translating.Context(client, upstream));
        stream.Write(Encoding.UTF8.GetBytes(Stream(upstream)), output);
        stream.Complete(output).ShouldBeTrue();
        return (Encoding.UTF8.GetString(output.WrittenSpan), stream.Dropped);
    }

    private static string Body(ApiFormat upstream) => upstream switch
    {
        ApiFormat.AnthropicMessages => $$$$$"""{"id":"m","type":"message","role":"assistant","model":"c","content":[{"type":"text","text":"{{{{{First}}}}}"},{"type":"text","text":"{{{{{Second}}}}}","citations":[{"type":"web_search_result_location","url":"{{{{{Url}}}}}","title":"A","cited_text":"","encrypted_index":"y"}]}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}""",
        ApiFormat.OpenAIChat => $$$$$"""{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"{{{{{First}}}}}{{{{{Second}}}}}","annotations":[{{{{{ChatNote}}}}}]},"finish_reason":"stop"}]}""",
        ApiFormat.OpenAIResponses => $$$$$"""{"id":"r","object":"response","status":"completed","model":"m","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"{{{{{First}}}}}{{{{{Second}}}}}","annotations":[{{{{{Note}}}}}]}]}]}""",
        _ => $$$$$"""{"candidates":[{"content":{"role":"model","parts":[{"text":"{{{{{First}}}}}{{{{{Second}}}}}"}]},"finishReason":"STOP","index":0,{{{{{Grounding}}}}}}],"modelVersion":"m","responseId":"r"}""",
    };

    private static string Stream(ApiFormat upstream) => upstream switch
    {
        ApiFormat.AnthropicMessages => Event("message_start", """{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"c","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}""")
            + Text(0, First) + Text(1, Second, $$$$$"""{"type":"web_search_result_location","url":"{{{{{Url}}}}}","title":"A","cited_text":"","encrypted_index":"y"}""")
            + Event("message_delta", """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":1}}""") + Event("message_stop", """{"type":"message_stop"}"""),
        ApiFormat.OpenAIChat => Chunk($$$$$"""{"role":"assistant","content":"{{{{{First}}}}}"}""") + Chunk($$$$$"""{"annotations":[{{{{{ChatNote}}}}}],"content":"{{{{{Second}}}}}"}""")
            + Chunk("{}", "\"stop\"") + "data: [DONE]\n\n",
        ApiFormat.OpenAIResponses => Event("response.created", """{"type":"response.created","response":{"id":"r","model":"m"}}""")
            + Event("response.output_text.delta", $$$$$"""{"type":"response.output_text.delta","output_index":0,"delta":"{{{{{First}}}}}{{{{{Second}}}}}"}""")
            + Event("response.output_text.annotation.added", $$$$$"""{"type":"response.output_text.annotation.added","output_index":0,"annotation":{{{{{Note}}}}}}""")
            + Event("response.output_item.done", """{"type":"response.output_item.done","output_index":0,"item":{"type":"message"}}""")
            + Event("response.completed", """{"type":"response.completed","response":{"id":"r","status":"completed","model":"m","output":[]}}"""),
        _ => $$$$$"""data: {"candidates":[{"content":{"role":"model","parts":[{"text":"{{{{{First}}}}}"}]},"index":0}],"modelVersion":"m","responseId":"r"}""" + "\r\n\r\n"
            + $$$$$"""data: {"candidates":[{"content":{"role":"model","parts":[{"text":"{{{{{Second}}}}}"}]},"finishReason":"STOP","index":0,{{{{{Grounding}}}}}}],"modelVersion":"m","responseId":"r"}""" + "\r\n\r\n",
    };

    private static string ChatNote => $$$$$"""{"type":"url_citation","url_citation":{"url":"{{{{{Url}}}}}","title":"A","start_index":{{{{{s_place.Start}}}}},"end_index":{{{{{s_place.End}}}}}}}""";

    private static string Note => $$$$$"""{"type":"url_citation","url":"{{{{{Url}}}}}","title":"A","start_index":{{{{{s_place.Start}}}}},"end_index":{{{{{s_place.End}}}}}}""";

    private static string Grounding => $$$$$"""
        "groundingMetadata":{"groundingChunks":[{"web":{"uri":"{{{{{Url}}}}}","title":"A"}}],"groundingSupports":[{"segment":{"startIndex":{{{{{s_bytes.Start}}}}},"endIndex":{{{{{s_bytes.End}}}}},"text":"x"},"groundingChunkIndices":[0]}]}
        """;

    private static string Event(string name, string data) => $"event: {name}\ndata: {data}\n\n";

    private static string Chunk(string delta, string finish = "null") =>
        $$$$$"""data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{{{{{delta}}}}},"finish_reason":{{{{{finish}}}}}}]}""" + "\n\n";

    private static string Text(int index, string text, string? citation = null) =>
        Event("content_block_start", $$$$$"""{"type":"content_block_start","index":{{{{{index}}}}},"content_block":{"type":"text","text":""}}""")
        + (citation is null ? "" : Event("content_block_delta", $$$$$"""{"type":"content_block_delta","index":{{{{{index}}}}},"delta":{"type":"text_delta","text":"{{{{{text[..3]}}}}}"}}"""))
        + (citation is null ? "" : Event("content_block_delta", $$$$$"""{"type":"content_block_delta","index":{{{{{index}}}}},"delta":{"type":"citations_delta","citation":{{{{{citation}}}}}}}"""))
        + Event("content_block_delta", $$$$$"""{"type":"content_block_delta","index":{{{{{index}}}}},"delta":{"type":"text_delta","text":"{{{{{(citation is null ? text : text[3..])}}}}}"}}""")
        + Event("content_block_stop", $$$$$"""{"type":"content_block_stop","index":{{{{{index}}}}}}""");
}
