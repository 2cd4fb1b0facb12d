namespace Assay.Server.Proxy.Waiting;

/// <summary>
/// How many calls a provider gets at once (<c>providers.NAME.callsMax</c>), and who is next when all places are taken: the
/// keys in turn, each key's calls in their order. So one key's burst does not keep the others waiting. Thread-safe.
/// </summary>
internal sealed class ProviderSlots(int callsMax)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<KeyLine> _turns = [];
    private readonly Dictionary<string, KeyLine> _byKey = new(StringComparer.Ordinal);
    private int _taken;

    public int Waiting { get; private set; }

    /// <summary>Takes a place if one is free and nobody waits for it.</summary>
    public bool TryTake()
    {
        lock (_lock)
        {
            if (_taken >= callsMax || Waiting > 0)
            {
                return false;
            }

            _taken++;
            return true;
        }
    }

    /// <summary>Joins those who wait; null if so many wait already.</summary>
    public Waiter? Join(string keyId, int lengthMax)
    {
        lock (_lock)
        {
            if (Waiting >= lengthMax)
            {
                return null;
            }

            if (!_byKey.TryGetValue(keyId, out var line))
            {
                line = new KeyLine(keyId);
                _byKey[keyId] = line;
                _turns.AddLast(line);
            }

            var waiter = new Waiter(line);
            line.Waiters.AddLast(waiter);
            Waiting++;
            HandOut();
            return waiter;
        }
    }

    /// <summary>Stops waiting. True if a place was given in the same moment, which then is the caller's to give back.</summary>
    public bool Leave(Waiter waiter)
    {
        lock (_lock)
        {
            if (!waiter.Line.Waiters.Remove(waiter))
            {
                return true;
            }

            Waiting--;
            DropIfEmpty(waiter.Line);
            return false;
        }
    }

    public void Return()
    {
        lock (_lock)
        {
            _taken--;
            HandOut();
        }
    }

    private void HandOut()
    {
        while (_taken < callsMax && _turns.First?.Value is { } line)
        {
            // The key whose turn it is goes to the end of the round.
            _turns.RemoveFirst();
            _turns.AddLast(line);
            var waiter = line.Waiters.First!.Value;
            line.Waiters.RemoveFirst();
            DropIfEmpty(line);
            Waiting--;
            _taken++;
            waiter.Called.TrySetResult();
        }
    }

    private void DropIfEmpty(KeyLine line)
    {
        if (line.Waiters.Count == 0)
        {
            _turns.Remove(line);
            _byKey.Remove(line.KeyId);
        }
    }

    internal sealed class KeyLine(string keyId)
    {
        public string KeyId => keyId;

        public LinkedList<Waiter> Waiters { get; } = [];
    }

    /// <summary>One call that waits.</summary>
    internal sealed class Waiter(KeyLine line)
    {
        public KeyLine Line => line;

        public TaskCompletionSource Called { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
