using System.Globalization;
using System.Net;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Outcomes.Ladder;
using Assay.Server.Budgets;
using Assay.Server.Exports;
using Assay.Server.Outcomes;
using Assay.Server.Store;
using Assay.Server.Store.Sqlite;
using Assay.Server.Tests.Api;
using Assay.Server.Tests.Directory;

namespace Assay.Server.Tests.Exports;

/// <summary>Charges as FOCUS 1.2.</summary>
public sealed class FocusExportTests(UsageHost usage) : IClassFixture<UsageHost>
{
    /// <summary>The columns that the specification's model 1.2 has as mandatory.</summary>
    private static readonly string[] s_mandatory =
    [
        "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodStart", "BillingPeriodEnd",
        "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargePeriodStart", "ChargePeriodEnd", "ContractedCost",
        "EffectiveCost", "InvoiceIssuerName", "ListCost", "PricingQuantity", "PricingUnit", "ProviderName", "PublisherName",
        "ServiceCategory", "ServiceName",
    ];

    private static readonly string[] s_tokens = ["x_InputTokens", "x_CacheReadTokens", "x_CacheWriteTokens", "x_OutputTokens"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("day")]
    [InlineData("hour")]
    public async Task The_file_has_every_mandatory_column_filled_as_the_specification_wants(string grain)
    {
        var rows = await AskAsync($"?from=2026-01-01&to=2027-01-01&grain={grain}");

        rows.ShouldNotBeEmpty();
        foreach (var row in rows)
        {
            row.Keys.ShouldBe(FocusRow.Columns);
            s_mandatory.ShouldBeSubsetOf(row.Keys);
            // Conditional columns that are there are filled for usage, too. A charge that corrects nothing has no class.
            string[] conditional = ["PricingCategory", "SkuId", "SkuPriceId", "ConsumedQuantity", "ConsumedUnit", "ChargeFrequency"];
            foreach (var column in s_mandatory.Except(["ChargeClass"]).Concat(conditional))
            {
                row[column].ShouldNotBeNullOrEmpty(column);
            }

            row["ChargeClass"].ShouldBeEmpty();
            (row["PricingCategory"], row["SkuPriceId"]).ShouldBe(("Standard", row["SkuId"]));
            var tokens = s_tokens.Sum(column => long.Parse(row[column], CultureInfo.InvariantCulture));
            (row["PricingQuantity"], row["PricingUnit"]).ShouldBe(tokens > 0 ? ($"{tokens}", "Tokens") : (row["x_Requests"], "Requests"));
            (row["ConsumedQuantity"], row["ConsumedUnit"]).ShouldBe((row["PricingQuantity"], row["PricingUnit"]));
            row["ChargeCategory"].ShouldBe("Usage");
            row["BillingCurrency"].ShouldBe("USD");
            row["ServiceCategory"].ShouldBe("AI and Machine Learning");
            string[] times = ["BillingPeriodStart", "ChargePeriodStart", "ChargePeriodEnd", "BillingPeriodEnd"];
            var moments = times.Select(time => DateTimeOffset.ParseExact(
                row[time], "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)).ToList();
            moments.ShouldBe(moments.Order());
            (moments[2] - moments[1]).ShouldBe(grain == "day" ? TimeSpan.FromDays(1) : TimeSpan.FromHours(1));
        }
    }

    [Fact]
    public async Task The_costs_add_up_to_the_ledger_s_to_the_nano_dollar()
    {
        var rows = await AskAsync("?from=2026-01-01&to=2027-01-01&grain=hour");
        var totals = await usage.Api.Store.Usage.TotalsAsync(Ct);

        rows.Sum(row => decimal.Parse(row["BilledCost"], CultureInfo.InvariantCulture)).ShouldBe(totals.Cost.Nanos / 1e9m);
        rows.Sum(row => long.Parse(row["x_Requests"], CultureInfo.InvariantCulture)).ShouldBe(totals.Requests);
        rows.Sum(row => decimal.Parse(row["x_EstimatedCost"], CultureInfo.InvariantCulture))
            .ShouldBe(totals.EstimatedCost.Nanos / 1e9m);
        rows.ShouldAllBe(row => !row.Values.Any(cell => cell.Contains("p_ada") || cell.Contains("ada@")));
    }

    [Theory]
    [InlineData("day")]
    [InlineData("hour")]
    public async Task Version_1_3_says_which_outcome_each_part_of_a_charge_is_allocated_to(string grain)
    {
        var (session, at) = ("s-" + UsageHost.Names[1], SampleOrg.NowMs + 5);
        await usage.Api.Store.Outcomes.ApplyAsync(
            new OutcomeBatch
            {
                Outcomes =
                [
                    new OutcomeReport
                    {
                        Kind = "change",
                        Source = OutcomeWords.GitHub,
                        Ref = "acme/web#9",
                        Repo = "acme/web",
                        FactsMs = at,
                        Title = "Allocated",
                        PersonId = "p_" + UsageHost.Names[1],
                        Commits = [new string('b', 40)],
                        Steps = [new OutcomeStep(OutcomeEvent.Accepted, at + 1000)],
                    },
                ],
                Anchors = [new Anchor(session, "acme/web", new string('b', 40), at, "p_" + UsageHost.Names[1], "otel", null)],
            },
            Ct);

        var rows = await AskAsync($"?from=2026-01-01&to=2027-01-01&version=1.3&grain={grain}");
        var totals = await usage.Api.Store.Usage.TotalsAsync(Ct);

        rows.Sum(row => decimal.Parse(row["BilledCost"], CultureInfo.InvariantCulture)).ShouldBe(totals.Cost.Nanos / 1e9m);
        rows.ShouldAllBe(row => s_mandatory.All(column => column == "ChargeClass" ? row[column].Length == 0 : row[column].Length > 0));
        rows.Where(row => row["PricingUnit"] == "Tokens").Sum(row => long.Parse(row["PricingQuantity"], CultureInfo.InvariantCulture))
            .ShouldBe((await usage.Api.Store.Outcomes.SpendAsync(0, long.MaxValue, Ct)).Sum(slice => slice.Tokens));
        var allocated = rows.Where(row => row["AllocatedResourceId"].Length > 0).ShouldHaveSingleItem();
        (allocated["AllocatedResourceId"], allocated["AllocatedResourceName"], allocated["AllocatedMethodId"], allocated["x_EvidenceTier"])
            .ShouldBe(("acme/web#9", "Allocated", "assay/next-anchor", "proved"));
        decimal.Parse(allocated["BilledCost"], CultureInfo.InvariantCulture).ShouldBe(2 / 1e9m);
        System.Text.Json.JsonDocument.Parse(allocated["AllocatedMethodDetails"]).RootElement.GetProperty("EvidenceTier").GetString().ShouldBe("proved");
        // What is allocated to nothing has none of these columns, and says why.
        rows.Where(row => row != allocated).ShouldAllBe(row =>
            row["AllocatedMethodId"].Length + row["AllocatedMethodDetails"].Length + row["AllocatedTags"].Length == 0 && row["x_UnattributedReason"].Length > 0);
    }

    [Theory]
    [InlineData("?version=1.4", "version")]
    [InlineData("?from=2026-02-30", "from")]
    [InlineData("?from=2026-02-02&to=2026-02-02", "from")]
    [InlineData("?from=2024-01-01&to=2026-01-01", "from")]
    [InlineData("?grain=minute", "grain")]
    [InlineData("?group=team", "group")]
    public async Task A_wrong_question_is_told_so(string query, string field)
    {
        var answer = await usage.Api.As("fin").Get("/exports/focus" + query);

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Text.ShouldContain($"\"{field}\"");
    }

    [Fact]
    public async Task Days_and_months_are_the_org_s_and_every_hour_is_in_one_of_them()
    {
        // Berlin's clocks go back on 25 October 2026: that day has 25 hours.
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var folder = System.IO.Directory.CreateTempSubdirectory("assay-test-").FullName;
        await using var store = new SqliteStore(Path.Combine(folder, "assay.db"), new StoreOptions { TimeZone = zone });
        await store.MigrateAsync(Ct);
        var first = new DateTimeOffset(2026, 10, 24, 22, 0, 0, TimeSpan.Zero);
        var calls = Enumerable.Range(0, 25).Select(hour => new UsageEvent
        {
            Id = Guid.CreateVersion7(first.AddHours(hour)),
            RequestId = Guid.CreateVersion7(first.AddHours(hour)),
            StartedAtMs = first.AddHours(hour).AddMinutes(30).ToUnixTimeMilliseconds(),
            TeamId = "ml",
            UseCase = "coding",
            Provider = "openai",
            Model = "gpt-5",
            Cost = new NanoUsd(1),
            Operation = "openai/chat.completions",
            Status = 200,
        }).ToList();
        await store.Usage.ApplyAsync("node", 0, 1, calls, Ct);
        var export = new FocusExport(store.Usage, new BudgetWindows(zone));
        var directory = usage.Api.Snapshots.Current;

        var days = await ReadAsync(export.RowsAsync(new(2026, 10, 24), new(2026, 10, 27), byHour: false, directory, Ct));
        var hours = await ReadAsync(export.RowsAsync(new(2026, 10, 24), new(2026, 10, 27), byHour: true, directory, Ct));

        var day = days.ShouldHaveSingleItem();
        (day["ChargePeriodStart"], day["ChargePeriodEnd"]).ShouldBe(("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"));
        (day["BillingPeriodStart"], day["BillingPeriodEnd"]).ShouldBe(("2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z"));
        day["BilledCost"].ShouldBe("0.000000025");
        hours.Select(row => row["ChargePeriodStart"]).ShouldBe(
            Enumerable.Range(0, 25).Select(hour => first.AddHours(hour).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)));
        System.IO.Directory.Delete(folder, recursive: true);
    }

    private static async Task<List<Dictionary<string, string>>> ReadAsync(IAsyncEnumerable<IEnumerable<string?>> rows)
    {
        var read = new List<Dictionary<string, string>>();
        await foreach (var row in rows)
        {
            read.Add(FocusRow.Columns.Zip(row, (column, cell) => (column, cell ?? "")).ToDictionary());
        }

        return read;
    }

    private async Task<List<Dictionary<string, string>>> AskAsync(string query)
    {
        var answer = await usage.Api.As("fin").Get("/exports/focus" + query);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        var lines = answer.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(Cells).ToList();
        return [.. lines.Skip(1).Select(cells => lines[0].Zip(cells).ToDictionary())];
    }

    private static string[] Cells(string line)
    {
        var cells = new List<string>();
        for (var at = 0; at <= line.Length;)
        {
            if (at < line.Length && line[at] == '"')
            {
                var end = at + 1;
                while (line[end] != '"' || (end + 1 < line.Length && line[end + 1] == '"'))
                {
                    end += line[end] == '"' ? 2 : 1;
                }

                cells.Add(line[(at + 1)..end].Replace("\"\"", "\"", StringComparison.Ordinal));
                at = end + 2;
            }
            else
            {
                var end = line.IndexOf(',', at) is >= 0 and var comma ? comma : line.Length;
                cells.Add(line[at..end]);
                at = end + 1;
            }
        }

        return [.. cells];
    }
}
