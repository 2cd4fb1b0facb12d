namespace Assay.Signals.Patterns;

/// <summary>
/// Watches everybody's calls for patterns worth asking about. Not safe for use by several threads: one feeds it.
/// </summary>
public sealed class PatternBoard(PatternSettings settings)
{
    private readonly Dictionary<string, PersonTrack> _people = new(StringComparer.Ordinal);
    private readonly PeerAnswers _peers = new();
    private int _day = int.MinValue;

    /// <summary>Sees a call; calls come in the order of time.</summary>
    /// <param name="person">Whose.</param>
    /// <param name="team">A number for the person's team.</param>
    /// <param name="day">The day in the org's time zone, as days since 1970.</param>
    /// <param name="call">The call.</param>
    /// <returns>What the day that has just ended showed; nothing within a day.</returns>
    public IReadOnlyList<ReviewCue> See(string person, int team, int day, in CallSeen call)
    {
        ArgumentNullException.ThrowIfNull(person);
        var cues = AdvanceTo(day);
        Track(person, team).See(call);
        return cues;
    }

    /// <summary>Something came of a person's work.</summary>
    public void Outcome(string person, int day)
    {
        if (_people.TryGetValue(person, out var track))
        {
            track.Outcome(day);
        }
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

    private PersonTrack Track(string person, int team)
    {
        if (!_people.TryGetValue(person, out var track))
        {
            _people[person] = track = new PersonTrack(person, team, settings, _peers);
        }

        return track;
    }
}
