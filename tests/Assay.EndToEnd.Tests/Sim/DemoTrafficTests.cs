using Assay.Demo;
using Assay.Sim;
using Assay.Sim.Tally;

namespace Assay.EndToEnd.Tests.Sim;

/// <summary>The demo's traffic, sent straight to the simulator, which serves every path on each of its ports.</summary>
public sealed class DemoTrafficTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Everybody_in_the_company_belongs_somewhere()
    {
        var teams = DemoCompany.Teams.Select(t => t.Id).ToHashSet();
        DemoCompany.Teams.ShouldAllBe(t => t.Parent == null || teams.Contains(t.Parent));
        DemoCompany.People.ShouldAllBe(p => teams.Contains(p.Team));
        DemoCompany.People.Select(p => p.Email).ShouldBeUnique();
        DemoCompany.People.Count.ShouldBe(40);
        var owners = DemoCompany.People.Select(p => p.Email).Concat(DemoCompany.Agents.Select(a => a.Name)).ToHashSet();
        DemoCompany.Keys.ShouldAllBe(k => owners.Contains(k.Owner));
        DemoCompany.Agents.ShouldAllBe(a => owners.Contains(a.OwnerEmail) && DemoCompany.Keys.Any(k => k.Owner == a.Name && k.OwnerIsAgent));
    }

    [Fact]
    public async Task Traffic_without_trouble_is_served_whole_in_every_format()
    {
        await using var sim = await SimProviders.StartAsync(cancellationToken: Cancel);
        var counts = await RunAsync(sim, calls: 400, withTrouble: false);

        counts.Completed.ShouldBe(counts.Sent);
        counts.Sent.ShouldBe(400);
        var tally = sim.Tally;
        tally.Total.Calls.ShouldBe(counts.Sent);
        tally.Total.Errors.ShouldBe(0);
        tally.Totals.Keys.Select(k => k.Format).Distinct().Count().ShouldBe(3);
        tally.Totals.Keys.Select(k => k.Model).Distinct().ShouldBe(DemoCompany.Models, ignoreOrder: true, "every model is used, and no other");
        tally.Total.Told.CacheRead.ShouldBeGreaterThan(tally.Total.Told.Input / 4, "conversations grow on what is cached");
        tally.Total.Told.CacheWrite1h.ShouldBeGreaterThan(0);
        tally.Calls.ShouldContain(c => c.ServiceTier == "flex");
    }

    [Fact]
    public async Task Traffic_with_trouble_has_errors_cuts_and_clients_that_leave()
    {
        await using var sim = await SimProviders.StartAsync(cancellationToken: Cancel);
        var counts = await RunAsync(sim, calls: 1200, withTrouble: true);

        (counts.Completed + counts.Errors + counts.Left + counts.Broken).ShouldBe(counts.Sent);
        counts.Errors.ShouldBe(sim.Tally.Total.Errors);
        counts.Errors.ShouldBeInRange(5, 60);
        counts.Left.ShouldBeGreaterThan(3);
        counts.Broken.ShouldBeGreaterThan(0);
        sim.Tally.Total.Cut.AllOutput.ShouldBeGreaterThan(0);
        sim.Tally.Calls.ShouldContain(c => c.Billing == SimBilling.Untold);
    }

    private static async Task<DemoCounts> RunAsync(SimProviders sim, long calls, bool withTrouble)
    {
        var keys = DemoCompany.Keys.Select(k => new DemoKey("sk-demo", k)).ToList();
        var counts = await DemoTraffic.RunAsync(
            sim.OpenAI, keys, new DemoTrafficOptions { CallsPerSecond = 500, CallsMax = calls, WithTrouble = withTrouble }, Cancel);
        await sim.Tally.QuietAsync(Cancel);
        return counts;
    }
}
