using Assay.Ledger.Usage;

namespace Assay.Ledger.Book;

/// <summary>
/// Remembers how the last so many reservations were resolved, in a ring: the oldest is forgotten for each new one, so
/// that memory is bounded and the same entries always leave the same memory.
/// </summary>
internal sealed class ResolvedIds(int idsMax)
{
    private readonly Dictionary<Guid, Resolution> _resolutions = [];
    private readonly Queue<Guid> _oldestFirst = new();

    public bool TryGet(Guid id, out Resolution resolution) => _resolutions.TryGetValue(id, out resolution);

    public void Add(Guid id, Resolution resolution)
    {
        if (_oldestFirst.Count == idsMax)
        {
            _resolutions.Remove(_oldestFirst.Dequeue());
        }

        _resolutions.Add(id, resolution);
        _oldestFirst.Enqueue(id);
        Invariant.Check(_resolutions.Count == _oldestFirst.Count);
    }
}
