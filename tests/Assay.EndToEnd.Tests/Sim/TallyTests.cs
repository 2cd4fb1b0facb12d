using System.Text;
using System.Text.Json;
using Assay.Sim;
using Assay.Sim.Tally;

namespace Assay.EndToEnd.Tests.Sim;

/// <summary>The tally says what the answers said, call by call, and the same seed says it again.</summary>
public sealed class TallyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_call_of_a_mixed_load_is_tallied_as_its_answer_told_it()
    {
        await using var sim = await SimProviders.StartAsync(cancellationToken: Cancel);
        var results = await RunAsync(sim, seed: 7, calls: 600);

        results.ShouldAllBe(r => r.Status == 200 && !r.Broken);
        results.Select(r => r.SimId).ShouldBeUnique();
        foreach (var result in results)
        {
            var call = sim.Tally.Find(result.SimId).ShouldNotBeNull();
            call.ResponseBytes.ShouldBe(result.Body.Length);
            var told = Told(result);
            if (call.Billing == SimBilling.Told)
            {
                told.ShouldBe((call.Usage.AllInput, call.Usage.AllOutput), $"{result.Path} {call.Id}");
            }
            else
            {
                call.Billing.ShouldBe(SimBilling.Untold);
                told.ShouldBeNull("only a chat stream that did not ask is not told");
            }
        }

        var total = sim.Tally.Total;
        sim.Tally.Totals.Values.Aggregate(default(SimUsage), (sum, t) => sum + t.Billed).ShouldBe(total.Billed);
        sim.Tally.Calls.Aggregate(default(SimUsage), (sum, c) => sum + c.Usage).ShouldBe(total.Billed);
        total.Billed.Request.ShouldBe(600);
        total.Told.CacheRead.ShouldBeGreaterThan(0);
        total.Told.WebSearch.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_bytes_and_another_gives_others()
    {
        var first = await BodiesAsync(seed: 3);
        var again = await BodiesAsync(seed: 3);
        var other = await BodiesAsync(seed: 4);

        again.ShouldBe(first);
        other.ShouldNotBe(first);
    }

    [Fact]
    public async Task Totals_stay_exact_when_single_calls_are_forgotten()
    {
        await using var sim = await SimProviders.StartAsync(new SimOptions { CallsKeptMax = 10 }, Cancel);
        await RunAsync(sim, seed: 1, calls: 50);
        sim.Tally.Calls.Count.ShouldBe(10);
        sim.Tally.Total.Calls.ShouldBe(50);
    }

    private static async Task<List<string>> BodiesAsync(int seed)
    {
        await using var sim = await SimProviders.StartAsync(new SimOptions { Seed = seed, Time = new StoppedTime() }, Cancel);
        var results = await RunAsync(sim, seed: 5, calls: 60, concurrency: 1);
        return [.. results.Select(r => Encoding.UTF8.GetString(r.Body))];
    }

    private static async Task<IReadOnlyList<LoadResult>> RunAsync(SimProviders sim, int seed, int calls, int concurrency = 16)
    {
        using var load = new MixedLoad(
            sim.OpenAI, sim.Anthropic, sim.Gemini, "key", new MixedLoadOptions { Calls = calls, Seed = seed, Concurrency = concurrency, KeepBodies = true });
        var results = await load.RunAsync(Cancel);
        await sim.Tally.QuietAsync(Cancel);
        return results;
    }

    /// <summary>The last usage in an answer, read in the plainest way: all input and all output.</summary>
    private static (long Input, long Output)? Told(LoadResult result)
    {
        var text = Encoding.UTF8.GetString(result.Body);
        var documents = text.StartsWith('[') ? JsonElement.Parse(text).EnumerateArray().ToList()
            : text.StartsWith('{') ? [JsonElement.Parse(text)]
            : [.. text.Split('\n').Where(l => l.StartsWith("data: {", StringComparison.Ordinal)).Select(l => JsonElement.Parse(l[6..]))];
        foreach (var document in documents.AsEnumerable().Reverse())
        {
            var holder = document.TryGetProperty("response", out var response) ? response : document;
            if (holder.TryGetProperty(result.Format == SimFormat.Gemini ? "usageMetadata" : "usage", out var usage) && usage.ValueKind == JsonValueKind.Object)
            {
                long N(string name) => usage.TryGetProperty(name, out var value) ? value.GetInt64() : 0;
                return result.Format switch
                {
                    SimFormat.Anthropic => (N("input_tokens") + N("cache_read_input_tokens") + N("cache_creation_input_tokens"), N("output_tokens")),
                    SimFormat.Gemini => (N("promptTokenCount") + N("toolUsePromptTokenCount"), N("candidatesTokenCount") + N("thoughtsTokenCount")),
                    _ => (N("prompt_tokens") + N("input_tokens"), N("completion_tokens") + N("output_tokens")),
                };
            }
        }

        return null;
    }

    /// <summary>Always the same moment, for bytes that can be compared.</summary>
    private sealed class StoppedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddYears(56);
    }
}
