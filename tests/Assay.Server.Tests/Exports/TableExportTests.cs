using System.Globalization;
using System.Net;
using System.Text.Json;
using Assay.Ledger.Money;
using Assay.Outcomes.Experiments;
using Assay.Outcomes.Ladder;
using Assay.Server.Api;
using Assay.Server.Console.Statements;
using Assay.Server.Directory;
using Assay.Server.Exports;
using Assay.Server.Outcomes;
using Assay.Server.Outcomes.Experiments;
using Assay.Server.Outcomes.Otlp;
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
    [InlineData("usage")]
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
    public async Task Every_table_has_its_columns_in_either_format_and_as_many_rows()
    {
        await FillAsync();
        foreach (var table in ExportTables.All)
        {
            var days = table.IsDated ? "from=2026-01-01&to=2027-01-01&" : "";
            var csv = Records(await TextAsync($"/exports/{table.Name}?{days}format=csv", table.Policy));
            var rows = (await TextAsync($"/exports/{table.Name}?{days}format=ndjson", table.Policy)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

            csv[0].TrimEnd('\r').Split(',').ShouldBe(table.Columns, table.Name);
            rows.Length.ShouldBe(csv.Count - 1, table.Name);
            rows.Length.ShouldBeGreaterThan(table.Name is "signals" or "judgments" or "budgets" or "budget-requests" ? -1 : 0, table.Name);
            rows.Select(row => JsonDocument.Parse(row).RootElement).ShouldAllBe(row => row.EnumerateObject().Select(p => p.Name).SequenceEqual(table.Columns));
        }

        (await usage.Api.As("fin").Get("/exports/audit")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await usage.Api.As("fin").Get("/exports/audit?from=2026-01-01")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await usage.Api.As("aud").Get("/exports/audit?from=2026-01-01")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    private async Task FillAsync()
    {
        var at = new DateTimeOffset(2026, 3, 4, 5, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        await usage.Api.Store.Outcomes.ApplyAsync(
            new OutcomeBatch
            {
                Outcomes =
                [
                    new OutcomeReport
                    {
                        Kind = "change",
                        Source = OutcomeWords.GitHub,
                        Ref = "acme/web#1",
                        Repo = "acme/web",
                        FactsMs = at,
                        Title = "A title, with \"quotes\"",
                        Commits = [new string('a', 40)],
                        Steps = [new OutcomeStep(OutcomeEvent.Proposed, at), new OutcomeStep(OutcomeEvent.Accepted, at + 1)],
                    },
                ],
                Anchors = [new Anchor("s-ada", "acme/web", new string('a', 40), at, "p_ada", "otel", 12)],
                Deployments = [new Deployment(OutcomeWords.GitHub, "d1", "acme/web", new string('a', 40), "production", true, true, at + 2)],
            },
            Ct);
        var told = new TelemetryBatch();
        told.Keys.Add(new TelemetryKey(at, "p_ada", "platform", "claude-code", "2", "claude_code.session.count", "", "fresh"));
        told.Counts.Add((0, 1_500_000));
        await usage.Api.Store.Telemetry.AddAsync([told], at, Ct);
        await usage.Api.Store.Directory.ChangeAsync(
            [
                new DirectoryChange.DeclareExperiment(new Experiment
                {
                    Id = "larger",
                    Question = "Does it last?",
                    Route = "code",
                    Unit = ExperimentUnit.Team,
                    Units = ["platform", "infra"],
                    Treatment = ["openai/gpt-5"],
                    Design = ExperimentDesign.Switchback,
                    StartMs = at,
                    PeriodHours = 24,
                    Periods = 2,
                    Metric = ExperimentMetric.Spend,
                    WorthFinding = 0.5,
                    OwnerId = "p_ada",
                    Seed = "s",
                    CreatedMs = at - 1,
                }),
            ],
            "test",
            Ct);
        await usage.Api.Snapshots.RefreshAsync(Ct);
    }

    // A line within quotes is no end of a record.
    private static List<string> Records(string csv)
    {
        var (records, start, quoted) = (new List<string>(), 0, false);
        for (var i = 0; i < csv.Length; i++)
        {
            quoted ^= csv[i] == '"';
            if (csv[i] == '\n' && !quoted)
            {
                records.Add(csv[start..i]);
                start = i + 1;
            }
        }

        return records;
    }

    private async Task<string> TextAsync(string path, string policy)
    {
        var answer = await usage.Api.As(policy == Policies.Audit ? "aud" : "fin").Get(path);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        return answer.Text;
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
