using Assay.Server.Hosting;
using Assay.Sim.Load;
using Assay.Sim.Workforce;

namespace Assay.EndToEnd.Tests.Sim;

/// <summary>A made-up company goes through journal and projector into a store.</summary>
public sealed class WorkforceLoadTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(20, false)]
    [InlineData(20, true)]
    public async Task The_store_has_every_token_and_cent_of_the_company_and_takes_no_second_one(int turns, bool joined)
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("assay-load-");
        try
        {
            var options = new WorkforceOptions { People = 50, Days = 3 };
            var expected = new WorkCompany(options).Play().SelectMany(day => day.Calls).ToList();
            var config = new AssayConfig { Data = folder.FullName };

            var result = await LoadAsync(config, options, turns, joined);

            result.Calls.ShouldBe(expected.Count);
            result.Entries.ShouldBeInRange(1, turns == 1 ? expected.Count : expected.Count / 2);
            result.Totals.Cost.Nanos.ShouldBe(expected.Sum(call => call.CostNanos));
            result.Totals.Counts.TotalTokens.ShouldBe(expected.Sum(call => call.Tokens));
            result.Totals.Requests.ShouldBe(result.Entries);
            result.Totals.BalanceSum.Nanos.ShouldBe(0);
            result.Keys.Select(key => key.Who).ShouldBe(["Admin", "Finance", "Manager", "Employee"], ignoreOrder: true);
            (await Should.ThrowAsync<InvalidOperationException>(() => LoadAsync(config, options, turns, joined))).Message.ShouldContain("empty");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<LoadedCompany> LoadAsync(AssayConfig config, WorkforceOptions options, int turns, bool joined) =>
        new WorkforceLoad(config, new WorkCompany(options), turns, TimeProvider.System, TextWriter.Null, joined).RunAsync(TestContext.Current.CancellationToken);
}
