using System.Diagnostics;
using System.Globalization;
using Assay.Bench.Judge;
using Assay.Judgments.Git;
using Assay.Judgments.Lint;
using Assay.Judgments.Search;

// bench/judge PROGRAM [ARGUMENT…]: the program is asked as a hook and as a pipeline ask it, as whole processes; searching is
// measured in this process, since it is a question to an index in memory.
const int Runs = 9;
const string OneFolder = "docs/judgments";
const string ByMonth = "docs/judgments/{year}/{month}";
Console.WriteLine("| entries | in | command | median | fastest | slowest | target |");
Console.WriteLine("|---|---|---|---|---|---|---|");
foreach (var (count, folders, staged, whole, search) in new[]
{
    (1_000, OneFolder, 300, 0, 0), (10_000, ByMonth, 0, 2_000, 50), (10_000, OneFolder, 0, 0, 0),
})
{
    var folder = Directory.CreateTempSubdirectory("assay-bench-judge-").FullName;
    try
    {
        ManyEntries.Create(folder, folders, count);
        Tell(count, folders, "check --no-cache", Time(folder, "check", "--no-cache"), whole);
        Tell(count, folders, "check, history kept", Time(folder, "check"), whole);
        ManyEntries.Stage(folder, folders);
        Tell(count, folders, "hook pre-commit", Time(folder, "hook", "pre-commit"), staged);
        var log = await RepositoryCheck.LoadAsync(new GitRepository(folder), CancellationToken.None);
        var index = new SearchIndex(log.Entries);
        string[] queries = ["lease lock", "stream budget token", "schema", "retry timeout window cache", "jra 77", "absent"];
        _ = index.Find(queries[0], 10);
        Tell(count, folders, "search, in process", [.. Enumerable.Range(0, 60).Select(i => Measure(() => index.Find(queries[i % queries.Length], 10)))], search);
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }
}

double[] Time(string folder, params string[] command)
{
    var start = new ProcessStartInfo(args[0], [.. args[1..], "judge", .. command])
    {
        WorkingDirectory = folder,
        RedirectStandardOutput = true,
        UseShellExecute = false,
    };
    return [.. Enumerable.Range(0, Runs + 2).Select(_ => Measure(() =>
    {
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return said;
    })).Skip(2)];
}

static double Measure<T>(Func<T> work)
{
    var watch = Stopwatch.StartNew();
    _ = work();
    return watch.Elapsed.TotalMilliseconds;
}

static void Tell(int count, string folders, string what, double[] times, int target)
{
    Array.Sort(times);
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {count:#,##0} | {(folders == OneFolder ? "one folder" : "a folder a month")} | {what} | {times[times.Length / 2]:0.0} ms | {times[0]:0.0} ms | {times[^1]:0.0} ms | {(target > 0 ? $"{target} ms" : "")} |"));
}
