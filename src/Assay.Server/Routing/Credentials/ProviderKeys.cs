namespace Assay.Server.Routing.Credentials;

/// <summary>One of a provider's credentials, and how long calls should leave it alone.</summary>
internal sealed class ProviderKey(Secret secret)
{
    private long _awayUntilMs;

    public Secret Secret => secret;

    public long AwayUntilMs => Volatile.Read(ref _awayUntilMs);

    public bool IsReadyAt(long nowMs) => nowMs >= AwayUntilMs;

    public void LeaveUntil(long untilMs)
    {
        if (untilMs > AwayUntilMs)
        {
            Volatile.Write(ref _awayUntilMs, untilMs);
        }
    }
}

/// <summary>
/// A provider's credentials, used in turn. The calls of a session stay with one of them while it is well, since some
/// providers keep their caches by account; one that is refused or has too much to do is left alone for a while. Thread-safe.
/// </summary>
internal sealed class ProviderKeys(IReadOnlyList<ProviderKey> keys)
{
    private uint _turn;

    public int Count => keys.Count;

    /// <summary>The one for what must stay with one account: files, and the jobs made of them. Null if there is none.</summary>
    public ProviderKey? First => keys.Count > 0 ? keys[0] : null;

    /// <summary>The credential for a call; null if the provider asks for none.</summary>
    /// <param name="session">What should stay together; empty if nothing.</param>
    /// <param name="nowMs">The time, in Unix milliseconds.</param>
    public ProviderKey? Take(string session, long nowMs)
    {
        if (keys.Count <= 1)
        {
            return keys.Count == 0 ? null : keys[0];
        }

        var first = (session.Length > 0 ? Hash(session) : Interlocked.Increment(ref _turn)) % (uint)keys.Count;
        for (var i = 0; i < keys.Count; i++)
        {
            var key = keys[(int)((first + (uint)i) % (uint)keys.Count)];
            if (key.IsReadyAt(nowMs))
            {
                return key;
            }
        }

        // All are away: the one that comes back first is the best there is.
        return keys.MinBy(key => key.AwayUntilMs);
    }

    /// <summary>Whether another one could be used right now.</summary>
    public bool HasReady(long nowMs) => keys.Any(key => key.IsReadyAt(nowMs));

    /// <summary>When the first of them can be used again, in Unix milliseconds.</summary>
    public long ReadyAtMs => keys.Min(key => key.AwayUntilMs);

    public int IndexOf(ProviderKey key)
    {
        for (var i = 0; i < keys.Count; i++)
        {
            if (ReferenceEquals(keys[i], key))
            {
                return i;
            }
        }

        return -1;
    }

    private static uint Hash(string text)
    {
        var hash = 2166136261u;
        foreach (var unit in text)
        {
            hash = (hash ^ unit) * 16777619u;
        }

        return hash;
    }
}
