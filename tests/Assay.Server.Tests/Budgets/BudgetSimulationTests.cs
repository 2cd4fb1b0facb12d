using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Assay.Server.Tests.Budgets;

public sealed class BudgetSimulationTests
{
    // Midnight that does not exist (Santiago), half hours (Lord Howe), a day that was left out (Apia), and plain ones.
    private static readonly string[] s_zones =
        ["UTC", "Europe/Berlin", "America/New_York", "America/Santiago", "Australia/Lord_Howe", "Asia/Kathmandu"];

    [Fact]
    public void A_million_operations_keep_every_promise()
    {
        const int Lives = 50;
        var (held, refused, crashes) = (0, 0, 0);
        for (var seed = 1; seed <= Lives; seed++)
        {
            var life = Live(seed, steps: 1_000_000 / Lives, checkEvery: 1_000);
            (held, refused, crashes) = (held + life.Held, refused + life.Refused, crashes + life.Crashes);
        }

        // A simulation in which nothing is refused, or nobody dies, shows nothing.
        held.ShouldBeGreaterThan(50_000);
        refused.ShouldBeGreaterThan(50_000);
        crashes.ShouldBeGreaterThan(1_000);
    }

    [Fact]
    public void A_new_life_every_day_keeps_every_promise() => Live(
        int.Parse(TimeProvider.System.GetUtcNow().ToString("yyyyMMdd"), CultureInfo.InvariantCulture), 4_000, checkEvery: 1);

    [Fact]
    public void Any_sequence_of_decisions_keeps_every_promise() => Prop.ForAll(
        Gen.ArrayOf(Gen.Choose(0, int.MaxValue - 1)).ToArbitrary(),
        decisions =>
        {
            var at = 0;
            new BudgetSimulation(
                max => decisions.Length == 0 ? 0 : decisions[at++ % decisions.Length] % max,
                TimeZoneInfo.FindSystemTimeZoneById(s_zones[decisions.Length % s_zones.Length])).Run(300, checkEvery: 1);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    private static BudgetSimulation Live(int seed, int steps, int checkEvery)
    {
        var random = new Random(seed);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(s_zones[seed % s_zones.Length]);
        var life = new BudgetSimulation(random.Next, zone);
        try
        {
            life.Run(steps, checkEvery);
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"seed {seed}, {zone.Id}, step {life.Step}: {fault.Message}", fault);
        }

        return life;
    }
}
