using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Assay.Sim;
using Assay.Sim.Tally;

namespace Assay.EndToEnd.Tests.Sim;

/// <summary>Each fault does on the wire what its name says; read from a bare socket.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    private const string Chat = """{"model":"gpt-5.5","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Hi"}]}""";
    private const string Whole = """{"model":"gpt-5.5","messages":[{"role":"user","content":"Hi"}]}""";
    private const string Message = """{"model":"claude-sonnet-5","max_tokens":900,"stream":true,"messages":[{"role":"user","content":"Hi"}]}""";
    private const string Contents = """{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SimProviders _sim = null!;

    public async ValueTask InitializeAsync() =>
        _sim = await SimProviders.StartAsync(new SimOptions { CapturesKeptMax = 10 }, Cancel);

    public async ValueTask DisposeAsync() => await _sim.DisposeAsync();

    [Fact]
    public async Task A_stream_cut_in_mid_event_ends_inside_a_line_and_bills_what_was_generated()
    {
        var answer = await PostAsync(Chat, "fault=cut-mid-event;tokens=20;at=7");

        answer.Status.ShouldBe(200);
        answer.Complete.ShouldBeFalse();
        answer.Reset.ShouldBeFalse();
        answer.Text.ShouldNotEndWith("\n\n");
        answer.Text.Split("\n\n").Count(e => e.Contains("\"content\":", StringComparison.Ordinal)).ShouldBe(1 + 6);
        var call = await CallAsync();
        (call.Billing, call.End, call.Usage.Output).ShouldBe((SimBilling.Cut, SimEnd.Broken, 6));
    }

    [Fact]
    public async Task A_stream_cut_between_events_ends_after_an_event()
    {
        var answer = await PostAsync(Chat, "fault=cut;tokens=20;at=7");
        answer.Complete.ShouldBeFalse();
        answer.Text.ShouldEndWith("\n\n");
        (await CallAsync()).Usage.Output.ShouldBe(7);
    }

    [Theory]
    [InlineData(Chat)]
    [InlineData(Whole)]
    public async Task A_reset_is_a_reset_and_not_an_end(string body)
    {
        (await PostAsync(body, "fault=reset")).Reset.ShouldBeTrue();
        (await CallAsync()).Billing.ShouldBe(SimBilling.Cut);
    }

    [Fact]
    public async Task A_body_cut_short_is_shorter_than_it_said()
    {
        var answer = await PostAsync(Whole, "fault=cut-mid-event");
        answer.Complete.ShouldBeFalse();
        answer.Body.Length.ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task A_wrong_content_length_promises_more_than_comes()
    {
        var answer = await PostAsync(Whole, "fault=wrong-content-length");
        answer.Complete.ShouldBeFalse();
        JsonElement.Parse(answer.Text).GetProperty("usage").ValueKind.ShouldBe(JsonValueKind.Object);
        (await CallAsync()).Billing.ShouldBe(SimBilling.Cut);
    }

    [Fact]
    public async Task Malformed_json_is_complete_http()
    {
        var whole = await PostAsync(Whole, "fault=malformed-json");
        whole.Complete.ShouldBeTrue();
        Should.Throw<JsonException>(() => JsonElement.Parse(whole.Text));
        (await CallAsync()).Billing.ShouldBe(SimBilling.Untold);

        var stream = await PostAsync(Chat, "fault=malformed-json;tokens=10");
        stream.Complete.ShouldBeTrue();
        Events(stream.Text).Count(e => !IsJson(e)).ShouldBe(1);
        (await CallAsync()).Billing.ShouldBe(SimBilling.Told);
    }

    [Fact]
    public async Task Invalid_utf8_is_on_the_wire_and_the_usage_still_told()
    {
        var answer = await PostAsync(Chat, "fault=invalid-utf8;tokens=10");
        answer.Body.AsSpan().IndexOf([(byte)0xFF, (byte)0xC3, (byte)0x28]).ShouldBeGreaterThan(0);
        (await CallAsync()).Billing.ShouldBe(SimBilling.Told);
    }

    [Fact]
    public async Task An_error_in_mid_stream_is_told_in_each_formats_own_way()
    {
        (await PostAsync(Chat, "fault=error-mid-stream")).Text.ShouldContain("data: {\"error\":");
        (await PostAsync(_sim.Anthropic, "/v1/messages", Message, "fault=error-mid-stream")).Text
            .ShouldContain("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"");
        var array = await PostAsync(_sim.Gemini, Stream(sse: false), Contents, "fault=error-mid-stream;tokens=100");
        JsonElement.Parse(array.Text).EnumerateArray().Last().GetProperty("error").GetProperty("code").GetInt32().ShouldBe(503);
        (await PostAsync(_sim.Gemini, Stream(sse: true), Contents, "fault=error-mid-stream;tokens=100")).Text.ShouldContain("UNAVAILABLE");
    }

    [Fact]
    public async Task An_endless_stream_goes_on_until_the_client_leaves()
    {
        var answer = await PostAsync(Chat, "fault=endless", enough: all => all.Length > 500_000);
        answer.Complete.ShouldBeFalse();
        (await CallAsync()).End.ShouldBe(SimEnd.ClientGone);
    }

    [Theory]
    [InlineData("silent", "HTTP/1.1 200")]
    [InlineData("stall", "data: {")]
    public async Task Silence_lasts_until_the_client_leaves(string fault, string seen)
    {
        var answer = await PostAsync(Chat, $"fault={fault}", enough: all => Encoding.UTF8.GetString(all.Span).Contains(seen, StringComparison.Ordinal));
        answer.Complete.ShouldBeFalse();
        (await CallAsync()).End.ShouldBe(SimEnd.ClientGone);
    }

    [Fact]
    public async Task A_huge_body_has_the_bytes_that_were_asked_for_and_stays_json()
    {
        var answer = await PostAsync(Whole, "fault=huge-body;bytes=3000000");
        answer.Complete.ShouldBeTrue();
        JsonElement.Parse(answer.Text).GetProperty("x_padding").GetString()!.Length.ShouldBe(3_000_000);
        (await CallAsync()).Billing.ShouldBe(SimBilling.Told);
    }

    [Theory]
    [InlineData("usage=never", 0, SimBilling.Untold)]
    [InlineData("usage=null", 0, SimBilling.Untold)]
    [InlineData("usage=normal", 1, SimBilling.Told)]
    [InlineData("usage=zero", 1, SimBilling.Told)]
    [InlineData("usage=twice", 2, SimBilling.Told)]
    [InlineData("usage=last-choice", 1, SimBilling.Told)]
    [InlineData("usage=every", 12, SimBilling.Told)]
    public async Task Usage_is_told_as_often_as_was_asked(string usage, int times, SimBilling billing)
    {
        var answer = await PostAsync(Chat, usage + ";tokens=10");
        var told = Events(answer.Text).Where(IsJson).Select(e => JsonElement.Parse(e))
            .Where(e => e.TryGetProperty("usage", out var u) && u.ValueKind == JsonValueKind.Object).ToList();

        told.Count.ShouldBe(times);
        var call = await CallAsync();
        call.Billing.ShouldBe(billing);
        if (told.Count > 0)
        {
            told[^1].GetProperty("usage").GetProperty("completion_tokens").GetInt64().ShouldBe(call.Usage.AllOutput);
            told[^1].GetProperty("choices").GetArrayLength().ShouldBe(usage is "usage=last-choice" or "usage=every" ? 1 : 0);
        }
    }

    [Theory]
    [InlineData(429, "retry-after=7")]
    [InlineData(529, "")]
    [InlineData(503, "")]
    public async Task An_error_status_has_its_body_and_retry_after(int status, string more)
    {
        var answer = await PostAsync(_sim.Anthropic, "/v1/messages", Message, $"fault={status};{more}");
        answer.Status.ShouldBe(status);
        answer.Head.Contains("Retry-After: 7", StringComparison.OrdinalIgnoreCase).ShouldBe(status == 429);
        JsonElement.Parse(answer.Text).GetProperty("type").GetString().ShouldBe("error");
        (await CallAsync()).Usage.ShouldBe(default);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task A_compressed_answer_holds_the_same_events(string encoding)
    {
        var plain = await PostAsync(Chat, "tokens=12");
        var packed = await PostAsync(_sim.OpenAI, "/v1/chat/completions", Chat, $"tokens=12;encoding={encoding}", $"Accept-Encoding: {encoding}\r\n");

        packed.Head.ShouldContain($"Content-Encoding: {encoding}", Case.Insensitive);
        using var body = new MemoryStream(packed.Body);
        await using Stream decoder = encoding == "br" ? new BrotliStream(body, CompressionMode.Decompress) : new GZipStream(body, CompressionMode.Decompress);
        using var reader = new StreamReader(decoder);
        var text = await reader.ReadToEndAsync(Cancel);
        Contents_of(text).ShouldBe(Contents_of(plain.Text));
        text.ShouldEndWith("data: [DONE]\n\n");
    }

    [Fact]
    public async Task An_unknown_instruction_is_an_error_that_names_it()
    {
        var answer = await PostAsync(Chat, "flaut=cut");
        answer.Status.ShouldBe(400);
        answer.Text.ShouldContain("flaut=cut");
    }

    [Fact]
    public async Task What_was_read_and_written_is_captured_to_the_byte()
    {
        var answer = await PostAsync(Chat, "unusual");
        var capture = _sim.Tally.Capture((await CallAsync()).Id).ShouldNotBeNull();

        Encoding.UTF8.GetString(capture.RequestBody.Span).ShouldBe(Chat);
        capture.ResponseBody.ToArray().ShouldBe(answer.Body);
        answer.Text.ShouldContain(": keep-alive\n\nid: 7\nretry: 3000\n\n");
        answer.Head.ShouldContain($"x-request-id: {capture.Id}", Case.Insensitive);
    }

    private static string Stream(bool sse) => "/v1beta/models/gemini-3.5-flash:streamGenerateContent" + (sse ? "?alt=sse" : "");

    private static IEnumerable<string> Events(string text) => text.Split("\n\n")
        .Where(e => e.StartsWith("data: ", StringComparison.Ordinal) && e != "data: [DONE]").Select(e => e[6..]);

    private static string Contents_of(string text) => string.Concat(Events(text).Select(e => JsonElement.Parse(e))
        .SelectMany(e => e.GetProperty("choices").EnumerateArray())
        .Select(c => c.GetProperty("delta").TryGetProperty("content", out var content) ? content.GetString() : ""));

    private static bool IsJson(string text)
    {
        try
        {
            JsonElement.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private async Task<SimCall> CallAsync()
    {
        await _sim.Tally.QuietAsync(Cancel);
        return _sim.Tally.Calls[^1];
    }

    private Task<RawAnswer> PostAsync(string body, string instructions, Func<ReadOnlyMemory<byte>, bool>? enough = null) =>
        RawHttp.PostAsync(new Uri(_sim.OpenAI, "/v1/chat/completions"), body, $"x-sim: {instructions}\r\n", Cancel, enough);

    private static Task<RawAnswer> PostAsync(Uri address, string path, string body, string instructions, string headers = "") =>
        RawHttp.PostAsync(new Uri(address, path), body, $"x-sim: {instructions}\r\nConnection: keep-alive\r\n{headers}", Cancel);
}
