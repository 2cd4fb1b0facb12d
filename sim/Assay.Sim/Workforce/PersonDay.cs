namespace Assay.Sim.Workforce;

/// <summary>What one person does on one day of theirs.</summary>
internal sealed partial class PersonDay(WorkforceOptions options, WorkPerson person, long startMs, int day)
{
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;

    private WorkRandom _random = WorkRandom.Of(options.Seed, person.Index, 2, day);
    private List<WorkCall> _calls = [];
    private List<WorkOutcome> _outcomes = [];

    /// <summary>Local midnight, in Unix milliseconds.</summary>
    private long Midnight => startMs + (day * DayMs) - (person.Zone * HourMs);

    private bool IsWeekend => options.First.AddDays(day).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;

    private bool IsActive => day >= person.From && day < person.Until;

    public void Write(List<WorkCall> calls, List<WorkOutcome> outcomes)
    {
        (_calls, _outcomes) = (calls, outcomes);
        var begin = calls.Count;
        Work();
        if (!IsActive)
        {
            return;
        }

        if (person.Kind.IsGaming())
        {
            if (_random.Chance(IsWeekend ? 0.25 : 0.88))
            {
                Game(begin);
            }
        }
        else
        {
            WorkHard();
        }
    }

    /// <summary>What everybody does: on most working days some sessions, at working hours.</summary>
    private void Work()
    {
        if (!_random.Chance(person.Diligence * (IsWeekend ? 0.3 : 1)))
        {
            return;
        }

        // Days differ: some are all meetings, some all work.
        var mean = person.Sessions * options.Intensity * _random.LogNormal(0.72, 0.8);
        for (var left = Math.Min(40, _random.Poisson(mean)); left > 0; left--)
        {
            var isAlone = _random.Chance(0.02);
            Session(new SessionPlan
            {
                StartMs = AtWork(),
                Calls = isAlone ? 100 + _random.Below(150) : TraceFigures.SessionCalls(ref _random),
                HumanShare = isAlone ? 0.01 : Math.Pow(_random.Part(), 1.6) * 0.6,
                Work = Ticket(0.8),
                Outcome = 0.5,
            });
        }
    }

    private void Session(SessionPlan plan) => SessionWriter.Write(person, plan, _random.Next(), _calls, _outcomes);

    private int Ticket(double chance) =>
        person.Declares && _random.Chance(chance) ? 1000 + (person.Index * 16) + ((day / 4) % 16) : 0;

    /// <summary>A declared ticket, whatever the person's tools do by themselves.</summary>
    private int Declared(double chance) => _random.Chance(chance) ? 1000 + (person.Index * 16) + ((day / 4) % 16) : 0;

    private long AtWork()
    {
        while (true)
        {
            var hour = _random.Part() * 24;
            if (_random.Part() * 2.2 < TraceFigures.HourLoad((int)hour))
            {
                return Midnight + (long)(hour * HourMs);
            }
        }
    }

    private long At(double fromHour, double toHour) => Midnight + (long)(_random.Between(fromHour, toHour) * HourMs);
}
