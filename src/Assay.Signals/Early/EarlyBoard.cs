using System.Runtime.InteropServices;
using Assay.Signals.Memory;
using Assay.Signals.Spikes;

namespace Assay.Signals.Early;

/// <summary>
/// Looks at what changes at once when something breaks: what is read from caches, which model is asked for, how fast calls and
/// conversations begin. Each is a sequential test on what is usual of the person, so that a few calls are enough.
/// </summary>
/// <param name="settings">When to tell.</param>
/// <param name="modelPrice">The logarithm of a model's usual price of a token; not a number if it is not known.</param>
/// <param name="isTold">Whether an incident under way is somebody's: what they do now is nothing to learn accidents from.</param>
internal sealed partial class EarlyBoard(EarlySettings settings, Func<int, double> modelPrice, Predicate<int> isTold)
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

    /// <summary>What the board of spikes knows of the scopes of a call.</summary>
    /// <param name="TeamUsdPerDay">What the team spends on a usual day; 0 if that is not known.</param>
    /// <param name="PersonUsdNow">What the person spent within about a minute.</param>
    /// <param name="PersonUsdUsual">What they do at most.</param>
    [StructLayout(LayoutKind.Auto)]
    public readonly record struct Known(double TeamUsdPerDay, double PersonUsdNow, double PersonUsdUsual);

    /// <summary>Brings what a call needs from memory, before it is needed.</summary>
    public long Fetch(in SpikeCall call) =>
        ((uint)call.Person < (uint)_people.Length ? _people[call.Person].LastMs : 0) + _sessions.Of(call.Session).Seconds;

    /// <summary>Sees a call.</summary>
    public void See(in SpikeCall call, long localHour, in Known known, List<Sign> signs)
    {
        if (call.Person is <= 0 or >= NumberMax || call.Team is <= 0 or >= NumberMax)
        {
            return;
        }

        ref var person = ref At(ref _people, call.Person);
        ref var team = ref At(ref _teams, call.Team);
        var isStart = Conversation(call, ref person, ref team, known, signs);
        Model(call, ref person, ref team, known, signs);
        Pace(call, localHour, isStart, ref person, known, signs);
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
            var price = (float)Math.Log(call.CostUsd / call.Tokens);
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
