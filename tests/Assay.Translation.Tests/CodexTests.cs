using System.Text.Json;

namespace Assay.Translation.Tests;

/// <summary>What Codex says in Responses that no other client does, as version 0.169 sends it.</summary>
public sealed class CodexTests
{
    private const string Body = """
        {"model":"gpt-5.5","stream":true,"store":false,"include":["reasoning.encrypted_content"],"text":{"verbosity":"low"},
         "input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"Do it"}]},
          {"type":"tool_search_call","call_id":"s1","execution":"client","arguments":{"query":"issues"}},
          {"type":"tool_search_output","call_id":"s1","execution":"client","tools":[]},
          {"type":"function_call","call_id":"c1","namespace":"mcp__tracker","name":"find","arguments":"{\"id\":7}"},
          {"type":"function_call_output","call_id":"c1","output":"seven"}],
         "tools":[{"type":"function","name":"exec_command","parameters":{"type":"object","properties":{"cmd":{"type":"string"}}}},
          {"type":"namespace","name":"mcp__tracker","description":"d","tools":[{"type":"function","name":"find","parameters":{"type":"object"}}]},
          {"type":"tool_search","execution":"client","description":"d","parameters":{"type":"object"}}]}
        """;

    [Theory]
    [InlineData(ApiFormat.AnthropicMessages)]
    [InlineData(ApiFormat.OpenAIChat)]
    [InlineData(ApiFormat.Gemini)]
    public void Tools_in_a_namespace_are_called_by_one_name_and_given_back_by_two(ApiFormat target)
    {
        var (report, body) = Translating.Request(ApiFormat.OpenAIResponses, target, Body);

        report.Refusal.ShouldBeNull();
        report.Dropped.ShouldContain("tools.tool_search");
        report.Dropped.ShouldContain("input.tool_search_call");
        body.ShouldNotContain("\\u001f", Case.Insensitive);
        var name = NameOf(target, JsonElement.Parse(body));
        name.ShouldStartWith("mcp__tracker_find_");
        body.Split($"\"{name}\"").Length.ShouldBeGreaterThanOrEqualTo(3, "the definition and the call in the history are the same tool");

        var output = new System.Buffers.ArrayBufferWriter<byte>();
        Translator.Answer(report.Answer!, System.Text.Encoding.UTF8.GetBytes(AnswerCalling(target, name)), output).Refusal.ShouldBeNull();
        var call = JsonElement.Parse(output.WrittenMemory.Span).GetProperty("output").EnumerateArray()
            .Single(item => item.GetProperty("type").GetString() == "function_call");
        call.GetProperty("namespace").GetString().ShouldBe("mcp__tracker");
        call.GetProperty("name").GetString().ShouldBe("find");
    }

    private static string NameOf(ApiFormat target, JsonElement body) => target switch
    {
        ApiFormat.AnthropicMessages => body.GetProperty("tools")[1].GetProperty("name").GetString()!,
        ApiFormat.OpenAIChat => body.GetProperty("tools")[1].GetProperty("function").GetProperty("name").GetString()!,
        _ => body.GetProperty("tools")[0].GetProperty("functionDeclarations")[1].GetProperty("name").GetString()!,
    };

    private static string AnswerCalling(ApiFormat upstream, string name) => upstream switch
    {
        ApiFormat.AnthropicMessages =>
            $$$$"""{"id":"m","type":"message","role":"assistant","model":"x","content":[{"type":"tool_use","id":"t","name":"{{{{name}}}}","input":{}}],"stop_reason":"tool_use","usage":{"input_tokens":1,"output_tokens":1}}""",
        ApiFormat.OpenAIChat =>
            $$$$"""{"id":"m","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"t","type":"function","function":{"name":"{{{{name}}}}","arguments":"{}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""",
        _ =>
            $$$$"""{"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"name":"{{{{name}}}}","args":{}}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1,"totalTokenCount":2}}""",
    };
}
