using Assay.Outcomes.Attribution;

namespace Assay.Outcomes.Worth;

/// <summary>What became of the outcome that spend went to.</summary>
public enum Fate
{
    /// <summary>It was accepted, and its window passed without anything going wrong.</summary>
    Settled,

    /// <summary>It is proposed, or accepted but still within its window: nobody can know yet.</summary>
    Provisional,

    /// <summary>It was accepted and taken back.</summary>
    Reverted,

    /// <summary>It was accepted and reopened.</summary>
    Reopened,

    /// <summary>It was given up before it was accepted.</summary>
    Abandoned,

    /// <summary>Only of spend: no outcome is known.</summary>
    Unattributed,
}

/// <summary>Spend that agrees in key, person and fate.</summary>
/// <param name="Key">The group it is cut by: a team, a use case, a model, a route policy.</param>
/// <param name="Person">Whose it is; the cluster that intervals draw.</param>
/// <param name="Fate">What became of what it went to.</param>
/// <param name="Nanos">Nano-dollars.</param>
/// <param name="Tokens">Tokens of all classes.</param>
public readonly record struct WorthSpend(string Key, string Person, Fate Fate, long Nanos, long Tokens);

/// <summary>Outcomes that agree in key, person and fate.</summary>
/// <param name="Key">The group they are cut by.</param>
/// <param name="Person">Whose they are.</param>
/// <param name="Fate">What became of them; never unattributed.</param>
/// <param name="Count">How many.</param>
public readonly record struct WorthOutcomes(string Key, string Person, Fate Fate, int Count);

/// <summary>Joins an attribution to fates, as rows that <see cref="WorthTable"/> takes. A store may sum such rows itself.</summary>
public static class WorthRows
{
    /// <summary>Sums parts of spend by key, person and fate.</summary>
    /// <param name="result">The attribution.</param>
    /// <param name="calls">Its calls.</param>
    /// <param name="key">The group of a call.</param>
    /// <param name="tokens">The tokens of a call; they are divided as its cost is.</param>
    /// <param name="fate">What became of an outcome, by its position.</param>
    public static IReadOnlyList<WorthSpend> Spend(
        AttributionResult result,
        IReadOnlyList<CallRow> calls,
        Func<CallRow, string> key,
        Func<CallRow, long> tokens,
        Func<int, Fate> fate)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(calls);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(fate);
        var sums = new Dictionary<(string, string, Fate), (long Nanos, long Tokens)>();
        for (var i = 0; i < result.Parts.Count;)
        {
            // The parts of one call follow each other; its tokens go the way of its money.
            var (first, call) = (i, calls[result.Parts[i].Call]);
            for (; i < result.Parts.Count && result.Parts[i].Call == result.Parts[first].Call; i++)
            {
            }

            var weights = new long[i - first];
            for (var j = first; j < i; j++)
            {
                weights[j - first] = Math.Max(0, result.Parts[j].Nanos);
            }

            if (weights.All(w => w == 0))
            {
                weights[0] = 1;
            }

            var counts = new long[weights.Length];
            LargestRemainder.Split(tokens(call), weights, counts);
            for (var j = first; j < i; j++)
            {
                var part = result.Parts[j];
                var place = (key(call), call.Person, part.Outcome < 0 ? Fate.Unattributed : fate(part.Outcome));
                var (nanos, sum) = sums.GetValueOrDefault(place);
                sums[place] = (nanos + part.Nanos, sum + counts[j - first]);
            }
        }

        return [.. sums.Select(s => new WorthSpend(s.Key.Item1, s.Key.Item2, s.Key.Item3, s.Value.Nanos, s.Value.Tokens))];
    }

    /// <summary>
    /// For cuts that an outcome itself does not have, such as models: the group that spent most on each outcome; null where
    /// nothing is attributed to it.
    /// </summary>
    public static IReadOnlyList<string?> LargestKey(AttributionResult result, IReadOnlyList<CallRow> calls, Func<CallRow, string> key)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(calls);
        ArgumentNullException.ThrowIfNull(key);
        var sums = new Dictionary<(int Outcome, string Key), long>();
        foreach (var part in result.Parts.Where(p => p.Outcome >= 0))
        {
            var place = (part.Outcome, key(calls[part.Call]));
            sums[place] = sums.GetValueOrDefault(place) + part.Nanos;
        }

        var keys = new string?[result.Outcomes.Count];
        foreach (var group in sums.GroupBy(s => s.Key.Outcome))
        {
            keys[group.Key] = group.OrderByDescending(s => s.Value).ThenBy(s => s.Key.Key, StringComparer.Ordinal).First().Key.Key;
        }

        return keys;
    }
}
