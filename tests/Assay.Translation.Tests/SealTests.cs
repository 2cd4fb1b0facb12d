using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Translation.Tests.Checks;
using Assay.Translation.Tests.Scenes;

namespace Assay.Translation.Tests;

/// <summary>
/// What only one provider can read travels through a client of another format and comes back to its provider, and to
/// nobody else.
/// </summary>
public sealed class SealTests
{
    private static readonly Scene s_scene = Scene.All.Single(scene => scene.Name == "thinking and a call");

    public static TheoryData<ApiFormat, ApiFormat, bool> Journeys()
    {
        var cases = new TheoryData<ApiFormat, ApiFormat, bool>();
        foreach (var (upstream, client) in Translating.Answers.Where(direction => direction.From != ApiFormat.OpenAIChat))
        {
            cases.Add(upstream, client, true);
            cases.Add(upstream, client, false);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Journeys))]
    public void A_seal_comes_back_to_its_provider_as_it_was(ApiFormat upstream, ApiFormat client, bool streamed)
    {
        var next = NextRequest(client, Answered(upstream, client, streamed));
        var (report, body) = Translating.Request(client, upstream, next, Translating.Options with { TargetModel = "gemini-3-pro" });

        report.Refusal.ShouldBeNull();
        body.ShouldContain(Path(upstream, s_scene.Seal));
        body.ShouldNotContain("assay1");
    }

    [Theory]
    [MemberData(nameof(Journeys))]
    public void A_seal_is_kept_from_every_other_provider_and_that_is_told(ApiFormat upstream, ApiFormat client, bool streamed)
    {
        var next = NextRequest(client, Answered(upstream, client, streamed));
        foreach (var other in Translating.Formats.Where(format => format != upstream && format != client))
        {
            var (report, body) = Translating.Request(client, other, next);
            report.Refusal.ShouldBeNull();
            body.ShouldNotContain(s_scene.Seal);
            body.ShouldNotContain("assay1");
            report.Dropped.ShouldContain("reasoning");
        }
    }

    [Fact]
    public void Thoughts_that_are_encrypted_as_a_whole_come_back_too()
    {
        var answer = Upstreams.Json(Encoding.UTF8.GetString(Upstreams.Whole(ApiFormat.AnthropicMessages, s_scene)));
        answer["content"]![0] = new JsonObject { ["type"] = "redacted_thinking", ["data"] = "RW5jcnlwdGVk/w==" };
        foreach (var client in Translating.Formats.Where(format => format != ApiFormat.AnthropicMessages))
        {
            var output = new ArrayBufferWriter<byte>();
            Translator.Answer(Translating.Context(client, ApiFormat.AnthropicMessages), Encoding.UTF8.GetBytes(answer.ToJsonString()), output).Refusal.ShouldBeNull();
            var (_, body) = Translating.Request(client, ApiFormat.AnthropicMessages, NextRequest(client, JsonElement.Parse(output.WrittenSpan)));
            body.ShouldContain("""{"type":"redacted_thinking","data":"RW5jcnlwdGVk/w=="}""");
        }
    }

    [Fact]
    public void A_call_of_another_model_gets_the_signature_that_Gemini_3_takes_for_it()
    {
        var body = Requests.Body("parallel tools", ApiFormat.AnthropicMessages);
        var (_, third) = Translating.Request(ApiFormat.AnthropicMessages, ApiFormat.Gemini, body, Translating.Options with { TargetModel = "gemini-3-pro" });
        var (_, second) = Translating.Request(ApiFormat.AnthropicMessages, ApiFormat.Gemini, body, Translating.Options with { TargetModel = "gemini-2.5-pro" });

        third.Split("skip_thought_signature_validator").Length.ShouldBe(2, "the first of parallel calls carries it");
        second.ShouldNotContain("thoughtSignature");
    }

    /// <summary>How the provider wants the seal back, with the thought that it belongs to.</summary>
    private static string Path(ApiFormat upstream, string seal) => upstream switch
    {
        ApiFormat.AnthropicMessages => $$"""{"type":"thinking","thinking":"A tool is needed.","signature":"{{seal}}"}""",
        ApiFormat.BedrockConverse => $$$"""{"reasoningText":{"text":"A tool is needed.","signature":"{{{seal}}}"}}""",
        ApiFormat.OpenAIResponses => $"\"encrypted_content\":\"{seal}\"",
        _ => $"\"thoughtSignature\":\"{seal}\"",
    };

    private static JsonElement Answered(ApiFormat upstream, ApiFormat client, bool streamed)
    {
        var context = Translating.Context(client, upstream);
        if (!streamed)
        {
            var output = new ArrayBufferWriter<byte>();
            Translator.Answer(context, Upstreams.Whole(upstream, s_scene), output).Refusal.ShouldBeNull();
            return JsonElement.Parse(output.WrittenSpan);
        }

        // What a client makes of a stream: the blocks, message, items or parts that it sends back.
        var stream = Translating.Stream(context, Upstreams.Stream(upstream, s_scene), out _);
        return JsonSerializer.SerializeToElement(Gathered.Of(client, Sse.Read(stream)));
    }

    /// <summary>The next turn of the client: the model's own words as they were, and the result.</summary>
    private static string NextRequest(ApiFormat client, JsonElement answer)
    {
        switch (client)
        {
            case ApiFormat.AnthropicMessages:
                var id = answer.Have("content").EnumerateArray().Last().Text("id");
                return $$$"""
                    {"model":"m","max_tokens":9,"messages":[{"role":"user","content":"?"},{"role":"assistant","content":{{{answer.Have("content").GetRawText()}}} },
                    {"role":"user","content":[{"type":"tool_result","tool_use_id":"{{{id}}}","content":"18"}]}]}
                    """;
            case ApiFormat.OpenAIChat:
                var message = answer.Have("choices")[0].Have("message");
                return $$$"""
                    {"model":"m","messages":[{"role":"user","content":"?"},{{{message.GetRawText()}}},
                    {"role":"tool","tool_call_id":"{{{message.Have("tool_calls")[0].Text("id")}}}","content":"18"}]}
                    """;
            case ApiFormat.OpenAIResponses:
                var items = answer.Have("output").GetRawText();
                return $$$"""
                    {"model":"m","input":[{"role":"user","content":"?"},{{{items[1..^1]}}},
                    {"type":"function_call_output","call_id":"{{{answer.Have("output").EnumerateArray().Last().Text("call_id")}}}","output":"18"}]}
                    """;
            default:
                var content = answer.Have("candidates")[0].Have("content").GetRawText();
                return $$$$$$"""
                    {"contents":[{"role":"user","parts":[{"text":"?"}]},{{{{{{content}}}}}},
                    {"role":"user","parts":[{"functionResponse":{"name":"get_weather","response":{"output":"18"}}}]}]}
                    """;
        }
    }
}
