using System.Buffers;
using System.Text;
using System.Text.Json;
using Assay.Translation.Tests.Checks;
using Assay.Translation.Tests.Scenes;

namespace Assay.Translation.Tests;

/// <summary>The particulars of streams: servers that do it otherwise, limits, and what a delta costs.</summary>
public sealed class StreamDetailTests
{
    private const string Head = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,";

    private static string Call(int index, string arguments, string id = "") =>
        Head + $"\"delta\":{{\"tool_calls\":[{{\"index\":{index}{(id.Length > 0 ? $",\"id\":\"{id}\",\"type\":\"function\"" : "")},\"function\":{{{(id.Length > 0 ? "\"name\":\"f\"," : "")}\"arguments\":{Upstreams.Quote(arguments)}}}}}]}},\"finish_reason\":null}}]}}\n\n";

    private static string Finish(string reason) => Head + $"\"delta\":{{}},\"finish_reason\":\"{reason}\"}}]}}\n\n";

    private static Seen Read(ApiFormat client, ApiFormat upstream, string stream, bool clean = true)
    {
        var text = Translating.Stream(Translating.Context(client, upstream), Encoding.UTF8.GetBytes(stream), out var isClean);
        isClean.ShouldBe(clean, text);
        return Translating.Read(client, text);
    }

    [Theory]
    [InlineData(ApiFormat.AnthropicMessages)]
    [InlineData(ApiFormat.OpenAIResponses)]
    [InlineData(ApiFormat.Gemini)]
    public void Fragments_of_two_calls_that_come_mixed_are_sorted(ApiFormat client)
    {
        var stream = Call(0, "{\"a\":", "x") + Call(1, "{\"b\":[", "y") + Call(0, "\"}") + Call(1, "2") + Call(0, "{\"}") + Call(1, "]}") + Call(2, "", "z")
            + Finish("tool_calls") + "data: [DONE]\n\n";
        var seen = Read(client, ApiFormat.OpenAIChat, stream);
        seen.Calls.Select(call => (call.Id, call.Arguments)).ShouldBe([("x", "{\"a\":\"}{\"}"), ("y", "{\"b\":[2]}"), ("z", "{}")]);
    }

    [Theory]
    [InlineData(ApiFormat.AnthropicMessages)]
    [InlineData(ApiFormat.OpenAIChat)]
    [InlineData(ApiFormat.Gemini)]
    public void A_server_that_does_not_say_that_it_begins_is_understood(ApiFormat client)
    {
        var upstream = Encoding.UTF8.GetString(Upstreams.Stream(ApiFormat.OpenAIResponses, Scene.All.First())).Replace("\r\n", "\n");
        var events = upstream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        var silent = events.Where(one => !one.Contains("response.created", StringComparison.Ordinal) && !one.Contains("response.in_progress", StringComparison.Ordinal)).ToList();
        silent.Count.ShouldBeLessThan(events.Length);

        Read(client, ApiFormat.OpenAIResponses, string.Concat(silent.Select(one => one + "\n\n"))).Text.ToString()
            .ShouldBe(Read(client, ApiFormat.OpenAIResponses, upstream).Text.ToString());
    }

    [Fact]
    public void A_second_call_streams_at_once_when_the_first_is_complete()
    {
        var output = new ArrayBufferWriter<byte>();
        var stream = new StreamTranslator(Translating.Context(ApiFormat.AnthropicMessages, ApiFormat.OpenAIChat));
        stream.Write(Encoding.UTF8.GetBytes(Call(0, "{\"a\":1}", "x") + Call(1, "{\"b\":", "y")), output);
        Encoding.UTF8.GetString(output.WrittenSpan).ShouldContain("\"index\":1,\"delta\":{\"type\":\"input_json_delta\"");
    }

    [Fact]
    public void Every_event_of_the_upstream_is_passed_on_with_it_and_not_later()
    {
        foreach (var (upstream, client) in Translating.Answers)
        {
            var asked = false;
            var stream = new StreamTranslator(Translating.Context(client, upstream));
            var bytes = Encoding.UTF8.GetString(Upstreams.Stream(upstream, Scene.All.First())).Replace("\r\n", "\n");
            foreach (var one in bytes.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
            {
                var output = new ArrayBufferWriter<byte>();
                stream.Write(Encoding.UTF8.GetBytes(one + "\n\n"), output);
                if (one.Contains("🙂", StringComparison.Ordinal) || one.Contains("\\uD83D", StringComparison.OrdinalIgnoreCase))
                {
                    Encoding.UTF8.GetString(output.WrittenSpan).ShouldContain(" end");
                    asked = true;
                    break;
                }
            }

            asked.ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("data: [DONE]")]
    [InlineData("data: [DONE]\n")]
    [InlineData("data:[DONE]\r\n\r\n")]
    public void A_server_that_leaves_out_the_last_line_has_answered_all_the_same(string end)
    {
        var stream = Head + "\"delta\":{\"content\":\"hi\"},\"finish_reason\":null}]}\r\n\r\n: keep-alive\n\nid: 7\n" + Finish("stop") + end;
        Read(ApiFormat.AnthropicMessages, ApiFormat.OpenAIChat, stream).Text.ToString().ShouldBe("hi");
    }

    [Fact]
    public void A_server_that_says_stop_with_calls_is_understood()
    {
        Read(ApiFormat.AnthropicMessages, ApiFormat.OpenAIChat, Call(0, "{}", "x") + Finish("stop")).Stop.ShouldBe(SceneStop.Tools);
        Read(ApiFormat.AnthropicMessages, ApiFormat.OpenAIChat, Head + "\"delta\":{\"content\":\"a\"}}]}\n\n" + Finish("tool_calls")).Stop.ShouldBe(SceneStop.End);
    }

    [Fact]
    public void Azures_first_chunk_without_choices_is_no_answer_yet()
    {
        var stream = "data: {\"choices\":[],\"created\":0,\"id\":\"\",\"model\":\"\",\"object\":\"\",\"prompt_filter_results\":[]}\n\n"
            + Head + "\"delta\":{\"role\":\"assistant\",\"content\":\"a\"}}]}\n\n" + Finish("stop");
        var context = new AnswerContext { Client = ApiFormat.AnthropicMessages, Upstream = ApiFormat.OpenAIChat };
        Translating.Stream(context, Encoding.UTF8.GetBytes(stream), out _).ShouldContain("\"model\":\"m\"");
    }

    [Fact]
    public void Reasoning_that_a_server_says_under_two_names_is_told_once()
    {
        var stream = Head + "\"delta\":{\"reasoning\":\"hm\",\"reasoning_content\":\"hm\"}}]}\n\n" + Head + "\"delta\":{\"content\":\"a\"}}]}\n\n" + Finish("stop");
        Read(ApiFormat.AnthropicMessages, ApiFormat.OpenAIChat, stream).Thoughts.ToString().ShouldBe("hm");
    }

    [Fact]
    public void A_call_that_was_cut_by_the_bound_is_kept_in_sight()
    {
        var stream = Call(0, "{\"path\":\"/a", "x") + Finish("length");
        var seen = Read(ApiFormat.Gemini, ApiFormat.OpenAIChat, stream);
        seen.Stop.ShouldBe(SceneStop.Length);
        JsonElement.Parse(seen.Calls.ShouldHaveSingleItem().Arguments).Text("INVALID_JSON").ShouldBe("{\"path\":\"/a");
    }

    [Theory]
    [InlineData("data: {\"choices\":\n\n")]
    [InlineData("data: nonsense\n\n")]
    [InlineData("data: []\n\n")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"\\ud800\\q\"}}]}\n\n")]
    public void An_event_that_cannot_be_read_ends_the_stream_with_an_error(string broken)
    {
        foreach (var client in Translating.Formats.Where(format => format != ApiFormat.OpenAIChat))
        {
            Read(client, ApiFormat.OpenAIChat, Head + "\"delta\":{\"content\":\"a\"}}]}\n\n" + broken + Finish("stop"), clean: false)
                .Error.ShouldBe("The provider sent an event that cannot be read.");
        }
    }

    [Fact]
    public void What_is_held_back_has_a_limit_and_so_has_an_event()
    {
        var context = Translating.Context(ApiFormat.Gemini, ApiFormat.OpenAIChat);
        var limited = new AnswerContext
        {
            Client = context.Client,
            Upstream = context.Upstream,
            ClientModel = "m",
            Limits = new TranslationLimits { HeldBytesMax = 1_000, EventBytesMax = 5_000 },
        };
        var long1 = Call(0, "{\"a\":\"", "x") + string.Concat(Enumerable.Repeat(Call(0, new string('a', 300)), 4));
        Failure(long1).ShouldContain("longer than 1000 bytes");
        Failure(Head + new string('x', 6_000)).ShouldContain("longer than 5000 bytes");

        string Failure(string stream)
        {
            var text = Translating.Stream(limited, Encoding.UTF8.GetBytes(stream), out var clean);
            clean.ShouldBeFalse();
            return Translating.Read(ApiFormat.Gemini, text).Error.ShouldNotBeNull();
        }
    }

    [Fact]
    public void An_answer_that_must_be_repeated_at_its_end_has_a_limit()
    {
        var limited = new AnswerContext
        {
            Client = ApiFormat.OpenAIResponses,
            Upstream = ApiFormat.OpenAIChat,
            ClientModel = "m",
            UnixSeconds = 1,
            Limits = new TranslationLimits { AnswerBytesMax = 1_000 },
        };
        var chunk = Head + $"\"delta\":{{\"content\":\"{new string('a', 400)}\"}}}}]}}\n\n";
        var text = Translating.Stream(limited, Encoding.UTF8.GetBytes(chunk + chunk + chunk), out var clean);
        clean.ShouldBeFalse();
        ResponsesClient.Stream(text).Error.ShouldNotBeNull().ShouldContain("1000 bytes");
    }

    [Fact]
    public void Our_own_failure_in_mid_stream_is_told_as_an_error()
    {
        foreach (var (upstream, client) in Translating.Answers)
        {
            var output = new ArrayBufferWriter<byte>();
            var stream = new StreamTranslator(Translating.Context(client, upstream));
            var bytes = Upstreams.Stream(upstream, Scene.All.First());
            stream.Write(bytes.AsSpan(0, bytes.Length / 2), output);
            stream.Abort(504, "The provider was silent for too long.", output);
            stream.Complete(output).ShouldBeFalse();
            Translating.Read(client, Encoding.UTF8.GetString(output.WrittenSpan)).Error.ShouldBe("The provider was silent for too long.");
        }
    }

    [Fact]
    public void A_stream_of_Gemini_may_be_an_array_on_either_side()
    {
        var scene = Scene.All.Single(one => one.Name == "text and a call");
        var events = Encoding.UTF8.GetString(Upstreams.Stream(ApiFormat.Gemini, scene));
        var array = "[" + string.Join(",\r\n", events.Split("\r\n\r\n", StringSplitOptions.RemoveEmptyEntries).Select(one => one["data: ".Length..])) + "]";
        var bytes = Encoding.UTF8.GetBytes(array);
        for (var seed = 0; seed < 8; seed++)
        {
            var text = Translating.Stream(Translating.Context(ApiFormat.OpenAIChat, ApiFormat.Gemini), bytes, out var clean, new Random(seed));
            clean.ShouldBeTrue();
            Translating.Read(ApiFormat.OpenAIChat, text).ShouldBe(scene, ApiFormat.OpenAIChat);
        }

        var context = Translating.Context(ApiFormat.Gemini, ApiFormat.AnthropicMessages, array: true);
        new StreamTranslator(context).ContentType.ShouldBe("application/json");
        GeminiClient.Stream(Translating.Stream(context, Upstreams.Stream(ApiFormat.AnthropicMessages, scene), out _)).ShouldBe(scene, ApiFormat.Gemini);
    }

    [Fact]
    public void A_tool_with_free_text_is_a_function_elsewhere_and_its_call_is_free_text_again()
    {
        const string Body = """
            {"model":"gpt-5-codex","stream":true,"input":[{"role":"user","content":"hi"},{"type":"custom_tool_call","call_id":"a","name":"apply_patch","input":"*** Begin \"Patch\""},
             {"type":"custom_tool_call_output","call_id":"a","output":"done"}],
             "tools":[{"type":"custom","name":"apply_patch","description":"Patch files.","format":{"type":"grammar","syntax":"lark","definition":"start: x"}}]}
            """;
        var (report, body) = Translating.Request(ApiFormat.OpenAIResponses, ApiFormat.AnthropicMessages, Body);
        body.ShouldContain("""{"input":"*** Begin \"Patch\""}""");
        body.ShouldContain("start: x");

        var scene = new Scene("patch") { Calls = [new("toolu_1", "apply_patch", "{\"inp", "ut\":\"*** Begin\\n\\\"x\\\"\"}")], Stop = SceneStop.Tools };
        var text = Translating.Stream(report.Answer!, Upstreams.Stream(ApiFormat.AnthropicMessages, scene), out _);
        var item = Sse.Read(text).Select(one => JsonElement.Parse(one.Data)).Last().Have("response").Have("output")[0];
        item.Text("type").ShouldBe("custom_tool_call");
        item.Text("input").ShouldBe("*** Begin\n\"x\"");
    }

    [Fact]
    public void A_delta_of_text_allocates_next_to_nothing()
    {
        foreach (var (upstream, client) in Translating.Answers)
        {
            var scene = new Scene("long") { Texts = [.. Enumerable.Range(0, 2_000).Select(i => $"word {i} ")] };
            var bytes = Upstreams.Stream(upstream, scene);
            var stream = new StreamTranslator(Translating.Context(client, upstream));
            var output = new ArrayBufferWriter<byte>(4 * 1024 * 1024);
            var quarter = bytes.Length / 4;
            stream.Write(bytes.AsSpan(0, quarter), output);

            var before = GC.GetAllocatedBytesForCurrentThread();
            stream.Write(bytes.AsSpan(quarter, 2 * quarter), output);
            var perDelta = (GC.GetAllocatedBytesForCurrentThread() - before) / 1_000;
            perDelta.ShouldBeLessThan(64, $"{upstream} to {client}");
        }
    }
}
