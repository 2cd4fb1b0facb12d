using Assay.Ledger.Usage;
using Assay.Server.Formats;
using Assay.Sim;
using Assay.Sim.Tally;
using Microsoft.AspNetCore.Http;

namespace Assay.EndToEnd.Tests.Sim;

/// <summary>
/// The gateway's taps and the simulator's tally know nothing of each other; over a mixed load with every way of telling
/// usage they must come to the same numbers, class by class.
/// </summary>
public sealed class MeterAgreementTests
{
    private static readonly string?[] s_instructions =
    [
        null, null, null, null,
        "usage=twice", "usage=every", "usage=last-choice", "usage=zero", "usage=never", "usage=null",
        "unusual", "searches=2;tier=priority", "audio-input=33;tool-prompt=21", "cache-read=4096;cache-write-5m=70;cache-write-1h=90;input=5",
        "reasoning=500;tokens=3", "fault=malformed-json", "fault=error-mid-stream", "fault=invalid-utf8", "events=2;tokens=300", "audio-output=40;tokens=9",
        "fault=cut-mid-event", "fault=cut", "status=500", "fault=huge-body;bytes=200000",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Taps_read_what_the_tally_knows(int seed)
    {
        await using var sim = await SimProviders.StartAsync(new SimOptions { Seed = seed }, Cancel);
        using var load = new MixedLoad(sim.OpenAI, sim.Anthropic, sim.Gemini, "key", new MixedLoadOptions
        {
            Calls = 1200,
            Seed = seed,
            KeepBodies = true,
            Instructions = index => s_instructions[index % s_instructions.Length],
        });
        var results = await load.RunAsync(Cancel);
        await sim.Tally.QuietAsync(Cancel);

        var told = 0;
        var cuts = new Random(seed);
        List<string> wrong = [];
        foreach (var result in results.Where(r => r.Status == 200))
        {
            var call = sim.Tally.Find(result.SimId).ShouldNotBeNull();
            var reading = Read(result, cuts);
            var instructions = s_instructions[result.Index % s_instructions.Length];
            var isTold = call.Billing == SimBilling.Told;
            told += isTold ? 1 : 0;

            // A body cut at its last brace still shows its usage: whoever trusts it must read it right.
            var isEqual = Text(reading.Counts) == Text(call.Usage) && reading.ServiceTier == call.ServiceTier;
            var agrees = isTold ? reading.IsExact && isEqual : !reading.IsExact || isEqual;
            if (!agrees)
            {
                wrong.Add($"{result.Path} with {instructions}: {call.Billing} {Text(call.Usage)} '{call.ServiceTier}', " +
                    $"read {(reading.IsExact ? "exact" : "inexact")} {Text(reading.Counts)} '{reading.ServiceTier}'");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        told.ShouldBeGreaterThan(700);
    }

    private static UsageReading Read(LoadResult result, Random cuts)
    {
        var path = new PathString(result.Path.Split('?')[0]);
        PathTable.TryMatch("POST", path, out var match).ShouldBeTrue(result.Path);
        var isEventStream = result.Body is [(byte)'d' or (byte)'e', ..];
        var tap = UsageTaps.Create(match, isEventStream, contentEncoding: "");
        for (var at = 0; at < result.Body.Length;)
        {
            var take = Math.Min(result.Body.Length - at, cuts.Next(1, 900));
            tap.Observe(result.Body.AsSpan(at, take));
            at += take;
        }

        return tap.Complete();
    }

    private static string Text(UsageCounts counts) => string.Join(' ', Enum.GetValues<UsageClass>()
        .Where(c => c != UsageClass.Request && counts[c] != 0).Select(c => $"{c}={counts[c]}"));

    private static string Text(SimUsage usage) => string.Join(' ', Enum.GetValues<SimClass>()
        .Where(c => c != SimClass.Request && usage[c] != 0).Select(c => $"{c}={usage[c]}"));
}
