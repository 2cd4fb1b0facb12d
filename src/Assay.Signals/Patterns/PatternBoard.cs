using Assay.Signals.Memory;

namespace Assay.Signals.Patterns;

/// <summary>
/// Watches everybody's calls for patterns worth asking about. Not safe for use by several threads: one feeds it.
/// </summary>
public sealed class PatternBoard(PatternSettings settings)
{
    private const int PeopleMax = 10_000_000;
    private const int NumberMax = 1 << 22;

    private readonly Dictionary<string, PersonTrack> _people = new(StringComparer.Ordinal);
    private readonly PeerAnswers _peers = new();
    private PersonTrack?[] _numbered = new PersonTrack?[64];
    private int _day = int.MinValue;

    /// <summary>Sees a call; calls come in the order of time.</summary>
    /// <param name="person">Whose.</param>
    /// <param name="team">A number for the person's team.</param>
    /// <param name="day">The day in the org's time zone, as days since 1970.</param>
    /// <param name="call">The call.</param>
    /// <param name="number">A number for the person, from 1 on and always the same; 0 if there is none. It saves looking the name up.</param>
    /// <returns>What the day that has just ended showed; nothing within a day.</returns>
    public IReadOnlyList<ReviewCue> See(string person, int team, int day, in CallSeen call, int number = 0)
    {
        ArgumentNullException.ThrowIfNull(person);
        var cues = AdvanceTo(day);
        var track = number is > 0 and < NumberMax ? Numbered(number) ??= Track(person) : Track(person);
        track.Team = team;
        track.See(call);
        return cues;
    }

    /// <summary>Something came of a person's work, be it of somebody who has not been seen yet.</summary>
    public void Outcome(string person, int day)
    {
        ArgumentNullException.ThrowIfNull(person);
        Track(person).Outcome(day);
    }

    /// <summary>Ends the day if it has ended.</summary>
    public IReadOnlyList<ReviewCue> AdvanceTo(int day)
    {
        if (day <= _day)
        {
            return [];
        }

        var cues = new List<ReviewCue>();
        if (_day != int.MinValue)
        {
            var active = _people.Values.Where(track => !track.IsIdle).ToList();
            foreach (var team in active.Where(track => track.MissedCaches).GroupBy(track => track.Team))
            {
                if (team.Count() >= settings.BustedPeople)
                {
                    team.ToList().ForEach(track => track.ExcuseCaches());
                }
            }

            foreach (var track in active)
            {
                cues.AddRange(track.EndDay(_day));
            }
        }

        _day = day;
        return cues;
    }

    /// <summary>Forgets all sketches, because the key is about to change.</summary>
    public void ForgetSketches()
    {
        foreach (var track in _people.Values)
        {
            track.Forget();
        }
    }

    /// <summary>Writes what has been learned: counts and sums; no sketches, and no session that runs.</summary>
    public void Save(IMemoryWriter to)
    {
        ArgumentNullException.ThrowIfNull(to);
        to.Whole(_day);
        _peers.Save(to);
        to.Whole(_people.Count);
        foreach (var (person, track) in _people)
        {
            to.Name(person);
            track.Save(to);
        }
    }

    /// <summary>Reads it into a board that has seen nothing.</summary>
    public void Load(IMemoryReader from)
    {
        ArgumentNullException.ThrowIfNull(from);
        _day = from.Whole();
        _peers.Load(from);
        for (var left = from.Count(PeopleMax); left > 0; left--)
        {
            Track(from.Name()).Load(from);
        }
    }

    private ref PersonTrack? Numbered(int number)
    {
        if (number >= _numbered.Length)
        {
            Array.Resize(ref _numbered, Math.Min(NumberMax, Math.Max(number + 1, _numbered.Length * 2)));
        }

        return ref _numbered[number];
    }

    private PersonTrack Track(string person)
    {
        if (!_people.TryGetValue(person, out var track))
        {
            _people[person] = track = new PersonTrack(person, settings, _peers);
        }

        return track;
    }
}
