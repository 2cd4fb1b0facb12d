using System.Text;
using Assay.Translation.Tests.Checks;

namespace Assay.Translation.Tests;

/// <summary>What would change the meaning is refused, and what is malformed or too much, each with its place.</summary>
public sealed class RefusalTests
{
    private const string ChatTurn = """ "messages":[{"role":"user","content":"hi"}] """;

    [Theory]
    [InlineData(ApiFormat.OpenAIChat, "n", """{"n":2,"messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData(ApiFormat.OpenAIChat, "modalities", """{"modalities":["text","audio"],"messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData(ApiFormat.OpenAIChat, "audio", """{"audio":{"voice":"a","format":"wav"},"messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData(ApiFormat.OpenAIChat, "functions", """{"functions":[],"messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData(ApiFormat.OpenAIChat, "tools[0]", """{"tools":[{"type":"teleport"}],"messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData(ApiFormat.OpenAIChat, "messages[0].content[0].file", """{"messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"file-1"}}]}]}""")]
    [InlineData(ApiFormat.OpenAIChat, "messages[0].content[1]", """{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"hologram"}]}]}""")]
    [InlineData(ApiFormat.OpenAIResponses, "previous_response_id", """{"previous_response_id":"resp_1","input":"hi"}""")]
    [InlineData(ApiFormat.OpenAIResponses, "conversation", """{"conversation":"conv_1","input":"hi"}""")]
    [InlineData(ApiFormat.OpenAIResponses, "background", """{"background":true,"input":"hi"}""")]
    [InlineData(ApiFormat.OpenAIResponses, "prompt", """{"prompt":{"id":"pmpt_1"},"input":"hi"}""")]
    [InlineData(ApiFormat.OpenAIResponses, "input[0]", """{"input":[{"type":"item_reference","id":"rs_1"}]}""")]
    [InlineData(ApiFormat.OpenAIResponses, "tools[0]", """{"tools":[{"type":"code_interpreter","container":{"type":"auto"}}],"input":"hi"}""")]
    [InlineData(ApiFormat.AnthropicMessages, "tools[0]", """{"max_tokens":1,"tools":[{"type":"computer_20250124","name":"computer"}],"messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData(ApiFormat.AnthropicMessages, "mcp_servers", """{"max_tokens":1,"mcp_servers":[{"url":"https://x"}],"messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData(ApiFormat.AnthropicMessages, "messages[0].content[0].source", """{"max_tokens":1,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"file","file_id":"file_1"}}]}]}""")]
    [InlineData(ApiFormat.Gemini, "generationConfig.candidateCount", """{"generationConfig":{"candidateCount":2},"contents":[{"parts":[{"text":"hi"}]}]}""")]
    [InlineData(ApiFormat.Gemini, "generationConfig.responseModalities", """{"generationConfig":{"responseModalities":["AUDIO"]},"contents":[{"parts":[{"text":"hi"}]}]}""")]
    [InlineData(ApiFormat.Gemini, "cachedContent", """{"cachedContent":"cachedContents/1","contents":[{"parts":[{"text":"hi"}]}]}""")]
    [InlineData(ApiFormat.Gemini, "tools[0].codeExecution", """{"tools":[{"codeExecution":{}}],"contents":[{"parts":[{"text":"hi"}]}]}""")]
    [InlineData(ApiFormat.Gemini, "contents[0].parts[0].fileData", """{"contents":[{"parts":[{"fileData":{"fileUri":"gs://bucket/a.pdf"}}]}]}""")]
    public void What_no_other_format_can_say_is_refused_at_its_place(ApiFormat source, string path, string body)
    {
        foreach (var target in Translating.Formats.Where(format => format != source))
        {
            var refusal = Translating.Request(source, target, body).Report.Refusal.ShouldNotBeNull();
            refusal.Kind.ShouldBe(RefusalKind.Meaning);
            refusal.Path.ShouldBe(path);
            refusal.Message.ShouldNotBeEmpty();
        }
    }

    [Theory]
    [InlineData(ApiFormat.OpenAIChat, ApiFormat.AnthropicMessages, """{"response_format":{"type":"json_object"},"messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData(ApiFormat.OpenAIChat, ApiFormat.OpenAIResponses, """{"stop":["END"],"messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData(ApiFormat.AnthropicMessages, ApiFormat.OpenAIResponses, """{"max_tokens":1,"stop_sequences":["END"],"messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData(ApiFormat.Gemini, ApiFormat.OpenAIChat, """{"generationConfig":{"stopSequences":["a","b","c","d","e"]},"contents":[{"parts":[{"text":"hi"}]}]}""")]
    [InlineData(ApiFormat.Gemini, ApiFormat.AnthropicMessages, """{"contents":[{"parts":[{"inlineData":{"mimeType":"audio/wav","data":"UklGRg=="}}]}]}""")]
    [InlineData(ApiFormat.AnthropicMessages, ApiFormat.OpenAIChat, """{"max_tokens":1,"messages":[{"role":"user","content":[{"type":"document","source":{"type":"url","url":"https://x/a.pdf"}}]}]}""")]
    [InlineData(ApiFormat.OpenAIResponses, ApiFormat.OpenAIChat, """{"tools":[{"type":"web_search"}],"tool_choice":{"type":"web_search"},"input":"hi"}""")]
    public void What_this_target_cannot_say_is_refused_for_this_target(ApiFormat source, ApiFormat target, string body) =>
        Translating.Request(source, target, body).Report.Refusal.ShouldNotBeNull().Kind.ShouldBe(RefusalKind.Meaning);

    [Theory]
    [InlineData("", "")]
    [InlineData("{\"messages\":[", "messages[0]")]
    [InlineData("[]", "")]
    [InlineData("{\"messages\":7}", "messages")]
    [InlineData("{\"messages\":[]}", "messages")]
    [InlineData("{\"messages\":[7]}", "messages[0]")]
    [InlineData("{\"messages\":[{\"role\":\"king\",\"content\":\"a\"}]}", "messages[0]")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":7}]}]}", "messages[0].content[0].text")]
    [InlineData("{\"temperature\":\"warm\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}", "temperature")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"tool\",\"tool_call_id\":\"x\",\"content\":\"a\"}]}", "messages[1]")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"x\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},{\"role\":\"user\",\"content\":\"b\"}]}", "messages[1].tool_calls[0]")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png,xyz\"}}]}]}", "messages[0].content[0]")]
    [InlineData("{\"messages\":[{\"role\":\"\\ud800\",\"content\":\"a\"}]}", "messages[0].role")]
    public void What_is_malformed_is_refused_at_its_place(string body, string path)
    {
        foreach (var target in Translating.Formats.Where(format => format != ApiFormat.OpenAIChat))
        {
            var refusal = Translating.Request(ApiFormat.OpenAIChat, target, body).Report.Refusal.ShouldNotBeNull();
            refusal.Kind.ShouldBe(RefusalKind.Malformed);
            refusal.Path.ShouldBe(path);
        }
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        var report = Translator.Request(
            ApiFormat.OpenAIChat, ApiFormat.Gemini, (byte[])[(byte)'"', 0xFF, (byte)'"'], Translating.Options, new System.Buffers.ArrayBufferWriter<byte>());
        report.Refusal.ShouldNotBeNull().Message.ShouldContain("UTF-8");
    }

    [Fact]
    public void What_is_too_much_is_refused_at_its_place()
    {
        var options = Translating.Options with { Limits = new TranslationLimits { DepthMax = 16, MessagesMax = 3, PartsMax = 3, ToolsMax = 3 } };
        Too("messages", $$"""{"messages":[{{Many("""{"role":"user","content":"a"}""", 4)}}]}""");
        Too("messages[0].content", $$"""{"messages":[{"role":"user","content":[{{Many("""{"type":"text","text":"a"}""", 4)}}]}]}""");
        Too("tools", $$"""{"tools":[{{Many("""{"type":"function","function":{"name":"f"}}""", 4)}}],{{ChatTurn}}}""");
        Too("metadata" + string.Concat(Enumerable.Repeat(".a", 15)), $$"""{{{ChatTurn}},"metadata":{{Deep(20)}}}""");

        void Too(string path, string body)
        {
            var refusal = Translating.Request(ApiFormat.OpenAIChat, ApiFormat.AnthropicMessages, body, options).Report.Refusal.ShouldNotBeNull();
            refusal.Kind.ShouldBe(RefusalKind.TooLarge);
            refusal.Path.ShouldBe(path);
        }

        static string Many(string one, int count) => string.Join(',', Enumerable.Repeat(one, count));

        static string Deep(int levels) => string.Concat(Enumerable.Repeat("{\"a\":", levels)) + "1" + new string('}', levels);
    }

    [Theory]
    [InlineData(ApiFormat.OpenAIChat, ApiFormat.AnthropicMessages, "seed, logit_bias, future_field",
        """{"seed":1,"logit_bias":{"1":2},"future_field":{"x":1},"presence_penalty":0,"messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData(ApiFormat.AnthropicMessages, ApiFormat.OpenAIChat, "context_management, cache_control, top_k",
        """{"max_tokens":1,"context_management":{},"top_k":3,"messages":[{"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}},{"type":"text","text":"b","cache_control":{"type":"ephemeral"}}]}]}""")]
    [InlineData(ApiFormat.Gemini, ApiFormat.OpenAIResponses, "safetySettings, generationConfig.mediaResolution, top_k, seed",
        """{"safetySettings":[{}],"generationConfig":{"topK":1,"seed":2,"mediaResolution":"LOW"},"contents":[{"parts":[{"text":"hi"}]}]}""")]
    [InlineData(ApiFormat.OpenAIResponses, ApiFormat.OpenAIChat, "truncation, store, include.web_search_call.action.sources, tools.web_search",
        """{"truncation":"auto","store":true,"include":["web_search_call.action.sources"],"tools":[{"type":"web_search"}],"input":"hi"}""")]
    [InlineData(ApiFormat.OpenAIChat, ApiFormat.Gemini, "we?rd?name",
        """{"we rd\nname":1,"messages":[{"role":"user","content":"hi"}]}""")]
    public void What_cannot_be_carried_is_named_once(ApiFormat source, ApiFormat target, string names, string body)
    {
        var report = Translating.Request(source, target, body).Report;
        report.Refusal.ShouldBeNull();
        report.DroppedHeader.Split(", ").Order().ShouldBe(names.Split(", ").Order());
    }

    [Fact]
    public void A_thousand_unknown_fields_make_a_short_header_of_printable_ASCII()
    {
        var body = new StringBuilder("{" + ChatTurn);
        for (var i = 0; i < 1_000; i++)
        {
            body.Append($",\"unknown-{i}-\\u00e9\\r\\n\":1");
        }

        var header = Translating.Request(ApiFormat.OpenAIChat, ApiFormat.Gemini, body.Append('}').ToString()).Report.DroppedHeader;
        header.Length.ShouldBeInRange(100, 1_024);
        header.ShouldAllBe(c => c >= ' ' && c < 0x7F);
    }

    [Fact]
    public void Random_damage_is_refused_or_translated_and_never_anything_else()
    {
        var random = new Random(11);
        for (var round = 0; round < 400; round++)
        {
            var (source, target) = Translating.Directions.ElementAt(round % 12);
            var body = Encoding.UTF8.GetBytes(Scenes.Requests.Body(Scenes.Requests.Names[round % Scenes.Requests.Names.Length], source));
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                body[random.Next(body.Length)] = (byte)random.Next(32, 127);
            }

            var (report, translated) = Translating.Request(source, target, Encoding.UTF8.GetString(body));
            if (report.Refusal is null)
            {
                Transcript.Parse(translated);
            }
        }
    }
}
