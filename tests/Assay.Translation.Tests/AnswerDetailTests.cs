using System.Buffers;
using System.Text;
using System.Text.Json;
using Assay.Translation.Tests.Checks;
using Assay.Translation.Tests.Scenes;

namespace Assay.Translation.Tests;

/// <summary>The particulars of answers: refusals in words, sources, stop sequences, calls without an identifier.</summary>
public sealed class AnswerDetailTests
{
    [Theory]
    [InlineData(ApiFormat.OpenAIChat)]
    [InlineData(ApiFormat.OpenAIResponses)]
    public void A_refusal_in_words_stays_one_in_every_format(ApiFormat upstream)
    {
        var said = new Scene("refusal") { Refusal = ["I cannot ", "do \"that\"."] };
        foreach (var client in Translating.Formats.Where(format => format != upstream))
        {
            // Where there is no word for it beside the text, the reason says it.
            var isText = client is ApiFormat.AnthropicMessages or ApiFormat.Gemini;
            var heard = said with { Stop = isText ? SceneStop.Filter : SceneStop.End };
            var context = Translating.Context(client, upstream);
            Translating.Whole(context, Upstreams.Whole(upstream, said)).ShouldBe(heard, client);
            Translating.Read(client, Translating.Stream(context, Upstreams.Stream(upstream, said), out _)).ShouldBe(heard, client);
        }
    }

    [Fact]
    public void A_prompt_that_Gemini_blocks_is_an_answer_that_was_filtered()
    {
        const string Body = """{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":7,"totalTokenCount":7},"modelVersion":"gemini-2.5-pro","responseId":"r"}""";
        foreach (var client in Translating.Formats.Where(format => format != ApiFormat.Gemini))
        {
            var context = Translating.Context(client, ApiFormat.Gemini);
            var seen = Translating.Whole(context, Encoding.UTF8.GetBytes(Body));
            (seen.Stop, seen.Usage!.Value.Input, seen.Text.Length).ShouldBe((SceneStop.Filter, 7, 0));
            Translating.Read(client, Translating.Stream(context, Encoding.UTF8.GetBytes($"data: {Body}\r\n\r\n"), out var clean)).Stop.ShouldBe(SceneStop.Filter);
            clean.ShouldBeTrue();
        }
    }

    [Fact]
    public void A_source_on_the_web_is_given_in_the_clients_words()
    {
        var body = Upstreams.Json(Encoding.UTF8.GetString(Upstreams.Whole(ApiFormat.AnthropicMessages, Scene.All.First())));
        body["content"]![0]!["citations"] = Upstreams.Json("""[{"type":"web_search_result_location","url":"https://example.com/a?b=\"c\"","title":"A \"title\"","cited_text":"","encrypted_index":"y"}]""");
        var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());

        Answer(ApiFormat.OpenAIChat).Have("choices")[0].Have("message").Have("annotations")[0].Have("url_citation").Text("title").ShouldBe("A \"title\"");
        Answer(ApiFormat.OpenAIResponses).Have("output")[0].Have("content")[0].Have("annotations")[0].Text("url").ShouldBe("https://example.com/a?b=\"c\"");
        Answer(ApiFormat.Gemini).Have("candidates")[0].Have("groundingMetadata").Have("groundingChunks")[0].Have("web").Text("uri").ShouldStartWith("https://example.com");

        JsonElement Answer(ApiFormat client)
        {
            var output = new ArrayBufferWriter<byte>();
            Translator.Answer(Translating.Context(client, ApiFormat.AnthropicMessages), bytes, output).Refusal.ShouldBeNull();
            return JsonElement.Parse(output.WrittenSpan);
        }
    }

    [Fact]
    public void A_source_in_a_stream_is_given_while_its_text_is_open()
    {
        var stream = Encoding.UTF8.GetString(Upstreams.Stream(ApiFormat.AnthropicMessages, Scene.All.First())).Replace(
            "event: content_block_stop",
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"citations_delta\",\"citation\":{\"type\":\"web_search_result_location\",\"url\":\"https://example.com\",\"title\":\"t\"}}}\n\nevent: content_block_stop");
        var chat = Translating.Stream(Translating.Context(ApiFormat.OpenAIChat, ApiFormat.AnthropicMessages), Encoding.UTF8.GetBytes(stream), out _);
        chat.ShouldContain("\"url_citation\":{\"url\":\"https://example.com\"");
        Translating.Read(ApiFormat.OpenAIChat, chat).ShouldBe(Scene.All.First(), ApiFormat.OpenAIChat);
        var gemini = Translating.Stream(Translating.Context(ApiFormat.Gemini, ApiFormat.AnthropicMessages), Encoding.UTF8.GetBytes(stream), out _);
        gemini.ShouldContain("\"groundingChunks\":[{\"web\":{\"uri\":\"https://example.com\"");
    }

    [Fact]
    public void Calls_without_an_identifier_get_one_of_the_call_and_their_number()
    {
        var scene = Scene.All.Single(one => one.Name == "parallel calls");
        foreach (var client in Translating.Formats.Where(format => format != ApiFormat.Gemini))
        {
            var context = Translating.Context(client, ApiFormat.Gemini);
            var whole = Translating.Whole(context, Upstreams.Whole(ApiFormat.Gemini, scene)).Calls.Select(call => call.Id).ToList();
            whole.ShouldBe(["call_req7_0", "call_req7_1", "call_req7_2"]);
            Translating.Read(client, Translating.Stream(context, Upstreams.Stream(ApiFormat.Gemini, scene), out _)).Calls.Select(call => call.Id).ShouldBe(whole);
        }
    }

    [Fact]
    public void What_a_provider_ran_itself_is_named()
    {
        var body = Upstreams.Json(Encoding.UTF8.GetString(Upstreams.Whole(ApiFormat.AnthropicMessages, Scene.All.First())));
        body["content"]!.AsArray().Insert(0, Upstreams.Json("""{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"x"}}"""));
        var report = Translator.Answer(
            Translating.Context(ApiFormat.OpenAIChat, ApiFormat.AnthropicMessages), Encoding.UTF8.GetBytes(body.ToJsonString()), new ArrayBufferWriter<byte>());
        report.Refusal.ShouldBeNull();
        report.Dropped.ShouldBe(["content.server_tool_use"]);
    }

    [Fact]
    public void The_answer_names_the_model_as_the_client_did_and_else_as_the_provider_does()
    {
        foreach (var (upstream, client) in Translating.Directions)
        {
            var bytes = Upstreams.Stream(upstream, Scene.All.First());
            Translating.Stream(Translating.Context(client, upstream), bytes, out _).ShouldContain("\"client-model\"");
            var unnamed = new AnswerContext { Client = client, Upstream = upstream, UnixSeconds = 1 };
            Translating.Stream(unnamed, bytes, out _).ShouldContain(upstream switch
            {
                ApiFormat.AnthropicMessages => "\"claude-sonnet-5\"",
                ApiFormat.Gemini => "\"gemini-2.5-pro\"",
                ApiFormat.OpenAIChat => "\"gpt-4.1-2025-04-14\"",
                _ => "\"gpt-5-2025-08-07\"",
            });
        }
    }
}
