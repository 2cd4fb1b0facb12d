namespace Assay.Sim.Workforce;

/// <summary>
/// What calls of agents look like, as quantiles measured on 49,334 calls in 710 real sessions of Claude Code
/// (callanjfox/kv-cache-tester @ 94f6046d, Apache-2.0), and when people work (Azure/AzurePublicDataset @ b469a113, coding,
/// digitised, CC BY 4.0).
/// </summary>
internal static class TraceFigures
{
    private static readonly double[] s_levels = [0, .1, .25, .5, .75, .9, .95, .99, 1];

    /// <summary>Tokens of a call that no call before it had; a turn with a cold cache comes on top.</summary>
    public static double NewTokens(ref WorkRandom random) => At([60, 232, 378, 728, 1784, 4895, 11_278, 30_000, 60_000], random.Part());

    /// <summary>Tokens answered.</summary>
    public static double Output(ref WorkRandom random) => At([40, 105, 137, 216, 426, 898, 1554, 3687, 12_000], random.Part());

    /// <summary>Tokens of a session's first prompt.</summary>
    public static double FirstPrompt(ref WorkRandom random) =>
        At([9000, 15_459, 18_587, 24_522, 60_000, 110_000, 150_000, 300_000, 500_000], random.Part());

    /// <summary>Calls in a session.</summary>
    public static int SessionCalls(ref WorkRandom random) => (int)At([2, 7, 18, 46, 94, 160, 210, 342, 500], random.Part());

    /// <summary>Seconds from one call of an agent to its next, without a human turn between.</summary>
    public static double AgentGap(ref WorkRandom random) => At([4, 8, 11, 16, 28, 55, 90, 200, 280], random.Part());

    /// <summary>Seconds until a human answers.</summary>
    public static double HumanGap(ref WorkRandom random) => random.LogNormal(93, 1.4);

    /// <summary>How much a local hour of a working day carries, on average 1 over the day.</summary>
    public static double HourLoad(int hour) => s_hours[hour];

    private static readonly double[] s_hours =
        [.35, .3, .25, .22, .22, .26, .4, .75, 1.3, 1.9, 2.1, 2.05, 1.5, 1.75, 2.1, 2.1, 1.9, 1.5, 1.1, .9, .8, .7, .6, .45];

    private static double At(ReadOnlySpan<double> values, double part)
    {
        var i = 1;
        while (i < s_levels.Length - 1 && part > s_levels[i])
        {
            i++;
        }

        var within = (part - s_levels[i - 1]) / (s_levels[i] - s_levels[i - 1]);
        return values[i - 1] * Math.Pow(values[i] / values[i - 1], within);
    }
}
