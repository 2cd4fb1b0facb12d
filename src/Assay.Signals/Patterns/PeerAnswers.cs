using Assay.Signals.Memory;

namespace Assay.Signals.Patterns;

/// <summary>How long the usual answer of a session is, for each use, learned from everybody's sessions.</summary>
internal sealed class PeerAnswers
{
    private const int KnownMin = 50;

    // Clients name uses.
    private const int UsesMax = 1_000_000;
    private const double Rate = 0.002;

    // Until a use has its own sessions: the geometric mean and spread of honest sessions (docs/signals.md).
    private const double PriorMean = 5.6;
    private const double PriorDeviation = 0.55;

    private readonly Dictionary<int, (int Count, double Mean, double Variance)> _uses = [];

    /// <summary>How many deviations a session's mean logarithm is above others'.</summary>
    public double Deviations(int useCase, double logOutput)
    {
        var (count, mean, variance) = _uses.GetValueOrDefault(useCase);
        return count < KnownMin
            ? (logOutput - PriorMean) / PriorDeviation
            : (logOutput - mean) / Math.Max(0.25, Math.Sqrt(variance));
    }

    public void Save(IMemoryWriter to)
    {
        to.Whole(_uses.Count);
        foreach (var (use, (count, mean, variance)) in _uses)
        {
            to.Whole(use);
            to.Whole(count);
            to.Real(mean);
            to.Real(variance);
        }
    }

    public void Load(IMemoryReader from)
    {
        for (var left = from.Count(UsesMax); left > 0; left--)
        {
            _uses[from.Whole()] = (from.Whole(), from.Real(), from.Real());
        }
    }

    public void Learn(int useCase, double logOutput)
    {
        var (count, mean, variance) = _uses.GetValueOrDefault(useCase);
        var rate = Math.Max(Rate, 1.0 / (count + 1));
        mean = count == 0 ? logOutput : mean;
        var off = logOutput - mean;

        // A few very long sessions must not make very long sessions usual.
        off = count >= KnownMin ? Math.Clamp(off, -3 * Math.Sqrt(variance), 3 * Math.Sqrt(variance)) : off;
        mean += rate * off;
        variance += rate * ((off * off) - variance);
        _uses[useCase] = (count + 1, mean, variance);
    }
}
