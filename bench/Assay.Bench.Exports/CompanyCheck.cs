using System.Globalization;
using System.Text.Json;
using Assay.Ledger.Money;
using Assay.Sim.Load;
using Assay.Sim.Workforce;

namespace Assay.Bench.Exports;

/// <summary>
/// Holds every export and page that shows money against the ledger, and the ledger against what the simulated company cost,
/// to the nano-dollar.
/// </summary>
internal static class CompanyCheck
{
    private static readonly (string Path, string Column)[] s_tables = [("calls", "costUsd"), ("attribution", "costUsd"), ("usage", "costUsd")];
    private static readonly string[] s_groups = ["person", "team", "model", "provider", "useCase", "key", "day", "hour"];

    public static async Task<int> RunAsync(int people, int days, bool isPostgres)
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        // The last day is yesterday: what lies ahead is in no report.
        var (first, end) = (today.AddDays(-days), today);
        await using var host = await Host.StartAsync(isPostgres);
        var company = new WorkCompany(new WorkforceOptions { Seed = 1, People = people, Days = days, First = first });
        var known = await WorkforceDirectory.FoundAsync(host.Parts.Store.Directory, company, TimeProvider.System, CancellationToken.None, isEmpty: false);
        var filled = await Deliver.FillAsync(host.Parts.Store, company, days);
        await host.RestartAsync();
        await host.SignInAsync();
        Say($"{people:N0} people, {days} days to {end.AddDays(-1):yyyy-MM-dd}: {filled.Calls:N0} calls, {filled.Outcomes:N0} outcomes, {filled.Anchors:N0} commits in sessions");
        var totals = await host.Parts.Store.Usage.TotalsAsync();
        var sums = new Sums(filled.Nanos);
        sums.Check("ledger of the store", totals.Cost.Nanos);
        await ExportsAsync(host, sums, Range(first, end));
        await ApiAsync(host, sums, Range(first, end));
        await PagesAsync(host, sums, first, end);
        await new ScopesCheck(host, sums, company, filled.ByPerson, first, end).RunAsync(known);
        Say(sums.Wrong == 0 ? (FormattableString)$"All {sums.Asked} sums are ${new NanoUsd(filled.Nanos)}, or the ledger's of their month." : $"{sums.Wrong} OF {sums.Asked} SUMS ARE WRONG");
        return sums.Wrong == 0 ? 0 : 1;
    }

    private static async Task ExportsAsync(Host host, Sums sums, string range)
    {
        foreach (var grain in new[] { "day", "hour" })
        {
            foreach (var version in new[] { "1.2", "1.3" })
            {
                var (nanos, rows) = await Money.ColumnAsync(host, $"/api/v1/exports/focus?{range}&grain={grain}&version={version}", "BilledCost", isCsv: true);
                sums.Check($"FOCUS {version} by {grain}", nanos, rows);
            }
        }

        foreach (var (path, column) in s_tables)
        {
            foreach (var format in new[] { "csv", "ndjson" })
            {
                var (nanos, rows) = await Money.ColumnAsync(host, $"/api/v1/exports/{path}?{range}&format={format}", column, format == "csv");
                sums.Check($"{path} as {format}", nanos, rows);
            }
        }
    }

    private static async Task ApiAsync(Host host, Sums sums, string range)
    {
        foreach (var group in s_groups)
        {
            using var answer = JsonDocument.Parse(await host.Http.GetStringAsync(new Uri($"/api/v1/usage?{range}&group={group}", UriKind.Relative)));
            var rows = answer.RootElement.GetProperty("rows").EnumerateArray().ToList();
            sums.Check($"GET /api/v1/usage by {group}", rows.Sum(row => Money.Nanos(row.GetProperty("costUsd").GetString())), rows.Count);
        }

        foreach (var group in new[] { "team", "useCase", "model", "route" })
        {
            using var answer = JsonDocument.Parse(await host.Http.GetStringAsync(new Uri($"/api/v1/worth?{range}&by={group}", UriKind.Relative)));
            var evidence = answer.RootElement.GetProperty("evidence");
            sums.Check($"GET /api/v1/worth by {group}, metered", Money.Nanos(evidence.GetProperty("meteredUsd").GetString()));
            string[] tiers = ["provedUsd", "declaredUsd", "locatedUsd", "inferredUsd", "unattributedUsd"];
            sums.Check($"GET /api/v1/worth by {group}, tiers", tiers.Sum(tier => Money.Nanos(evidence.GetProperty(tier).GetString())));
        }
    }

    private static async Task PagesAsync(Host host, Sums sums, DateOnly first, DateOnly end)
    {
        // "Last 30 days" has today in it, on which nothing was spent, in place of the first.
        var lately = end.AddDays(-29);
        var worth = await host.Pages.GetStringAsync(new Uri("/worth?period=now", UriKind.Relative));
        sums.Check("page /worth, what became of the spend", Money.Titles(worth, "What became of the spend", "</dl>").Sum(), null, await UsageAsync(host, lately, end));
        var company = await host.Pages.GetStringAsync(new Uri("/company", UriKind.Relative));
        var month = new DateOnly(end.Year, end.Month, 1);
        var ofMonth = await UsageAsync(host, month, end);
        sums.Check("page /company, the month", Money.Titles(company, "data-figure=\"month\"", "</dd>").Single(), null, ofMonth);
        for (var at = new DateOnly(first.Year, first.Month, 1); at < end; at = at.AddMonths(1))
        {
            var from = at < first ? first : at;
            var to = at.AddMonths(1) < end ? at.AddMonths(1) : end;
            var ledger = await UsageAsync(host, from, to);
            var html = await host.Pages.GetStringAsync(new Uri($"/statement?team=org&month={at:yyyy-MM}", UriKind.Relative));
            sums.Check($"page /statement {at:yyyy-MM}, sum", Money.Titles(html, "data-figure=\"sum\"", "</dd>").Single(), null, ledger);
            foreach (var part in html.Split("<section class=\"statement\"")[1..].Where(part => part.Contains("<tbody>", StringComparison.Ordinal)))
            {
                var lines = Money.Titles(part, "<tbody>", "</tbody>");
                sums.Check($"page /statement {at:yyyy-MM}, lines of a table", lines.Sum(), lines.Count, ledger);
            }
        }
    }

    private static async Task<long> UsageAsync(Host host, DateOnly from, DateOnly end)
    {
        using var answer = JsonDocument.Parse(await host.Http.GetStringAsync(new Uri($"/api/v1/usage?{Range(from, end)}&group=provider", UriKind.Relative)));
        return answer.RootElement.GetProperty("rows").EnumerateArray().Sum(row => Money.Nanos(row.GetProperty("costUsd").GetString()));
    }

    // Calls of the first and the last day reach into the days beside them.
    private static string Range(DateOnly first, DateOnly end) =>
        string.Create(CultureInfo.InvariantCulture, $"from={first:yyyy-MM-dd}&to={end:yyyy-MM-dd}");

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}

/// <summary>What was held against the ledger.</summary>
internal sealed class Sums(long expected)
{
    public int Asked { get; private set; }

    public int Wrong { get; private set; }

    public void Check(string what, long nanos, long? rows = null, long? otherwise = null)
    {
        Asked++;
        var isRight = nanos == (otherwise ?? expected);
        Wrong += isRight ? 0 : 1;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {what} | {(rows is null ? "" : $"{rows:N0}")} | ${new NanoUsd(nanos)} | {(isRight ? "the same" : $"WRONG by {nanos - (otherwise ?? expected)} nano-dollars")} |"));
    }
}
