using System.Globalization;

namespace Assay.Ledger.Tests.Book;

public sealed class BookSimulationTests
{
    private const int Steps = 250;

    [Fact]
    public void Two_hundred_random_lives_keep_every_invariant()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            Live(seed, Steps);
        }
    }

    [Fact]
    public void A_new_random_life_every_day_keeps_every_invariant()
    {
        var seed = int.Parse(TimeProvider.System.GetUtcNow().ToString("yyyyMMdd"), CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed of the day: {seed}");
        Live(seed, 4 * Steps);
    }

    private static void Live(int seed, int steps)
    {
        var simulation = new BookSimulation(seed);
        try
        {
            simulation.Run(steps);
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"seed {seed}, step {simulation.Step}: {fault.Message}", fault);
        }
    }
}
