namespace Assay.Sim.Workforce;

/// <summary>What goes wrong with money: planted, so that its beginning, end and cost are known.</summary>
internal sealed class IncidentPlans
{
    private const long DayMs = 86_400_000;
    private const long MinuteMs = 60_000;

    private static readonly string[] s_kinds = ["runaway", "leaked-key", "retry-storm", "wrong-model", "cache-off"];

    private readonly WorkCompany _company;
    private readonly WorkforceOptions _options;
    private readonly List<WorkIncident> _all = [];
    private readonly ILookup<int, WorkIncident> _ofPerson;
    private readonly ILookup<int, WorkIncident> _ofTeam;

    public IncidentPlans(WorkCompany company, WorkforceOptions options)
    {
        _company = company;
        _options = options;
        var random = WorkRandom.Of(options.Seed, -1, 5);
        var count = (int)Math.Round(options.Incidents * options.People / 1000.0 * options.Days / 30);
        for (var id = 1; id <= count; id++)
        {
            var kind = s_kinds[random.Below(s_kinds.Length)];
            var person = company.People[random.Below(company.People.Count)];
            var day = Math.Min(options.Days - 1, 7 + random.Below(Math.Max(1, options.Days - 8)));
            var isSlow = kind is "wrong-model" or "cache-off";
            var from = company.StartMs + (day * DayMs) + (long)(random.Between(7, 20) * 3_600_000) - (person.Zone * 3_600_000L);
            var minutes = isSlow ? random.Between(240, 1400) : kind == "leaked-key" ? random.Between(40, 240) : random.Between(8, 60);
            _all.Add(new WorkIncident(
                id, kind, isSlow ? -1 : person.Index, person.Team, from, from + (long)(minutes * MinuteMs)));
        }

        _ofPerson = _all.Where(i => i.Person >= 0).ToLookup(i => i.Person);
        _ofTeam = _all.Where(i => i.Person < 0).ToLookup(i => i.Team);
    }

    public IReadOnlyList<WorkIncident> All => _all;

    /// <summary>Adds the calls that incidents of a day make.</summary>
    public void Write(int day, List<WorkCall> calls, List<WorkOutcome> outcomes)
    {
        foreach (var incident in _all.Where(i => i.Person >= 0 && IsOf(day, i)))
        {
            Write(incident, calls, outcomes);
        }
    }

    /// <summary>Adds the calls that a person's incidents of a day make.</summary>
    public void Write(int day, WorkPerson person, List<WorkCall> calls, List<WorkOutcome> outcomes)
    {
        foreach (var incident in _ofPerson[person.Index].Where(i => IsOf(day, i)))
        {
            Write(incident, calls, outcomes);
        }
    }

    /// <summary>Changes the calls that a wrong setting of a team makes dearer.</summary>
    public void Change(List<WorkCall> calls)
    {
        for (var i = 0; i < calls.Count; i++)
        {
            // By the team of each call: a large company has hundreds of incidents and tens of millions of calls a day.
            foreach (var incident in _ofTeam[_company.People[calls[i].Person].Team])
            {
                var call = calls[i];
                if (call.AtMs < incident.FromMs || call.AtMs >= incident.ToMs || call.Incident != 0)
                {
                    continue;
                }

                calls[i] = incident.Kind == "cache-off"
                    ? call with { Input = call.Input + call.CacheRead + call.CacheWrite, CacheRead = 0, CacheWrite = 0, Incident = incident.Id }
                    : call.Model != 0 ? call with { Model = 0, Incident = incident.Id } : call;
            }
        }
    }

    private bool IsOf(int day, WorkIncident incident) =>
        _company.StartMs + (day * DayMs) is var begin && incident.FromMs >= begin && incident.FromMs < begin + DayMs;

    private void Write(WorkIncident incident, List<WorkCall> calls, List<WorkOutcome> outcomes)
    {
        var random = WorkRandom.Of(_options.Seed, -2, incident.Id);
        var person = _company.People[incident.Person];
        var streams = incident.Kind == "retry-storm" ? 4 + random.Below(20) : 8 + random.Below(40);
        for (var i = 0; i < streams * _options.IncidentSize; i++)
        {
            var plan = new SessionPlan
            {
                StartMs = incident.FromMs + random.Below(15_000),
                EndMs = incident.ToMs,
                Calls = 20_000,
                HumanShare = 0,
                GapScale = incident.Kind == "retry-storm" ? 0.2 : 0.6,
                FirstTokens = incident.Kind == "leaked-key" ? 6000 + random.Below(30_000) : 40_000 + random.Below(60_000),
                CacheMiss = incident.Kind == "runaway" ? 0.1 : 0.9,
                NewTokens = incident.Kind == "retry-storm" ? 10 : 0,
                ToolRepeats = 0.3,
                Incident = incident.Id,
            };
            SessionWriter.Write(person, plan, random.Next(), calls, outcomes);
        }
    }
}
