// What it takes to watch the spend of 85,000 people with 3 models and 2 uses each: memory, and time for a settled call.
//
//   dotnet run -c Release --project bench/Assay.Bench.Signals [EVENTS]
//
// Every person has a key for each of their 3 models × 2 uses, so that each combination is a series of its own, beside those
// of people, teams, uses, models and the company. All have been seen once before the clock runs.
using System.Diagnostics;
using System.Globalization;
using Assay.Signals.Patterns;
using Assay.Signals.Sketches;
using Assay.Signals.Spikes;

const int People = 85_000;
const int Combinations = 6;
var events = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5_000_000;
var random = new Random(1);
var before = GC.GetTotalMemory(forceFullCollection: true);

var spikes = new SpikeBoard(SpikeSettings.Standard);
var at = 0L;
for (var i = 0; i < People * Combinations; i++)
{
    See(i % People, i / People);
}

// A few call much more than most. Drawn before the clock runs.
var callers = new int[events];
for (var i = 0; i < events; i++)
{
    callers[i] = (int)(People * Math.Pow(random.NextDouble(), 3));
}

var series = spikes.SeriesCount;
var spikeBytes = GC.GetTotalMemory(forceFullCollection: true) - before;
var found = 0;
var began = Processor();
for (var i = 0; i < events; i++)
{
    found += See(callers[i], random.Next(Combinations));
}

var spikeMicroseconds = (Processor() - began).TotalMicroseconds / events;

before = GC.GetTotalMemory(forceFullCollection: true);
var patterns = new PatternBoard(PatternSettings.Standard);
var names = Enumerable.Range(0, People).Select(i => $"p_{i:00000}").ToArray();
var key = new SketchKey("0123456789abcdef"u8);
var texts = Enumerable.Range(0, 256)
    .Select(i => TextSketch.Of(key, System.Text.Encoding.UTF8.GetBytes(string.Join(' ', Enumerable.Range(0, 40).Select(w => $"w{random.Next(5000) + i}")))))
    .ToArray();
for (var i = 0; i < People; i++)
{
    Look(i, i);
}

var patternBytes = GC.GetTotalMemory(forceFullCollection: true) - before;
began = Processor();
for (var i = 0; i < events; i++)
{
    Look(callers[i], i);
}

var patternMicroseconds = (Processor() - began).TotalMicroseconds / events;
Console.WriteLine(FormattableString.Invariant($"""
    | what | series or people | memory | for each settled call |
    |---|---|---|---|
    | spikes | {series:N0} series | {spikeBytes / 1e6:N0} MB | {spikeMicroseconds:0.00} µs |
    | patterns | {People:N0} people | {patternBytes / 1e6:N0} MB | {patternMicroseconds:0.00} µs |
    | together | | {(spikeBytes + patternBytes) / 1e6:N0} MB | {spikeMicroseconds + patternMicroseconds:0.00} µs |

    {events:N0} events each, {found} incidents on the way, resident {Process.GetCurrentProcess().WorkingSet64 / 1e6:N0} MB.
    """));
return spikeBytes + patternBytes <= 1_500_000_000L && spikeMicroseconds + patternMicroseconds <= 3 ? 0 : 1;

// Processor time, not the clock's: the machine may have other work.
static TimeSpan Processor() => Process.GetCurrentProcess().TotalProcessorTime;

int See(int person, int combination)
{
    // About 1,270 calls a second, as 85,000 people make.
    at += random.Next(2) == 0 ? 1 : 0;
    var model = combination % 3;
    var use = combination / 3;
    return spikes.See(
        new SpikeCall(at, 0.02 + (0.1 * random.NextDouble()), 80_000, 1 + (person * Combinations) + combination, 0, 1 + person, 1 + (person / 14), 1 + use, 1 + model)
        {
            Session = 1 + ((ulong)person * 7) + (ulong)(combination % 3),
            Input = 79_000,
            CacheRead = 76_000,
            CacheWrite = 3000,
        },
        at / 3_600_000,
        [100_000 + (person / 170)]).Count;
}

void Look(int person, int i) => patterns.See(
    names[person],
    person / 14,
    0,
    new CallSeen(i, (ulong)(person * 7L) + (ulong)(i % 3), i % 2, false, i % 7 == 0, 2000, 90_000, 300, 0.06, texts[i & 255]));
