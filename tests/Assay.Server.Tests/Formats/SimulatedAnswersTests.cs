using System.Net.Http.Headers;
using System.Text;
using Assay.Ledger.Usage;
using Assay.Server.Formats;
using Assay.Sim;
using Assay.Sim.Tally;

namespace Assay.Server.Tests.Formats;

/// <summary>Answers of the simulated providers, over real sockets: what is read is what the simulator billed.</summary>
public sealed class SimulatedAnswersTests
{
    private static readonly string[] s_scripts =
    [
        "",
        "input=123;tokens=17",
        "cache-read=800;cache-write-5m=90;reasoning=33",
        "cache-write-1h=70;tokens=3",
        "audio-input=40;audio-output=20",
        "searches=2;tool-prompt=55",
        "tier=flex",
        "usage=every",
        "usage=twice",
        "usage=lastChoice",
        "usage=zero",
        "unusual",
        "encoding=gzip",
        "encoding=br;usage=every;unusual",
    ];

    [Fact]
    public async Task What_is_read_is_what_was_billed()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var sim = await SimProviders.StartAsync(cancellationToken: ct);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var compared = 0;

        foreach (var script in s_scripts)
        {
            foreach (var (address, path, body) in Calls(sim))
            {
                if (script.StartsWith("audio", StringComparison.Ordinal)
                    && !path.Contains("chat", StringComparison.Ordinal) && !path.Contains("Content", StringComparison.Ordinal))
                {
                    // The other formats have no place to state audio.
                    continue;
                }

                PathTable.TryMatch("POST", path.Split('?')[0], out var match).ShouldBeTrue();
                RequestScanner.TryScan(match, Encoding.UTF8.GetBytes(body), out _).ShouldBe(ScanResult.Ok);
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, path));
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "k");
                request.Headers.Add("x-api-key", "k");
                request.Headers.Add("x-goog-api-key", "k");
                request.Headers.Add("anthropic-version", "2023-06-01");
                request.Headers.AcceptEncoding.ParseAdd("gzip, br");
                if (script.Length > 0)
                {
                    request.Headers.Add("x-sim", script);
                }

                using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
                var what = $"{path} {body} with '{script}'";
                ((int)response.StatusCode).ShouldBe(200, what);
                var reading = await ReadAsync(match, response, ct);
                await sim.Tally.QuietAsync(ct);

                var call = sim.Tally.Find(response.Headers.GetValues("x-sim-id").Single()).ShouldNotBeNull();
                if (call.Billing != SimBilling.Told)
                {
                    continue;
                }

                compared++;
                foreach (var usageClass in Enum.GetValues<UsageClass>().Where(one => one != UsageClass.Request))
                {
                    reading.Counts[usageClass].ShouldBe(call.Usage[Enum.Parse<SimClass>(usageClass.ToString())], $"{usageClass} of {what}");
                }

                reading.IsExact.ShouldBeTrue(what);
                reading.SawEnd.ShouldBeTrue(what);
                reading.ServiceTier.ShouldBe(call.ServiceTier, what);
            }
        }

        compared.ShouldBeGreaterThan(100);
    }

    private static IEnumerable<(Uri Address, string Path, string Body)> Calls(SimProviders sim)
    {
        const string messages = "\"messages\":[{\"role\":\"user\",\"content\":\"Say something about metal.\"}]";
        const string contents = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Say something about metal.\"}]}]}";
        foreach (var stream in new[] { "false", "true" })
        {
            yield return (sim.OpenAI, "/v1/chat/completions", $"{{\"model\":\"gpt-5\",{messages},\"stream\":{stream},\"stream_options\":{(stream == "true" ? "{\"include_usage\":true}" : "null")}}}");
            yield return (sim.OpenAI, "/v1/responses", $"{{\"model\":\"gpt-5\",\"input\":\"Say something about metal.\",\"stream\":{stream}}}");
            yield return (sim.Anthropic, "/v1/messages", $"{{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":500,{messages},\"stream\":{stream}}}");
        }

        yield return (sim.OpenAI, "/v1/embeddings", "{\"model\":\"text-embedding-3-small\",\"input\":\"Say something about metal.\"}");
        yield return (sim.Gemini, "/v1beta/models/gemini-2.5-pro:generateContent", contents);
        yield return (sim.Gemini, "/v1beta/models/gemini-2.5-pro:streamGenerateContent", contents);
        yield return (sim.Gemini, "/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse", contents);
    }

    private static async Task<UsageReading> ReadAsync(RouteMatch match, HttpResponseMessage response, CancellationToken ct)
    {
        var isEventStream = response.Content.Headers.ContentType?.MediaType == "text/event-stream";
        var tap = UsageTaps.Create(match, isEventStream, string.Join(", ", response.Content.Headers.ContentEncoding));
        await using var body = await response.Content.ReadAsStreamAsync(ct);
        var buffer = new byte[311];
        for (int count; (count = await body.ReadAsync(buffer, ct)) > 0;)
        {
            tap.Observe(buffer.AsSpan(0, count));
        }

        return tap.Complete();
    }
}
