using Assay.Signals.Spikes;

namespace Assay.Signals.Tests.Spikes;

public sealed class FadingTests
{
    // Multiples of each other, as in the standard settings, and horizons of which one is no multiple.
    public static TheoryData<double[]> Horizons => new() { new double[] { 60, 600, 3600 }, new double[] { 60, 90, 3600 } };

    [Theory]
    [MemberData(nameof(Horizons))]
    public void What_is_left_is_the_exponential_of_each_horizon(double[] seconds)
    {
        var fading = new Fading(seconds);
        foreach (var elapsed in (long[])[0, 1, 999, 60_000, 3_600_000, 864_000_000])
        {
            fading.Over(elapsed, out var parts);
            for (var i = 0; i < seconds.Length; i++)
            {
                parts[i].ShouldBe(Math.Exp(-elapsed / (1000 * seconds[i])), 1e-12);
            }
        }
    }
}
