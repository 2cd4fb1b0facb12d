using System.Globalization;
using System.Net;
using System.Text.Json;
using Assay.Ledger.Money;
using Assay.Server.Console.Statements;
using Assay.Server.Store;
using Assay.Server.Tests.Api;

namespace Assay.Server.Tests.Exports;

/// <summary>Tables that finance takes away, as CSV and NDJSON.</summary>
public sealed class TableExportTests(UsageHost usage) : IClassFixture<UsageHost>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("calls")]
    [InlineData("attribution")]
    public async Task Either_format_adds_up_to_the_ledger(string table)
    {
        var totals = await usage.Api.Store.Usage.TotalsAsync(Ct);

        var lines = await AskAsync($"/exports/{table}?from=2026-01-01&to=2027-01-01&format=ndjson");
        var rows = lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        rows.Sum(row => decimal.Parse(row.GetProperty("costUsd").GetString()!, CultureInfo.InvariantCulture)).ShouldBe(totals.Cost.Nanos / 1e9m);

        var csv = await AskAsync($"/exports/{table}?from=2026-01-01&to=2027-01-01");
        csv.Count.ShouldBe(rows.Count + 1);
        var columns = csv[0].TrimEnd('\r').Split(',');
        columns.ShouldBe(rows[0].EnumerateObject().Select(p => p.Name));
        var cost = Array.IndexOf(columns, "costUsd");
        csv.Skip(1).Sum(line => decimal.Parse(line.TrimEnd('\r').Split(',')[cost], CultureInfo.InvariantCulture)).ShouldBe(totals.Cost.Nanos / 1e9m);
    }

    [Fact]
    public async Task A_page_of_the_store_is_not_the_end()
    {
        var clock = new DateTimeOffset(2025, 3, 4, 5, 6, 7, TimeSpan.Zero);
        var calls = Enumerable.Range(0, RequestQuery.LimitMax + 2)
            .Select(i => Store.RandomEvents.One(clock.ToUnixTimeMilliseconds() + (i / 3)) with { Cost = NanoUsd.Zero }).ToList();
        await usage.Api.Store.Usage.ApplyAsync("other", 0, 1, calls, Ct);

        var lines = await AskAsync("/exports/calls?from=2025-03-04&to=2025-03-05&format=ndjson");

        lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()).Distinct().Count().ShouldBe(calls.Count);
    }

    [Fact]
    public async Task A_wrong_question_is_told_so()
    {
        var answer = await usage.Api.As("fin").Get("/exports/calls?format=xlsx");

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Text.ShouldContain("csv, ndjson");
    }

    [Theory]
    [InlineData(new long[] { 3_333_333, 3_333_333, 3_333_334 }, new long[] { 0, 0, 1 })]
    [InlineData(new long[] { 14_900_000, 14_900_000, 0 }, new long[] { 2, 1, 0 })]
    [InlineData(new long[] { 0, 0 }, new long[] { 0, 0 })]
    [InlineData(new long[0], new long[0])]
    public void Lines_of_a_statement_sum_to_its_sum(long[] nanos, long[] cents) => StatementReport.Cents(nanos).ShouldBe(cents);

    private async Task<List<string>> AskAsync(string path)
    {
        var answer = await usage.Api.As("fin").Get(path);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        return [.. answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
