using System.Buffers;
using System.Text;
using System.Text.Json;
using Assay.Translation.Tests.Checks;
using Assay.Translation.Tests.Scenes;

namespace Assay.Translation.Tests;

/// <summary>Errors keep their kind, their words, and whether it makes sense to try again.</summary>
public sealed class ErrorTests
{
    public static TheoryData<ApiFormat, ApiFormat, int> Cases()
    {
        var cases = new TheoryData<ApiFormat, ApiFormat, int>();
        foreach (var (upstream, client) in Translating.Answers)
        {
            foreach (var status in new[] { 400, 401, 429, 529 })
            {
                cases.Add(upstream, client, status);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_error_is_told_in_the_clients_words(ApiFormat upstream, ApiFormat client, int status)
    {
        var (told, body) = Error(Translating.Context(client, upstream), status, Upstreams.Error(upstream, status));

        told.ShouldRetry.ShouldBe(status is 429 or 529);
        told.Status.ShouldBe(status == 529 && client != ApiFormat.AnthropicMessages ? 503 : status);
        var error = body.Have("error");
        error.Text("message").ShouldBe("It failed \"so\".");
        switch (client)
        {
            case ApiFormat.AnthropicMessages:
                body.OnlyHave("type", "error");
                error.Text("type").ShouldBe(status switch
                {
                    400 => "invalid_request_error",
                    401 => "authentication_error",
                    429 => "rate_limit_error",
                    _ => "overloaded_error",
                });
                break;
            case ApiFormat.Gemini:
                error.OnlyHave("code", "message", "status");
                error.Text("status").ShouldBe(status switch
                {
                    400 => "INVALID_ARGUMENT",
                    401 => "UNAUTHENTICATED",
                    429 => "RESOURCE_EXHAUSTED",
                    _ => "UNAVAILABLE",
                });
                break;
            default:
                error.OnlyHave("message", "type", "param", "code");
                error.Have("code").GetString().ShouldBe(status switch
                {
                    400 => null,
                    401 => "invalid_api_key",
                    429 => "rate_limit_exceeded",
                    _ => "server_is_overloaded",
                });
                break;
        }
    }

    public static TheoryData<ApiFormat, ApiFormat> Directions()
    {
        var cases = new TheoryData<ApiFormat, ApiFormat>();
        foreach (var (upstream, client) in Translating.Answers)
        {
            cases.Add(upstream, client);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public void An_error_in_mid_stream_ends_the_clients_stream_with_its_own_error(ApiFormat upstream, ApiFormat client)
    {
        var whole = Encoding.UTF8.GetString(Upstreams.Stream(upstream, Scene.All.Single(scene => scene.Name == "parallel calls")));
        var events = whole.Replace("\r\n", "\n").Split("\n\n");
        events.Length.ShouldBeGreaterThan(4);
        for (var keep = 0; keep < events.Length - 2; keep += 2)
        {
            var stream = string.Concat(events.Take(keep).Select(one => one + "\n\n")) + Upstreams.ErrorEvent(upstream);
            var text = Translating.Stream(Translating.Context(client, upstream), Encoding.UTF8.GetBytes(stream), out var clean);
            clean.ShouldBeFalse();
            Translating.Read(client, text).Error.ShouldBe("Overloaded");
        }
    }

    [Theory]
    [InlineData(ApiFormat.OpenAIChat, """{"error":{"message":"This model's maximum context length is 8192 tokens.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}""")]
    [InlineData(ApiFormat.AnthropicMessages, """{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 208310 tokens > 200000 maximum"}}""")]
    [InlineData(ApiFormat.Gemini, """{"error":{"code":400,"message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}}""")]
    public void That_a_prompt_is_too_long_is_said_in_the_words_that_make_agents_compact_it(ApiFormat upstream, string body)
    {
        foreach (var client in Translating.Formats.Where(format => format != upstream))
        {
            var (told, error) = Error(Translating.Context(client, upstream), 400, Encoding.UTF8.GetBytes(body));
            told.ShouldBe(new ErrorTranslation(400, ShouldRetry: false));
            if (client == ApiFormat.AnthropicMessages)
            {
                error.Have("error").Text("message").ShouldStartWith("prompt is too long");
            }
            else if (client != ApiFormat.Gemini)
            {
                error.Have("error").Text("code").ShouldBe("context_length_exceeded");
            }
        }
    }

    [Fact]
    public void Spent_money_is_not_worth_a_retry_and_is_told_so()
    {
        var body = """{"error":{"message":"You exceeded your current quota.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"""u8.ToArray();
        var (told, error) = Error(Translating.Context(ApiFormat.AnthropicMessages, ApiFormat.OpenAIChat), 429, body);
        told.ShouldBe(new ErrorTranslation(402, ShouldRetry: false));
        error.Have("error").Text("type").ShouldBe("billing_error");
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html><body>502 Bad Gateway</body></html>")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"error\":7}")]
    public void A_body_that_says_nothing_still_becomes_an_error(string body)
    {
        foreach (var (upstream, client) in Translating.Answers)
        {
            var (told, error) = Error(Translating.Context(client, upstream), 502, Encoding.UTF8.GetBytes(body));
            told.ShouldBe(new ErrorTranslation(502, ShouldRetry: true));
            error.Have("error").Text("message").ShouldStartWith("The provider answered with");
        }
    }

    [Theory]
    [InlineData("""{"error":"model not loaded"}""", "model not loaded")]
    [InlineData("""{"detail":"Not Found"}""", "Not Found")]
    [InlineData("""{"object":"error","message":"too many","code":400}""", "too many")]
    [InlineData("""[{"error":{"code":429,"message":"slow down","status":"RESOURCE_EXHAUSTED"}}]""", "slow down")]
    public void Errors_of_imitating_servers_are_understood(string body, string message)
    {
        var (_, error) = Error(Translating.Context(ApiFormat.AnthropicMessages, ApiFormat.OpenAIChat), 400, Encoding.UTF8.GetBytes(body));
        error.Have("error").Text("message").ShouldBe(message);
    }

    [Fact]
    public void An_answer_with_a_status_of_success_that_is_an_error_is_refused()
    {
        foreach (var (upstream, client) in Translating.Answers)
        {
            var report = Translator.Answer(Translating.Context(client, upstream), Upstreams.Error(upstream, 429), new ArrayBufferWriter<byte>());
            report.Refusal.ShouldNotBeNull().Message.ShouldContain("It failed");
        }
    }

    private static (ErrorTranslation Told, JsonElement Body) Error(AnswerContext context, int status, byte[] body)
    {
        var output = new ArrayBufferWriter<byte>();
        var told = Translator.Error(context, status, body, output);
        return (told, JsonElement.Parse(output.WrittenSpan));
    }
}
