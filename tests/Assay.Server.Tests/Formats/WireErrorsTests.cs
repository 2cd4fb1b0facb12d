using System.Text;
using System.Text.Json;
using Assay.Server.Formats;

namespace Assay.Server.Tests.Formats;

public sealed class WireErrorsTests
{
    [Fact]
    public void An_error_has_the_shape_of_each_provider()
    {
        Text(WireErrors.Body(WireFormat.OpenAI, Refusal.UnknownModel, "No such \"model\"."))
            .ShouldBe("""{"error":{"message":"No such \"model\".","type":"invalid_request_error","param":null,"code":"model_not_found"}}""");
        Text(WireErrors.Body(WireFormat.Anthropic, Refusal.RateLimited, "Slow down.", "req_1"))
            .ShouldBe("""{"type":"error","error":{"type":"rate_limit_error","message":"Slow down."},"request_id":"req_1"}""");
        Text(WireErrors.Body(WireFormat.Gemini, Refusal.BudgetExceeded, "Spent."))
            .ShouldBe("""{"error":{"code":429,"message":"Spent.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"BUDGET_EXCEEDED","domain":"assay"}]}}""");
        Text(WireErrors.Body(WireFormat.None, Refusal.UnmeteredRefused, "No.", "r"))
            .ShouldBe("""{"type":"about:blank","title":"unmetered refused","status":403,"detail":"No.","reason":"unmetered_refused","requestId":"r"}""");
        WireErrors.ContentType(WireFormat.None).ShouldBe("application/problem+json");
    }

    [Fact]
    public void Google_wraps_the_error_of_a_stream_that_is_no_event_stream()
    {
        WireErrors.IsArray(Streams.Stream, wantsEvents: false).ShouldBeTrue();
        WireErrors.IsArray(Streams.Stream, wantsEvents: true).ShouldBeFalse();
        WireErrors.IsArray(Streams.Generate, wantsEvents: false).ShouldBeFalse();

        using var json = JsonDocument.Parse(WireErrors.Body(WireFormat.Gemini, Refusal.BadKey, "No.", asArray: true));
        json.RootElement[0].GetProperty("error").GetProperty("code").GetInt32().ShouldBe(401);
    }

    [Fact]
    public void Every_refusal_has_a_status_a_reason_of_its_own_and_parses_in_every_format()
    {
        var reasons = new HashSet<string>();
        foreach (var refusal in Enum.GetValues<Refusal>())
        {
            var shape = refusal.Shape();
            shape.Status.ShouldBeInRange(400, 599);
            reasons.Add(shape.Reason).ShouldBeTrue($"{refusal} shares its reason");
            foreach (var format in Enum.GetValues<WireFormat>())
            {
                using var json = JsonDocument.Parse(WireErrors.Body(format, refusal, "Told.", "r"));
                json.RootElement.GetRawText().ShouldContain("Told.");
            }
        }
    }

    [Theory]
    [InlineData(nameof(Refusal.BadKey), 401, "authentication_error")]
    [InlineData(nameof(Refusal.ModelNotAllowed), 403, "permission_error")]
    [InlineData(nameof(Refusal.UnknownModel), 404, "not_found_error")]
    [InlineData(nameof(Refusal.BodyTooLarge), 413, "request_too_large")]
    [InlineData(nameof(Refusal.BodyMalformed), 400, "invalid_request_error")]
    [InlineData(nameof(Refusal.TooManyStreams), 429, "rate_limit_error")]
    [InlineData(nameof(Refusal.ProviderUnreachable), 502, "api_error")]
    [InlineData(nameof(Refusal.ProviderTimeout), 504, "timeout_error")]
    [InlineData(nameof(Refusal.ShuttingDown), 503, "overloaded_error")]
    public void Statuses_and_types_are_those_that_anthropics_library_maps_to_its_exceptions(
        string name, int status, string type)
    {
        var refusal = Enum.Parse<Refusal>(name);
        refusal.Shape().Status.ShouldBe(status);
        refusal.Shape().AnthropicType.ShouldBe(type);
    }

    [Fact]
    public void An_error_inside_a_stream_is_one_whole_event()
    {
        Text(WireErrors.Event(WireFormat.Anthropic, Refusal.ProviderBroke, "Broke.")).ShouldBe(
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"Broke.\"}}\n\n");
        Text(WireErrors.Event(WireFormat.OpenAI, Refusal.ProviderBroke, "Broke.")).ShouldStartWith("data: {\"error\":");
    }

    private static string Text(byte[] body) => Encoding.UTF8.GetString(body);
}
