using Assay.Sim.Workforce;

namespace Assay.Sim.Load;

/// <summary>
/// The entries of a company in the order of time, a day after the other. People are played on all cores, each by itself, so
/// that the tens of millions of calls of a large company's day are never in memory at once.
/// </summary>
internal sealed class CompanyEntries(WorkCompany company, int turnsMax, bool isJoined, int coresMax)
{
    private const long DayMs = 86_400_000;
    private const int PeopleAtOnce = 256;

    private List<MergedTurns> _waiting = [];

    /// <summary>The entries that begin before the end of each day in UTC, and that no day before had.</summary>
    /// <remarks>East of Greenwich a day of work begins the day before, so a day is given when the next one has been played.</remarks>
    public IEnumerable<List<MergedTurns>> Days(CancellationToken ct)
    {
        for (var day = 0; day <= company.Days; day++)
        {
            if (day < company.Days)
            {
                _waiting.AddRange(Play(day, ct));
            }

            var end = day < company.Days ? company.StartMs + (day * DayMs) : long.MaxValue;
            var ready = _waiting.FindAll(turns => turns.FromMs < end);
            _waiting = _waiting.FindAll(turns => turns.FromMs >= end);
            ready.Sort(static (a, b) => a.FromMs != b.FromMs ? a.FromMs.CompareTo(b.FromMs)
                : a.Kind.Session != b.Kind.Session ? a.Kind.Session.CompareTo(b.Kind.Session)
                : (a.Kind.Work, a.Kind.Model, a.ToMs).CompareTo((b.Kind.Work, b.Kind.Model, b.ToMs)));
            yield return ready;
        }
    }

    private List<MergedTurns> Play(int day, CancellationToken ct)
    {
        var end = company.StartMs + (company.Days * DayMs);
        var parts = new List<MergedTurns>[((company.People.Count - 1) / PeopleAtOnce) + 1];
        Parallel.For(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = coresMax, CancellationToken = ct }, part =>
        {
            var turns = new List<MergedTurns>();
            var merge = new TurnMerge(turnsMax, isJoined, turns);
            var room = new WorkRoom();
            var last = Math.Min(company.People.Count, (part + 1) * PeopleAtOnce);
            for (var person = part * PeopleAtOnce; person < last; person++)
            {
                foreach (var call in company.Play(company.People[person], day, room))
                {
                    // What would end after the last day is not of this company.
                    if (call.AtMs < end)
                    {
                        merge.Add(call, call.CostNanos);
                    }
                }

                merge.Flush();
            }

            parts[part] = turns;
        });
        return [.. parts.SelectMany(part => part)];
    }
}
