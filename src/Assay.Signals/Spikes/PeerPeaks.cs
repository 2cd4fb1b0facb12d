using Assay.Signals.Memory;

namespace Assay.Signals.Spikes;

/// <summary>The peaks of an hour that are usual among things of one kind, so that a newcomer is not judged against nothing.</summary>
internal sealed class PeerPeaks(double quantile)
{
    // A running quantile (stochastic approximation): up by a large step when exceeded, down by a small one when not.
    private const double StepShare = 0.02;
    private readonly double[] _peaks = new double[SpikeSeries.Horizons];
    private int _seen;

    public double this[int horizon] => _peaks[horizon];

    public void Save(IMemoryWriter to)
    {
        to.Whole(_seen);
        foreach (var peak in _peaks)
        {
            to.Real(peak);
        }
    }

    public void Load(IMemoryReader from)
    {
        _seen = from.Whole();
        for (var i = 0; i < _peaks.Length; i++)
        {
            _peaks[i] = from.Real();
        }
    }

    public void Learn(in SpikeSeries series)
    {
        _seen++;
        for (var i = 0; i < _peaks.Length; i++)
        {
            double peak = series.PeakOfHour[i];
            var step = Math.Max(StepShare, 1.0 / _seen) * Math.Max(_peaks[i], 1e-6);
            if (_seen < 20)
            {
                _peaks[i] = Math.Max(_peaks[i], peak);
            }
            else
            {
                _peaks[i] += peak > _peaks[i] ? step * quantile : -step * (1 - quantile);
            }
        }
    }
}
