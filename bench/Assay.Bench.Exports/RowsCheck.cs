using System.Diagnostics;
using System.Globalization;
using Assay.Bench.Store;
using Assay.Server.Store;

namespace Assay.Bench.Exports;

/// <summary>How long large exports take to write out, how soon they begin, and how much memory the node has meanwhile.</summary>
internal static class RowsCheck
{
    private const int AtOnce = 2_000;
    private const int People = 2_000;
    private const int Days = 30;

    public static async Task<int> RunAsync(int rows)
    {
        await using var host = await Host.StartAsync();
        var end = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var start = new DateTimeOffset(end.AddDays(-Days), TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
        var (random, step, watch) = (new Random(1), Days * 86_400_000.0 / rows, Stopwatch.StartNew());
        for (var at = 0; at < rows; at += AtOnce)
        {
            var from = at;
            var events = Enumerable.Range(from, Math.Min(AtOnce, rows - from)).Select(i => TypicalEvents.Next(random, start + (long)(i * step), People)).ToList();
            await host.Parts.Store.Usage.ApplyAsync("bench", from, from + events.Count, events);
        }

        Say($"{rows:N0} calls of {People:N0} people written into SQLite in {watch.Elapsed.TotalSeconds:0} s; {Environment.WorkingSet >> 20:N0} MB");
        var range = $"from={end.AddDays(-Days):yyyy-MM-dd}&to={end:yyyy-MM-dd}";
        string[] paths = [$"calls?{range}&format=csv", $"calls?{range}&format=ndjson", $"focus?{range}&grain=hour", $"usage?{range}"];
        var wrong = 0;
        Say($"| export | lines | MB | first line after | took | lines a second | most memory |");
        Say($"|---|---|---|---|---|---|---|");
        foreach (var path in paths)
        {
            GC.Collect();
            var (most, seen) = (0L, 0L);
            var (lines, bytes, first, took) = await host.LinesAsync($"/api/v1/exports/{path}", _ =>
            {
                if (++seen % 50_000 == 1)
                {
                    most = Math.Max(most, Environment.WorkingSet);
                }
            });
            Say($"| `{path}` | {lines:N0} | {bytes >> 20:N0} | {first.TotalMilliseconds:0} ms | {took.TotalSeconds:0} s | {lines / took.TotalSeconds:N0} | {most >> 20:N0} MB |");
            wrong += path.StartsWith("calls", StringComparison.Ordinal) && lines - (path.EndsWith("csv", StringComparison.Ordinal) ? 1 : 0) != rows ? 1 : 0;
        }

        Say($"{(wrong == 0 ? "Every call is in both files." : "LINES ARE MISSING")}");
        return wrong;
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
