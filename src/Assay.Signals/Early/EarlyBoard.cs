using System.Runtime.InteropServices;
using Assay.Signals.Memory;
using Assay.Signals.Spikes;

namespace Assay.Signals.Early;

/// <summary>
/// Looks at what changes at once when something breaks: what is read from caches, which model is asked for, how fast calls and
/// conversations begin. Each is a sequential test on what is usual of the person, so that a few calls are enough.
/// </summary>
/// <param name="settings">When to tell.</param>
/// <param name="context">What else is known.</param>
internal sealed partial class EarlyBoard(EarlySettings settings, IEarlyContext context)
{
    private const int NumberMax = 1 << 22;
    private const double PriceRate = 0.02;

    private readonly SessionTable _sessions = new();
    private EarlyPerson[] _people = new EarlyPerson[64];
    private Team[] _teams = new Team[64];

    /// <summary>Something that was seen early.</summary>
    /// <param name="Scope">Whose: a person as long as one person shows it, else the team.</param>
    /// <param name="Evidence">Why; null for one that is told already and goes on.</param>
    [StructLayout(LayoutKind.Auto)]
    public readonly record struct Sign(SpikeScope Scope, EarlyEvidence? Evidence, EarlyKind Kind, double SpentUsd, double UsualUsd);

    /// <summary>Brings what a call needs from memory while other things are still on their way. What it answers is for <see cref="See"/>.</summary>
    public long Fetch(in SpikeCall call) =>
        ((uint)call.Person < (uint)_people.Length ? _people[call.Person].LastMs : 0) | _sessions.Of(call.Session).Seconds;

    /// <summary>Sees a call.</summary>
    /// <param name="fetched">What <see cref="Fetch"/> answered.</param>
    public void See(in SpikeCall call, long localHour, long fetched, List<Sign> signs)
    {
        if (fetched < 0 || call.Person is <= 0 or >= NumberMax || call.Team is <= 0 or >= NumberMax)
        {
            return;
        }

        ref var person = ref At(ref _people, call.Person);
        ref var team = ref At(ref _teams, call.Team);
        var isStart = Conversation(call, ref person, ref team, signs);
        Model(call, ref person, ref team, signs);
        Pace(call, localHour, isStart, ref person, signs);
        LearnPrice(call, ref person, team.Cache.IsTold || team.Model.IsTold);
    }

    /// <summary>Somebody said that it is as it should be.</summary>
    public void Teach(SpikeScope scope)
    {
        if (scope.Kind == SpikeScopeKind.Person && (uint)scope.Number < (uint)_people.Length)
        {
            ref var person = ref _people[scope.Number];
            person.CallsPeak = Math.Max(person.CallsPeak, Math.Max(person.Calls, person.CallsOfHour));
            person.StartsPeak = Math.Max(person.StartsPeak, Math.Max(person.Starts, person.StartsOfHour));
            person.WarmNone = Math.Max(person.WarmNone, person.WarmOf / 2);
            person.ColdNone = Math.Max(person.ColdNone, person.ColdOf / 2);
            person.ModelLead = 0;
        }
    }

    public void Save(IMemoryWriter to)
    {
        _caches.Save(to);
        _models.Save(to);
        _peers.Save(to);
        to.Whole(_people.Length);
        foreach (ref readonly var person in _people.AsSpan())
        {
            person.Save(to);
        }
    }

    public void Load(IMemoryReader from)
    {
        _caches.Load(from);
        _models.Load(from);
        _peers.Load(from);
        _people = new EarlyPerson[Math.Max(1, from.Count(NumberMax))];
        foreach (ref var person in _people.AsSpan())
        {
            person = EarlyPerson.Load(from);
            _knownPeople += person.IsKnown ? 1 : 0;
            _silentPeople += person.IsSilentSometimes ? 1 : 0;
        }
    }

    private static ref T At<T>(ref T[] table, int number)
    {
        if (number >= table.Length)
        {
            Array.Resize(ref table, Math.Max(number + 1, table.Length * 2));
        }

        return ref table[number];
    }

    private static void LearnPrice(in SpikeCall call, ref EarlyPerson person, bool isTold)
    {
        if (call.CostUsd > 0 && call.Tokens > 0 && !isTold)
        {
            var price = MathF.Log((float)(call.CostUsd / call.Tokens));
            person.Price = person.Price == 0 ? price : person.Price + (float)(PriceRate * (price - person.Price));
        }
    }

    private static Sign Tell(ref EvidenceRun run, in SpikeCall call, EarlyKind kind, double projected)
    {
        run.IsTold = true;
        var scope = run.IsShared ? new SpikeScope(SpikeScopeKind.Team, call.Team) : new SpikeScope(SpikeScopeKind.Person, call.Person);
        return new Sign(
            scope,
            new EarlyEvidence(kind, run.Seen, run.Of, run.Rate, run.Score, projected, 24, run.SinceMs),
            kind,
            run.SpentUsd,
            run.UsualUsd);
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Team
    {
        public EvidenceRun Cache;
        public EvidenceRun Model;

        /// <summary>The model that calls have turned to.</summary>
        public int Dearer;
    }
}
