using System.Runtime.InteropServices;
using Assay.Sim.Load;
using Assay.Sim.Workforce;

namespace Assay.Demo.Past;

/// <summary>A call of the past, and its cost by the demo's price book.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PastCall(WorkCall Call, long CostNanos)
{
    public long EndMs => Call.AtMs + Call.DurationMs;
}

/// <summary>
/// Two months of the demo's company, up to a moment: what <see cref="WorkCompany"/> plays from the seed, under the names and prices
/// of the demo. Each call is here once for the detectors, and conversations are put together to entries for the ledger.
/// </summary>
internal sealed class DemoPast
{
    /// <summary>Whole days before the one on which the demo begins.</summary>
    public const int DaysBefore = 60;

    /// <summary>The day on which a board that ranks people by tokens is hung up: with whole weeks before and after it.</summary>
    public const int PressureDay = 32;

    private const int TurnsMax = 5;

    public DemoPast(int seed, DateTimeOffset until, Func<PastCast, PastNames> names)
    {
        UntilMs = until.ToUnixTimeMilliseconds();
        Company = CompanyOf(seed, until);
        Cast = new PastCast(Company);
        Names = names(Cast);
        var (calls, entries, outcomes) = (new List<PastCall>(), new List<MergedTurns>(), new List<WorkOutcome>());
        var merge = new TurnMerge(TurnsMax, isJoined: false, entries);
        foreach (var day in Company.Play())
        {
            foreach (var played in day.Calls)
            {
                if (Cast.Of(played.Person) is null || played.AtMs + played.DurationMs >= UntilMs)
                {
                    continue;
                }

                var call = Names.Fit(played);
                var cost = Names.CostNanos(call);
                calls.Add(new PastCall(call, cost));
                merge.Add(call, cost);
                CostNanos += cost;
                Tokens += call.Tokens;
            }

            merge.Flush();
            outcomes.AddRange(day.Outcomes.Where(outcome => Cast.Of(outcome.Person) is not null && outcome.AtMs < UntilMs));
        }

        // A call is known when it ends.
        calls.Sort(static (a, b) => (a.EndMs, a.Call.Session, a.Call.AtMs).CompareTo((b.EndMs, b.Call.Session, b.Call.AtMs)));
        entries.Sort(static (a, b) => (a.FromMs, a.Kind.Session, a.ToMs).CompareTo((b.FromMs, b.Kind.Session, b.ToMs)));
        (Calls, Entries, Outcomes) = (calls, entries, outcomes);
    }

    /// <summary>When the past ends: no call of it ends later.</summary>
    public long UntilMs { get; }

    public WorkCompany Company { get; }

    public PastCast Cast { get; }

    public PastNames Names { get; }

    /// <summary>In the order of their ends.</summary>
    public IReadOnlyList<PastCall> Calls { get; }

    /// <summary>The same for the ledger, in the order in which they begin.</summary>
    public IReadOnlyList<MergedTurns> Entries { get; }

    public IReadOnlyList<WorkOutcome> Outcomes { get; }

    public long CostNanos { get; }

    public long Tokens { get; }

    /// <summary>When the board was hung up.</summary>
    public long PressureMs => Company.StartMs + (PressureDay * 86_400_000L);

    private static WorkCompany CompanyOf(int seed, DateTimeOffset until) => new(new WorkforceOptions
    {
        Seed = seed,
        People = PastCast.People,
        TeamSize = PastCast.TeamSize,
        Days = DaysBefore + 1,
        First = DateOnly.FromDateTime(until.UtcDateTime).AddDays(-DaysBefore),
        PressureFrom = PressureDay,
        Gaming = 0.12,
        Heavy = 0.1,
        Intensity = 0.7,

        // For each thousand people and thirty days: some ten in all.
        Incidents = 100,
        IncidentSize = 0.25,
    });
}
