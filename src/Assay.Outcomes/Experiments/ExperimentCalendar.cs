namespace Assay.Outcomes.Experiments;

/// <summary>How units come to be treated.</summary>
public enum ExperimentDesign
{
    /// <summary>In waves, by lot; once treated they stay so.</summary>
    Staggered,

    /// <summary>In one period of each pair, by lot.</summary>
    Switchback,
}

/// <summary>
/// Which unit is treated in which period: worked out once, from the seed and the names, so that whoever asks gets the same
/// answer without looking anything up.
/// </summary>
public sealed class ExperimentCalendar
{
    private readonly Dictionary<string, bool[]> _treated;

    /// <summary>Works it out.</summary>
    /// <param name="seed">What the lots are drawn from; nobody chooses it.</param>
    /// <param name="design">How units come to be treated.</param>
    /// <param name="units">The units' names.</param>
    /// <param name="startMs">When the first period begins, in Unix ms.</param>
    /// <param name="periodMs">How long a period is.</param>
    /// <param name="periods">How many there are; even in a switchback, more than waves in a staggered roll-out.</param>
    /// <param name="waves">In a staggered roll-out, how many waves.</param>
    public ExperimentCalendar(
        string seed, ExperimentDesign design, IReadOnlyCollection<string> units, long startMs, long periodMs, int periods, int waves)
    {
        ArgumentNullException.ThrowIfNull(units);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(periodMs);
        ArgumentOutOfRangeException.ThrowIfLessThan(periods, 2);
        (Design, StartMs, PeriodMs, Periods) = (design, startMs, periodMs, periods);
        if (design == ExperimentDesign.Switchback)
        {
            _treated = units.Distinct(StringComparer.OrdinalIgnoreCase).ToDictionary(
                unit => unit, unit => Row(period => Assignment.IsTreated(seed, unit, period)), StringComparer.OrdinalIgnoreCase);
            return;
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(waves, periods);
        BeginsAt = Assignment.Waves(seed, units, waves)
            .ToDictionary(unit => unit.Key, unit => 1 + (unit.Value * (periods - 1) / waves), StringComparer.OrdinalIgnoreCase);
        _treated = BeginsAt.ToDictionary(unit => unit.Key, unit => Row(period => period >= unit.Value), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>How units come to be treated.</summary>
    public ExperimentDesign Design { get; }

    /// <summary>When it begins, in Unix ms.</summary>
    public long StartMs { get; }

    /// <summary>How long a period is.</summary>
    public long PeriodMs { get; }

    /// <summary>How many periods there are.</summary>
    public int Periods { get; }

    /// <summary>When it ends, in Unix ms; declared with it.</summary>
    public long EndMs => StartMs + (Periods * PeriodMs);

    /// <summary>The units' names.</summary>
    public IReadOnlyCollection<string> Units => _treated.Keys;

    /// <summary>In a staggered roll-out, the first treated period of each unit.</summary>
    public IReadOnlyDictionary<string, int> BeginsAt { get; } = new Dictionary<string, int>();

    /// <summary>The period of a time; null before the start and after the end.</summary>
    public int? PeriodAt(long atMs) => atMs >= StartMs && atMs < EndMs ? (int)((atMs - StartMs) / PeriodMs) : null;

    /// <summary>Whether a unit is treated in a period; null if it takes no part.</summary>
    public bool? IsTreated(string unit, int period) => _treated.TryGetValue(unit, out var row) ? row[period] : null;

    private bool[] Row(Func<int, bool> isTreated) => [.. Enumerable.Range(0, Periods).Select(isTreated)];
}
