namespace Assay.Sim.Workforce;

/// <summary>What happens on one day.</summary>
/// <param name="Calls">All calls, in the order of time.</param>
/// <param name="Outcomes">What was accepted, in the order of time.</param>
public sealed record WorkDay(IReadOnlyList<WorkCall> Calls, IReadOnlyList<WorkOutcome> Outcomes);

/// <summary>Memory for the calls of one person's day.</summary>
public sealed class WorkRoom
{
    internal List<WorkCall> Calls { get; } = [];

    internal List<WorkOutcome> Outcomes { get; } = [];
}

/// <summary>
/// A labelled company that derives from a seed: people in teams and time zones who work, some very much, some for the
/// count alone; and what goes wrong. It knows nothing of what looks at it.
/// </summary>
public sealed class WorkCompany
{
    private const long DayMs = 86_400_000;

    private readonly WorkforceOptions _options;
    private readonly IncidentPlans _incidents;
    private List<WorkCall> _laterCalls = [];
    private List<WorkOutcome> _laterOutcomes = [];
    private int _next;

    /// <summary>Makes a company.</summary>
    public WorkCompany(WorkforceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.People is < 50 or > 85_000 || options.Days is < 1 or > 400 || options.TeamSize < 1)
        {
            throw new ArgumentException("A company has 50 to 85000 people in teams of at least one, and lasts 1 to 400 days.", nameof(options));
        }

        _options = options;
        Teams = Math.Max(2, options.People / options.TeamSize);
        StartMs = new DateTimeOffset(options.First.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeMilliseconds();
        People = [.. Enumerable.Range(0, options.People).Select(Person)];
        _incidents = new IncidentPlans(this, options);
    }

    /// <summary>What work is for.</summary>
    public static IReadOnlyList<string> UseCases { get; } =
        ["coding", "review", "support", "analysis", "documents", "evals", "builds"];

    /// <summary>All people.</summary>
    public IReadOnlyList<WorkPerson> People { get; }

    /// <summary>How many days there are.</summary>
    public int Days => _options.Days;

    /// <summary>How many teams there are.</summary>
    public int Teams { get; }

    /// <summary>The first moment, in Unix milliseconds.</summary>
    public long StartMs { get; }

    /// <summary>What goes wrong.</summary>
    public IReadOnlyList<WorkIncident> Incidents => _incidents.All;

    /// <summary>A team's name.</summary>
    public static string TeamName(int team) => $"team-{team:0000}";

    /// <summary>The name of what a team belongs to.</summary>
    public static string DivisionName(int team) => $"division-{team / 12:000}";

    /// <summary>The days, one after the other; to be asked for once.</summary>
    public IEnumerable<WorkDay> Play()
    {
        while (_next < _options.Days)
        {
            yield return Day(_next++);
        }
    }

    /// <summary>
    /// What one person does on one day of theirs, incidents included, in the order of time; what begins late ends on the next day.
    /// All people and days together give the same calls as <see cref="Play()"/>, in any order and on any thread.
    /// </summary>
    /// <param name="room">Holds the calls until it is used again: tens of millions a day are made in the same memory.</param>
    public IReadOnlyList<WorkCall> Play(WorkPerson person, int day, WorkRoom room)
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(room);
        var (calls, outcomes) = (room.Calls, room.Outcomes);
        calls.Clear();
        outcomes.Clear();
        new PersonDay(_options, person, StartMs, day).Write(calls, outcomes);
        _incidents.Write(day, person, calls, outcomes);
        _incidents.Change(calls);
        calls.Sort(static (a, b) => a.AtMs != b.AtMs ? a.AtMs.CompareTo(b.AtMs) : a.Session.CompareTo(b.Session));
        return calls;
    }

    private WorkDay Day(int day)
    {
        var calls = _laterCalls;
        var outcomes = _laterOutcomes;
        foreach (var person in People)
        {
            new PersonDay(_options, person, StartMs, day).Write(calls, outcomes);
        }

        _incidents.Write(day, calls, outcomes);
        var end = StartMs + ((day + 1) * DayMs);
        (_laterCalls, _laterOutcomes) = ([.. calls.Where(c => c.AtMs >= end)], [.. outcomes.Where(o => o.AtMs >= end)]);
        calls.RemoveAll(c => c.AtMs >= end);
        outcomes.RemoveAll(o => o.AtMs >= end);
        _incidents.Change(calls);
        calls.Sort(static (a, b) => a.AtMs != b.AtMs ? a.AtMs.CompareTo(b.AtMs) : a.Session.CompareTo(b.Session));
        outcomes.Sort(static (a, b) => a.AtMs.CompareTo(b.AtMs));
        return new WorkDay(calls, outcomes);
    }

    private WorkPerson Person(int index)
    {
        var random = WorkRandom.Of(_options.Seed, index, 1);
        var place = random.Part();
        var person = new WorkPerson
        {
            Index = index,
            Team = index / _options.TeamSize % Teams,
            Zone = place < 0.55 ? -8 + random.Below(4) : place < 0.8 ? 1 : 8,
            Sessions = Math.Min(12, random.LogNormal(0.75, 1.05)),
            Diligence = random.Between(0.35, 0.95),
            Model = random.Below(10) switch { < 4 => 0, < 7 => 1, < 9 => 2, _ => 3 },
            UseCase = random.Below(20) switch { < 12 => 0, < 15 => 1, < 17 => 2, < 19 => 3, _ => 4 },
            Declares = random.Chance(0.65),
        };
        var lot = random.Part();
        if (_options.PressureFrom >= 0 && lot < _options.Gaming)
        {
            // Some begin at once, some when they see others do it.
            var last = Math.Max(_options.PressureFrom + 1, _options.Days - 8);
            var from = _options.PressureFrom + (int)((last - _options.PressureFrom) * Math.Pow(random.Part(), 1.5));
            return person with { Kind = WorkKind.Redundant + random.Below(8), From = from };
        }

        if (lot > 1 - _options.Heavy)
        {
            var kind = WorkKind.Migration + random.Below(7);
            var from = random.Below(Math.Max(1, _options.Days - 5));
            return kind switch
            {
                WorkKind.Migration => person with { Kind = kind, From = from, Until = from + 3 + random.Below(8) },
                WorkKind.OnCall => person with { Kind = kind, From = from, Until = from + 7 },
                WorkKind.Learner => person with { Kind = kind, From = from, Until = from + 30 },
                _ => person with { Kind = kind },
            };
        }

        return person;
    }
}
