using System.Diagnostics;
using System.Globalization;
using Assay.Ledger.Money;
using Assay.Server.Store;

namespace Assay.Bench.Exports;

/// <summary>
/// How long large exports take to write out, how soon they begin, how much memory the process has meanwhile, and whether each
/// sums to what was spent. Server and reader share the process.
/// </summary>
internal static class RowsCheck
{
    private const int People = 2_000;
    private const int Days = 30;

    public static async Task<int> RunAsync(int rows, bool isPostgres)
    {
        await using var host = await Host.StartAsync(isPostgres);
        var end = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var start = new DateTimeOffset(end.AddDays(-Days), TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
        var (watch, toldAt) = (Stopwatch.StartNew(), 0);
        var events = await RowsFill.RunAsync(host.Parts.Store, start, rows, People, Days, done =>
        {
            if (done - toldAt >= 1_000_000)
            {
                toldAt = done;
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done:N0} after {watch.Elapsed.TotalSeconds:0} s"));
            }
        });
        Say($"{rows:N0} calls of {People:N0} people written into {(isPostgres ? "PostgreSQL" : "SQLite")} in {watch.Elapsed.TotalSeconds:0} s.");
        var holds = await RowsFill.HoldsAsync((ISqlDialect)host.Parts.Store, events, rows);
        Say($"{(holds ? "Attempts, hours, days and balances agree to the nano-dollar." : "THE STORE DOES NOT ADD UP")}");
        PeakMemory.Forget();
        Say($"The process has {Environment.WorkingSet >> 20:N0} MB.");
        Say($"");
        var range = $"from={end.AddDays(-Days):yyyy-MM-dd}&to={end:yyyy-MM-dd}";
        (string Path, string Column, bool IsCsv)[] exports =
        [
            ($"calls?{range}&format=csv", "costUsd", true), ($"calls?{range}&format=ndjson", "costUsd", false),
            ($"focus?{range}&grain=hour", "BilledCost", true), ($"focus?{range}&grain=day&version=1.3", "BilledCost", true),
            ($"attribution?{range}&format=csv", "costUsd", true), ($"attribution?{range}&format=ndjson", "costUsd", false),
            ($"usage?{range}&format=csv", "costUsd", true), ($"usage?{range}&format=ndjson", "costUsd", false),
        ];
        var wrong = holds ? 0 : 1;
        Say($"| export | lines | MB | first line after | took | lines a second | most memory | sum |");
        Say($"|---|---|---|---|---|---|---|---|");
        foreach (var (path, column, isCsv) in exports)
        {
            PeakMemory.Forget();
            var sum = new ColumnSum(column, isCsv);
            var (lines, bytes, first, took) = await host.LinesAsync($"/api/v1/exports/{path}", sum.Add);
            var isRight = sum.Nanos == events.Nanos && !(path.StartsWith("calls", StringComparison.Ordinal) && sum.Rows != rows);
            wrong += isRight ? 0 : 1;
            Say($"| `{path.Replace(range, "…", StringComparison.Ordinal)}` | {lines:N0} | {bytes >> 20:N0} | {first.TotalMilliseconds:N0} ms | {took.TotalSeconds:N0} s | {lines / took.TotalSeconds:N0} | {PeakMemory.Mb():N0} MB | {(isRight ? "the ledger's" : $"WRONG: {new NanoUsd(sum.Nanos)}, {sum.Rows:N0} rows")} |");
        }

        return wrong;
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
