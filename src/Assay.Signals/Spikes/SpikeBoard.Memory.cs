using Assay.Signals.Memory;

namespace Assay.Signals.Spikes;

/// <summary>What the board has learned, to be kept over a restart. Incidents under way are not: they are found again.</summary>
public sealed partial class SpikeBoard
{
    /// <summary>Writes all series.</summary>
    public void Save(IMemoryWriter to)
    {
        ArgumentNullException.ThrowIfNull(to);
        to.Whole(SpikeSeries.Horizons);
        to.Whole(_incidents);
        to.Large(_alertDay);
        to.Whole(_alertsToday);
        foreach (var peers in _peers)
        {
            peers.Save(to);
        }

        to.Whole(_count);
        foreach (var (scope, at) in _index.All())
        {
            to.Whole((int)scope.Kind);
            to.Whole(scope.Number);
            _past[at].Save(_series[at], to);
        }

        _early.Save(to);
    }

    /// <summary>Reads them into a board that has seen nothing.</summary>
    public void Load(IMemoryReader from)
    {
        ArgumentNullException.ThrowIfNull(from);
        if (from.Whole() != SpikeSeries.Horizons)
        {
            throw new FormatException("It has other horizons.");
        }

        _incidents = from.Whole();
        _alertDay = from.Large();
        _alertsToday = from.Whole();
        foreach (var peers in _peers)
        {
            peers.Load(from);
        }

        var count = from.Count(SeriesMax);
        for (var i = 0; i < count; i++)
        {
            var scope = new SpikeScope((SpikeScopeKind)from.Count(_peers.Length - 1), from.Whole());
            var at = PlaceOf(scope.Kind, scope.Number, 0, 0);
            _past[at] = SpikePast.Load(ref _series[at], from);
            _series[at].PriceMax = PriceMax(_past[at], scope.Kind);
        }

        _early.Load(from);
    }
}
