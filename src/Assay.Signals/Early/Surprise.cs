using Assay.Signals.Memory;

namespace Assay.Signals.Early;

/// <summary>
/// Things that hardly ever happen in a company: how often each does by accident, and how much evidence is enough to say that
/// it is none. The latter follows from how many calls a day are tested and how many alarms by chance are allowed.
/// </summary>
internal sealed class Surprise(EarlySettings settings, int sorts)
{
    private const double DayMs = 86_400_000;
    private const double DaysKept = 60;
    private const double Doubt = 0.5;
    private const double Rare = 0.001;
    private const double Alike = 10;

    private readonly double[] _calls = new double[sorts];
    private readonly double[] _accidents = new double[sorts];
    private long _beganMs;
    private double _all;

    /// <summary>The evidence that is enough, as a logarithm of odds.</summary>
    public double Enough(long nowMs) =>
        Math.Log(Math.Max(1, _all / Math.Max(1, (nowMs - _beganMs) / DayMs) / settings.ChanceAlarmsPerDay));

    /// <summary>For how long it has been watched, in days.</summary>
    public double Days(long nowMs) => _beganMs == 0 ? 0 : (nowMs - _beganMs) / DayMs;

    /// <summary>How often it happens by accident to somebody of whom so much is known: never less often than in the company.</summary>
    /// <param name="sort">What.</param>
    /// <param name="of">How many of their calls could have shown it.</param>
    /// <param name="seen">How many did.</param>
    public double Rate(int sort, double of, double seen)
    {
        var company = Company(sort);
        return Math.Min(1, Math.Max(company, ((settings.PriorCalls * company) + seen) / (settings.PriorCalls + of)));
    }

    /// <summary>A call could have shown it.</summary>
    public void Call(int sort, long nowMs)
    {
        _beganMs = _beganMs == 0 ? nowMs : _beganMs;
        _calls[sort]++;
        _all++;
        if (nowMs - _beganMs > DaysKept * DayMs)
        {
            _beganMs = nowMs - (long)(DaysKept / 2 * DayMs);
            _all /= 2;
            for (var i = 0; i < _calls.Length; i++)
            {
                _calls[i] /= 2;
                _accidents[i] /= 2;
            }
        }
    }

    /// <summary>A call that is counted already could have shown this, too.</summary>
    public void Chance(int sort) => _calls[sort]++;

    /// <summary>What had been seen was nothing after all. Of whom it is known to happen now and then, it says nothing of others.</summary>
    /// <param name="sort">What.</param>
    /// <param name="rate">How often its person usually shows it.</param>
    public void Accident(int sort, double rate)
    {
        if (rate <= Math.Max(Rare, Alike * Company(sort)))
        {
            _accidents[sort]++;
        }
    }

    private double Company(int sort) => (_accidents[sort] + Doubt) / (_calls[sort] + 1);

    public void Save(IMemoryWriter to)
    {
        to.Large(_beganMs);
        to.Real(_all);
        for (var i = 0; i < _calls.Length; i++)
        {
            to.Real(_calls[i]);
            to.Real(_accidents[i]);
        }
    }

    public void Load(IMemoryReader from)
    {
        _beganMs = from.Large();
        _all = from.Real();
        for (var i = 0; i < _calls.Length; i++)
        {
            _calls[i] = from.Real();
            _accidents[i] = from.Real();
        }
    }
}
