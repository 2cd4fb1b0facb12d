using System.Runtime.InteropServices;

namespace Assay.Sim.Workforce.Deliveries;

/// <summary>
/// What the sessions of a company lead to: changes and tickets, with commits that leave traces or do not, refs that are
/// declared, forgotten or stale, work that is given up, thrown away without a word or taken back. Every call's true purpose
/// is known. It derives from the seed and leaves the calls as they are; it knows nothing of what looks at it.
/// </summary>
public sealed class DeliveryDesk
{
    private readonly WorkCompany _company;
    private readonly DeliveryOptions _options;
    private readonly List<WorkCall>[] _calls;

    /// <summary>Makes an empty one.</summary>
    public DeliveryDesk(WorkCompany company, DeliveryOptions options)
    {
        ArgumentNullException.ThrowIfNull(company);
        ArgumentNullException.ThrowIfNull(options);
        (_company, _options) = (company, options);
        _calls = [.. company.People.Select(_ => new List<WorkCall>())];
    }

    /// <summary>Takes in a day.</summary>
    public void See(WorkDay day)
    {
        ArgumentNullException.ThrowIfNull(day);
        foreach (var call in day.Calls)
        {
            _calls[call.Person].Add(call);
        }
    }

    /// <summary>Decides what came of it all.</summary>
    public DeliveryBook Close()
    {
        var book = new DeliveryWriter(_company.StartMs);
        foreach (var person in _company.People)
        {
            var calls = _calls[person.Index];
            calls.Sort(static (a, b) => a.Session != b.Session ? a.Session.CompareTo(b.Session) : a.AtMs.CompareTo(b.AtMs));
            var sessions = new List<(int From, int To)>();
            for (var i = 0; i < calls.Count;)
            {
                var from = i;
                while (i < calls.Count && calls[i].Session == calls[from].Session)
                {
                    i++;
                }

                sessions.Add((from, i));
            }

            sessions.Sort((a, b) => calls[a.From].AtMs.CompareTo(calls[b.From].AtMs));
            var habits = PersonHabits.Of(_options, person);
            var work = new PersonWork(_options, person, habits, book);
            foreach (var (from, to) in sessions)
            {
                work.Session(CollectionsMarshal.AsSpan(calls)[from..to]);
            }

            work.Aside();
        }

        return new DeliveryBook(book.Calls, book.Commits, book.Changes);
    }
}

/// <summary>Where people's work is written to.</summary>
internal sealed class DeliveryWriter(long startMs)
{
    public long StartMs => startMs;

    public List<ServedCall> Calls { get; } = [];

    public List<WorkCommit> Commits { get; } = [];

    public List<WorkChange> Changes { get; } = [];
}
