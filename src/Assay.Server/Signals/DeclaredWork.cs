using Assay.Signals.Memory;

namespace Assay.Server.Signals;

/// <summary>
/// Who declared which work, so that a ticket which somebody else closes counts for whoever worked on it. Names of tickets
/// only, for a week.
/// </summary>
internal sealed class DeclaredWork
{
    private const int KeptDays = 7;
    private const int NamesMax = 200_000;
    private const int PeopleMax = 8;

    private readonly Dictionary<string, List<(string Person, int Day)>> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Somebody's call named what it serves.</summary>
    public void See(string work, string person, int day)
    {
        if (work.Length == 0)
        {
            return;
        }

        if (!_names.TryGetValue(work, out var people))
        {
            if (_names.Count >= NamesMax)
            {
                return;
            }

            _names[work] = people = [];
        }

        var at = people.FindIndex(each => each.Person == person);
        if (at >= 0)
        {
            people[at] = (person, day);
        }
        else if (people.Count < PeopleMax)
        {
            people.Add((person, day));
        }
    }

    /// <summary>Those who declared one of some names.</summary>
    public IEnumerable<string> By(IEnumerable<string> works) => works
        .SelectMany(work => _names.TryGetValue(work, out var people) ? people : [])
        .Select(each => each.Person)
        .Distinct(StringComparer.Ordinal);

    public void Save(IMemoryWriter to)
    {
        to.Whole(_names.Count);
        foreach (var (name, people) in _names)
        {
            to.Name(name);
            to.Whole(people.Count);
            foreach (var (person, day) in people)
            {
                to.Name(person);
                to.Whole(day);
            }
        }
    }

    public void Load(IMemoryReader from)
    {
        for (var left = from.Count(NamesMax); left > 0; left--)
        {
            var name = from.Name();
            for (var people = from.Count(PeopleMax); people > 0; people--)
            {
                See(name, from.Name(), from.Whole());
            }
        }
    }

    public void Forget(int today)
    {
        foreach (var (name, people) in _names.ToList())
        {
            people.RemoveAll(each => each.Day <= today - KeptDays);
            if (people.Count == 0)
            {
                _names.Remove(name);
            }
        }
    }
}
