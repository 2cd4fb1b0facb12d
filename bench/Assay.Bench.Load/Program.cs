using Assay.Bench.Load;
using Assay.Bench.Load.Report;
using Assay.Bench.Load.Servers;
using Assay.Bench.Load.Traffic;

if (Options.Parse(args) is not { } options)
{
    Console.Error.WriteLine(Options.Help);
    return 2;
}

await using var contestants = await Contestants.StartAsync(options);
var cells = Cell.All.Where(cell => options.Answers.Contains(cell.Group) && (options.Clients ?? cell.Connections) == cell.Connections).ToList();
var samples = new Dictionary<(Cell, string), List<Sample>>();

foreach (var contestant in contestants.All)
{
    // The first cell compiles nearly everything; the others add what only they use.
    var turns = 12;
    var busiest = cells.Exists(cell => cell.Connections == 64) ? 64 : 1;
    foreach (var cell in cells.Where(cell => cell.Connections == busiest && contestant.Process is not null))
    {
        await WarmUpAsync(cell, contestant, turns);
        turns = 5;
    }
}

for (var round = 0; round < options.Rounds; round++)
{
    foreach (var cell in cells)
    {
        // Each round begins with another one, so that nobody always follows the same neighbour.
        for (var i = 0; i < contestants.All.Count; i++)
        {
            var contestant = contestants.All[(i + round) % contestants.All.Count];
            var sample = await MeasureAsync(cell, contestant, options.Window);
            Progress(FormattableString.Invariant(
                $"round {round + 1}  {cell.Name,-42} c={cell.Connections,-3} {contestant.Name,-7} {sample.PerSecond,8:0}/s  {sample.CpuMicros,6:0.0} us cpu  p50 {sample.P50Micros,8:0}  p99 {sample.P99Micros,8:0}  first byte p99 {sample.FirstByteP99Micros,8:0}"));
            if (!samples.TryGetValue((cell, contestant.Name), out var list))
            {
                samples[(cell, contestant.Name)] = list = [];
            }

            list.Add(sample);
        }
    }
}

var page = new ResultPage(options, cells, contestants.All.Select(each => each.Name).ToList(), samples);
var text = page.Write(out var good);
Console.WriteLine(text);
if (options.Save)
{
    var file = page.FileName();
    Directory.CreateDirectory(Path.GetDirectoryName(file)!);
    await File.WriteAllTextAsync(file, text);
    Progress($"written to {file}");
}

return good ? 0 : 1;

// The runtime first compiles quickly, then with counters, then for good, in a thread that a busy core starves. So load
// and rest alternate until a request has stopped becoming cheaper.
async Task WarmUpAsync(Cell cell, Contestant contestant, int turnsMin)
{
    var best = double.MaxValue;
    var worse = 0;
    for (var turn = 1; turn <= 30 && (turn <= turnsMin || worse < 4); turn++)
    {
        var sample = await MeasureAsync(cell, contestant, TimeSpan.FromSeconds(2));
        Progress(FormattableString.Invariant($"warming up {contestant.Name}, {cell.Name}, {turn}: {sample.CpuMicros:0.0} us cpu"));
        worse = sample.CpuMicros < best * 0.97 ? 0 : worse + 1;
        best = Math.Min(best, sample.CpuMicros);
    }
}

async Task<Sample> MeasureAsync(Cell cell, Contestant contestant, TimeSpan window)
{
    if (contestant.Process is { } process)
    {
        await process.MoveToAsync(cell.Connections == 1 ? options.LoadCore : options.ProxyCore);
    }

    var request = Requests.Build(cell.Answer, contestant.Port, contestant.Key, translates: contestant.Key != Contestant.NoKey);
    await Generator.RunAsync(request, contestant.Port, cell.Connections, TimeSpan.FromSeconds(1));
    var settled = contestant.Process is null || await contestant.Process.IdleAsync(TimeSpan.FromSeconds(30));

    var before = contestant.Process?.CpuMicros() ?? 0;
    var load = await Generator.RunAsync(request, contestant.Port, cell.Connections, window);
    settled &= contestant.Process is null || await contestant.Process.IdleAsync(TimeSpan.FromSeconds(30));
    var cpu = (contestant.Process?.CpuMicros() ?? 0) - before;
    return new Sample(
        load.PerSecond,
        cpu / load.Latency.Count,
        load.Latency.At(0.50) / 1000.0,
        load.Latency.At(0.99) / 1000.0,
        load.FirstByte.At(0.99) / 1000.0,
        contestant.Process?.ResidentMiB() ?? 0,
        load.Wrong,
        load.BodyBytes,
        settled);
}

static void Progress(string line) => Console.Error.WriteLine(line);
