using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Assay.Server.Hosting;

namespace Assay.Server.Proxy;

/// <summary>Bounds how many calls are under way at once, in all and for each key.</summary>
internal sealed class CallSlots(LimitsConfig limits)
{
    private readonly ConcurrentDictionary<string, StrongBox<int>> _byKey = new(StringComparer.Ordinal);
    private int _all;

    public int InUse => Volatile.Read(ref _all);

    /// <summary>Takes a slot, or says that the key or the node has none.</summary>
    public bool TryTake(string keyId)
    {
        if (Interlocked.Increment(ref _all) > limits.StreamsMax)
        {
            Interlocked.Decrement(ref _all);
            return false;
        }

        var ofKey = _byKey.GetOrAdd(keyId, static _ => new StrongBox<int>());
        if (Interlocked.Increment(ref ofKey.Value) > limits.StreamsPerKeyMax)
        {
            Interlocked.Decrement(ref ofKey.Value);
            Interlocked.Decrement(ref _all);
            return false;
        }

        return true;
    }

    public void Return(string keyId)
    {
        Interlocked.Decrement(ref _byKey[keyId].Value);
        Interlocked.Decrement(ref _all);
    }
}
