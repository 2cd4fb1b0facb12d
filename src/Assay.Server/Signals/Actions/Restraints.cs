using System.Collections.Frozen;

namespace Assay.Server.Signals.Actions;

/// <summary>
/// What calls feel now, by whose calls they are. The store is the truth for all nodes; this is this node's copy of it, asked
/// on the way of every call.
/// </summary>
internal sealed class Restraints
{
    private readonly Lock _lock = new();
    private volatile FrozenDictionary<string, Restraint[]> _byTarget = FrozenDictionary<string, Restraint[]>.Empty;

    /// <summary>Nearly always: then nobody is looked for.</summary>
    public bool IsEmpty => _byTarget.Count == 0;

    /// <summary>What a caller feels now, the mildest first; what has ended is not among it.</summary>
    public IReadOnlyList<Restraint> Of(string person, string key, string session, long nowMs)
    {
        var all = _byTarget;
        List<Restraint>? felt = null;
        Add(ActionTargets.OfPerson(person));
        Add(ActionTargets.OfKey(key));
        if (session.Length > 0)
        {
            Add(ActionTargets.OfSession(person, session));
        }

        felt?.Sort(static (a, b) => a.Action.CompareTo(b.Action));
        return felt ?? (IReadOnlyList<Restraint>)[];

        void Add(string target)
        {
            if (all.TryGetValue(target, out var here))
            {
                (felt ??= []).AddRange(here.Where(restraint => restraint.UntilMs > nowMs));
            }
        }
    }

    /// <summary>All that is in force, as the store has it.</summary>
    public void Replace(IReadOnlyList<Signal> felt)
    {
        lock (_lock)
        {
            // Whose turn is next stays known.
            var known = _byTarget.Values.SelectMany(each => each).ToDictionary(each => each.SignalId, StringComparer.Ordinal);
            Set(felt.Where(signal => signal.ActionUntilMs is not null).Select(signal => known.GetValueOrDefault(signal.Id) ?? new Restraint(signal)));
        }
    }

    public void Add(Signal signal)
    {
        lock (_lock)
        {
            Set(_byTarget.Values.SelectMany(each => each).Where(each => each.SignalId != signal.Id).Append(new Restraint(signal)));
        }
    }

    public void Remove(string signalId)
    {
        lock (_lock)
        {
            Set(_byTarget.Values.SelectMany(each => each).Where(each => each.SignalId != signalId));
        }
    }

    private void Set(IEnumerable<Restraint> all) => _byTarget = all
        .GroupBy(each => each.On, StringComparer.Ordinal)
        .ToFrozenDictionary(each => each.Key, each => each.ToArray(), StringComparer.Ordinal);
}
