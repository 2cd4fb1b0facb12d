using System.Text;
using Assay.Sim.Tally;

namespace Assay.EndToEnd.Tests.Sim;

/// <summary>One call of a mixed load: what was sent and what came back.</summary>
/// <param name="SimId">The simulator's id of the call, from <c>x-sim-id</c>; empty if no headers came.</param>
/// <param name="Broken">Whether the connection broke before the answer was whole.</param>
internal sealed record LoadResult(
    int Index, SimFormat Format, string Path, bool Streamed, int Status, string SimId, byte[] Body, bool Broken);

/// <summary>What <see cref="MixedLoad"/> sends.</summary>
internal sealed record MixedLoadOptions
{
    public int Calls { get; init; } = 100;

    public int Concurrency { get; init; } = 16;

    public int Seed { get; init; } = 1;

    /// <summary>Models by format: those with a price, so that a ledger can be compared in money too.</summary>
    public IReadOnlyList<string> OpenAIModels { get; init; } = ["gpt-5.5", "gpt-5.4-mini", "gpt-5.6-terra"];

    public IReadOnlyList<string> AnthropicModels { get; init; } = ["claude-sonnet-5", "claude-haiku-4-5"];

    public IReadOnlyList<string> GeminiModels { get; init; } = ["gemini-3.5-flash", "gemini-2.5-pro"];

    /// <summary>What to write in <c>x-sim</c>, by the call's index; null for nothing.</summary>
    public Func<int, string?> Instructions { get; init; } = static _ => null;

    /// <summary>Whether to keep the bodies of answers.</summary>
    public bool KeepBodies { get; init; }
}

/// <summary>
/// Sends many different calls at once: every format and operation, streamed and not, with tools, thinking, caching and
/// without, drawn from a seed. The addresses may be the simulator's or a gateway's before it.
/// </summary>
internal sealed class MixedLoad(Uri openAI, Uri anthropic, Uri gemini, string key, MixedLoadOptions options) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly Random _seeds = new(options.Seed);

    public async Task<IReadOnlyList<LoadResult>> RunAsync(CancellationToken cancellationToken)
    {
        var seeds = Enumerable.Range(0, options.Calls).Select(_ => _seeds.Next()).ToArray();
        var results = new LoadResult[options.Calls];
        await Parallel.ForAsync(
            0,
            options.Calls,
            new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency, CancellationToken = cancellationToken },
            async (index, cancel) => results[index] = await SendAsync(index, new Random(seeds[index]), cancel));
        return results;
    }

    public void Dispose() => _http.Dispose();

    private async Task<LoadResult> SendAsync(int index, Random random, CancellationToken cancellationToken)
    {
        var (format, path, body, streamed) = random.Next(10) switch
        {
            0 or 1 or 2 => Chat(random),
            3 => Responses(random),
            4 => (SimFormat.OpenAI, "/v1/completions", $$"""{"model":"{{Of(random, options.OpenAIModels)}}","prompt":"{{Text(random, 200)}}","max_tokens":90}""", false),
            5 => (SimFormat.OpenAI, "/v1/embeddings", $$"""{"model":"text-embedding-3-small","input":["{{Text(random, 300)}}"],"dimensions":8}""", false),
            6 or 7 => Messages(random),
            _ => Contents(random),
        };
        var address = format switch { SimFormat.Anthropic => anthropic, SimFormat.Gemini => gemini, _ => openAI };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, path));
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation(
            format switch { SimFormat.Anthropic => "x-api-key", SimFormat.Gemini => "x-goog-api-key", _ => "Authorization" },
            format == SimFormat.OpenAI ? "Bearer " + key : key);
        if (format == SimFormat.Anthropic)
        {
            request.Headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
        }

        if (options.Instructions(index) is { } instructions)
        {
            request.Headers.TryAddWithoutValidation("x-sim", instructions);
        }

        return await ReadAsync(new LoadResult(index, format, path, streamed, 0, "", [], false), request, cancellationToken);
    }

    private async Task<LoadResult> ReadAsync(LoadResult result, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            result = result with
            {
                Status = (int)response.StatusCode,
                SimId = response.Headers.TryGetValues("x-sim-id", out var ids) ? ids.First() : "",
            };
            await response.Content.CopyToAsync(body, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            result = result with { Broken = true };
        }

        return options.KeepBodies ? result with { Body = body.ToArray() } : result;
    }

    private (SimFormat Format, string Path, string Body, bool Streamed) Chat(Random random)
    {
        var streamed = random.Next(2) == 0;
        var more = (random.Next(6), streamed) switch
        {
            (0, _) => ",\"n\":2",
            (1, _) => ",\"service_tier\":\"priority\"",
            (2, _) => ""","tools":[{"type":"function","function":{"name":"find","parameters":{"type":"object","properties":{"q":{"type":"string"}}}}}]""",
            (3, _) => ",\"max_completion_tokens\":40",
            (4, true) => ""","stream_options":{"include_usage":true}""",
            _ => "",
        };
        return (SimFormat.OpenAI, "/v1/chat/completions", $$"""{"model":"{{Of(random, options.OpenAIModels)}}","stream":{{Flag(streamed)}}{{more}},"messages":[{"role":"system","content":"{{Text(random, random.Next(3) == 0 ? 9_000 : 100)}}"},{"role":"user","content":"{{Text(random, 150)}}"}]}""", streamed);
    }

    private (SimFormat Format, string Path, string Body, bool Streamed) Responses(Random random)
    {
        var streamed = random.Next(2) == 0;
        var tools = random.Next(3) == 0 ? ""","tools":[{"type":"web_search"}]""" : "";
        return (SimFormat.OpenAI, "/v1/responses", $$"""{"model":"{{Of(random, options.OpenAIModels)}}","stream":{{Flag(streamed)}}{{tools}},"input":"{{Text(random, 400)}}"}""", streamed);
    }

    private (SimFormat Format, string Path, string Body, bool Streamed) Messages(Random random)
    {
        var streamed = random.Next(2) == 0;
        var more = random.Next(4) switch
        {
            0 => ""","thinking":{"type":"enabled","budget_tokens":1024}""",
            1 => ""","tools":[{"type":"web_search_20250305","name":"web_search"}]""",
            2 => ""","tools":[{"name":"find","input_schema":{"type":"object","properties":{"q":{"type":"string"}}}}]""",
            _ => "",
        };
        var cache = random.Next(2) == 0 ? "{\"type\":\"ephemeral\"}" : "{\"type\":\"ephemeral\",\"ttl\":\"1h\"}";
        return (SimFormat.Anthropic, "/v1/messages", $$"""{"model":"{{Of(random, options.AnthropicModels)}}","max_tokens":2000,"stream":{{Flag(streamed)}}{{more}},"system":[{"type":"text","text":"{{Text(random, 6_000)}}","cache_control":{{cache}}}],"messages":[{"role":"user","content":"{{Text(random, 150)}}"}]}""", streamed);
    }

    private (SimFormat Format, string Path, string Body, bool Streamed) Contents(Random random)
    {
        var verb = random.Next(3) switch { 0 => ":generateContent", 1 => ":streamGenerateContent?alt=sse", _ => ":streamGenerateContent" };
        return (SimFormat.Gemini, $"/v1beta/models/{Of(random, options.GeminiModels)}{verb}", $$"""{"contents":[{"role":"user","parts":[{"text":"{{Text(random, random.Next(3) == 0 ? 9_000 : 200)}}"}]}]}""", verb[1] == 's');
    }

    // Few different texts, so that prompts come again and the caches have something to hold.
    private static string Text(Random random, int characters)
    {
        var number = random.Next(12);
        var text = new StringBuilder(characters + 40);
        while (text.Length < characters)
        {
            text.Append("Text ").Append(number).Append(" goes on, größer und größer. ");
        }

        return text.ToString();
    }

    private static string Flag(bool value) => value ? "true" : "false";

    private static string Of(Random random, IReadOnlyList<string> choices) => choices[random.Next(choices.Count)];
}
