using System.Net;
using System.Text;
using Assay.Ledger.Usage;

namespace Assay.EndToEnd.Tests.Gateway;

/// <summary>Byte-for-byte fidelity, both ways.</summary>
public sealed class PassThroughTests
{
    private const string Chat = """{ "messages":[{"role":"user","content":"Hi \u00e9"}] , "model":"gpt-5.5", "x_unknown": [1,{"a":null}] }""";
    private const string Message = """{"model":"claude-sonnet-5","max_tokens":50,"messages":[{"role":"user","content":"Hi"}],"x_unknown":1e3}""";
    private const string Generate = """{"contents":[{"parts":[{"text":"Hi"}]}],"generationConfig":{"maxOutputTokens":40},"xUnknown":true}""";

    // What belongs to one connection or origin is not passed on: see docs/wire/README.md.
    private static readonly string[] s_ofTheConnection = ["Transfer-Encoding", "Connection", "Set-Cookie"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string> Everything => new()
    {
        { "/v1/chat/completions", Chat, "unusual" },
        { "/v1/chat/completions", Chat, "status=429;retry-after=7" },
        { "/v1/chat/completions", Chat, "status=500" },
        { "/v1/chat/completions", Chat, "encoding=gzip" },
        { "/v1/chat/completions", Chat, "encoding=br" },
        { "/v1/chat/completions", Chat.Replace("\"x_unknown\"", "\"stream\":true,\"stream_options\":{\"include_usage\":true},\"x\""), "unusual" },
        { "/v1/chat/completions?beta=true&x=%20", Chat, "" },
        { "/v1/responses", """{"model":"gpt-5.5","input":"Hi","stream":true}""", "unusual" },
        { "/v1/responses", """{"model":"gpt-5.5","input":"Hi"}""", "" },
        { "/v1/completions", """{"model":"gpt-5.5","prompt":"Hi","max_tokens":9}""", "" },
        { "/v1/embeddings", """{"model":"text-embedding-3-small","input":["a","b"]}""", "" },
        { "/v1/messages?beta=true", Message, "unusual" },
        { "/v1/messages", Message.Replace("\"x_unknown\"", "\"stream\":true,\"x\""), "unusual" },
        { "/v1/messages", Message.Replace("\"x_unknown\"", "\"stream\":true,\"x\""), "encoding=gzip" },
        { "/v1/messages", Message, "status=529" },
        { "/v1/messages/count_tokens", Message, "" },
        { "/v1beta/models/gemini-2.5-pro:generateContent", Generate, "unusual" },
        { "/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse", Generate, "unusual" },
        { "/v1beta/models/gemini-2.5-pro:streamGenerateContent", Generate, "" },
        { "/v1beta/models/gemini-2.5-pro:countTokens", Generate, "" },
        { "/v1beta/models/gemini-embedding-001:embedContent", """{"content":{"parts":[{"text":"Hi"}]}}""", "" },
        { "/providers/openai/v1/chat/completions", Chat, "unusual" },
        { "/providers/anthropic/v1/messages", Message, "" },
    };

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task Both_sides_see_each_other_s_bytes(string path, string body, string instructions)
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var client = gateway.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json; x=\"y\"");
        request.Headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
        request.Headers.TryAddWithoutValidation("anthropic-beta", "a-2025-01-01,b-2026-02-02");
        request.Headers.TryAddWithoutValidation("x-stainless-lang", "csharp");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip, br");
        if (instructions.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("x-sim", instructions);
        }

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        var received = await answer.Content.ReadAsByteArrayAsync(Cancel);

        await gateway.Sim.Tally.QuietAsync(Cancel);
        var sim = gateway.Sim.Tally.Capture(answer.Headers.GetValues("x-sim-id").Single()).ShouldNotBeNull();
        Encoding.UTF8.GetString(sim.RequestBody.Span).ShouldBe(body);
        received.AsSpan().SequenceEqual(sim.ResponseBody.Span).ShouldBeTrue("the answer's bytes");
        ((int)answer.StatusCode).ShouldBe(sim.Status);
        sim.Target.ShouldBe(path.StartsWith("/providers/", StringComparison.Ordinal) ? path[path.IndexOf('/', 11)..] : path);
        Value(sim.RequestHeaders, "content-type").ShouldBe("application/json; x=\"y\"");
        Value(sim.RequestHeaders, "anthropic-beta").ShouldBe("a-2025-01-01,b-2026-02-02");
        Value(sim.RequestHeaders, "x-stainless-lang").ShouldBe("csharp");
        sim.RequestHeaders.ShouldNotContain(h => h.Value.Contains(gateway.Key));
        sim.RequestHeaders.ShouldContain(h => h.Value.Contains("-company"));
        sim.RequestHeaders.ShouldNotContain(h => h.Key.StartsWith("x-assay", StringComparison.OrdinalIgnoreCase));
        foreach (var (name, value) in sim.ResponseHeaders)
        {
            if (!s_ofTheConnection.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                AllHeaders(answer).ShouldContain(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)
                    && h.Value.Contains(value), $"{name}: {value}");
            }
        }

        var call = await gateway.OnlyRequestAsync();
        call.RequestId.ToString().ShouldBe(answer.Headers.GetValues("x-assay-request-id").Single());
        call.Status.ShouldBe(sim.Status);
        call.Outcome.ShouldBe(sim.Status >= 400 ? CallOutcome.ProviderError : CallOutcome.Completed);
        var truth = RunningGateway.TruthOf(gateway.Sim.Tally.Calls);
        call.Counts.ShouldBe(truth.Counts);
        call.Cost.ShouldBe(truth.Cost);
        call.Marks.HasFlag(UsageMarks.Estimated).ShouldBeFalse();
    }

    [Fact]
    public async Task Usage_that_only_the_gateway_asked_for_is_hidden_from_the_client()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var client = gateway.Client();
        var body = Chat.Replace("\"x_unknown\"", "\"stream\":true,\"x\"");

        using var answer = await client.PostAsync("/v1/chat/completions", new StringContent(body), Cancel);
        var received = await answer.Content.ReadAsStringAsync(Cancel);

        await gateway.Sim.Tally.QuietAsync(Cancel);
        var sim = gateway.Sim.Tally.Capture(answer.Headers.GetValues("x-sim-id").Single()).ShouldNotBeNull();
        Encoding.UTF8.GetString(sim.RequestBody.Span).ShouldContain("\"include_usage\":true");
        var sent = Encoding.UTF8.GetString(sim.ResponseBody.Span).Split("\n\n");
        var hidden = sent.Where(e => e.Contains("\"choices\":[]")).ToList();
        hidden.Count.ShouldBe(1);
        received.ShouldBe(string.Join("\n\n", sent.Where(e => !hidden.Contains(e))));
        received.ShouldEndWith("data: [DONE]\n\n");
        (await gateway.OnlyRequestAsync()).Counts.ShouldBe(RunningGateway.TruthOf(gateway.Sim.Tally.Calls).Counts);
    }

    [Fact]
    public async Task An_unknown_path_of_a_provider_is_passed_on_and_marked_unmetered()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var client = gateway.Client();

        using var answer = await client.PostAsync("/providers/openai/v1/moderations", new StringContent("{}"), Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        answer.Headers.Contains("x-sim-id").ShouldBeTrue();
        (await gateway.OnlyRequestAsync()).Outcome.ShouldBe(CallOutcome.ProviderError);
    }

    [Fact]
    public async Task An_answer_that_only_announces_its_body_is_complete()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var client = gateway.Client();
        using var request = new HttpRequestMessage(HttpMethod.Head, "/providers/openai/v1/models");

        using var answer = await client.SendAsync(request, Cancel);

        answer.Headers.Contains("x-assay-request-id").ShouldBeTrue();
        var call = await gateway.OnlyRequestAsync();
        call.Outcome.ShouldBe(call.Status >= 400 ? CallOutcome.ProviderError : CallOutcome.Completed);
        call.Marks.ShouldBe(UsageMarks.None);
    }

    [Fact]
    public async Task Events_arrive_as_they_are_sent()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var client = gateway.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages")
        {
            Content = new StringContent(Message.Replace("\"x_unknown\"", "\"stream\":true,\"x\"")),
        };
        request.Headers.TryAddWithoutValidation("x-sim", "fault=stall;at=2;events=6");

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        await using var stream = await answer.Content.ReadAsStreamAsync(Cancel);
        using var reader = new StreamReader(stream);
        var lines = new List<string?>();
        while (!lines.Exists(l => l?.Contains("\"content_block_delta\"") == true))
        {
            lines.Add(await reader.ReadLineAsync(Cancel));
        }

        // The provider is silent for good now, yet what it had sent is here.
        lines.ShouldContain(l => l != null && l.Contains("message_start"));
    }

    private static string Value(IEnumerable<KeyValuePair<string, string>> headers, string name) =>
        headers.Single(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    private static List<KeyValuePair<string, string>> AllHeaders(HttpResponseMessage answer) =>
        [.. answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated)
            .SelectMany(h => h.Value.Select(v => KeyValuePair.Create(h.Key, v)))];
}
