using Assay.Signals.Memory;

namespace Assay.Signals.Early;

/// <summary>The pace that 199 of 200 hours of people stay below, so that a newcomer is not judged against nothing.</summary>
internal sealed class PacePeers
{
    private const double Quantile = 0.995;
    private const double StepShare = 0.02;

    private int _seen;

    public double Calls { get; private set; }

    public double Starts { get; private set; }

    public void Learn(double calls, double starts)
    {
        _seen++;
        Calls = Quantiled(Calls, calls);
        Starts = Quantiled(Starts, starts);
    }

    public void Save(IMemoryWriter to)
    {
        to.Whole(_seen);
        to.Real(Calls);
        to.Real(Starts);
    }

    public void Load(IMemoryReader from)
    {
        _seen = from.Whole();
        Calls = from.Real();
        Starts = from.Real();
    }

    // A running quantile (stochastic approximation): up by a large step when exceeded, down by a small one when not.
    private double Quantiled(double usual, double peak)
    {
        var step = Math.Max(StepShare, 1.0 / _seen) * Math.Max(usual, 1e-6);
        return _seen < 20 ? Math.Max(usual, peak) : usual + (peak > usual ? step * Quantile : -step * (1 - Quantile));
    }
}
