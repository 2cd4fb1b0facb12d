using System.Numerics;
using System.Runtime.InteropServices;
using Assay.Ledger.Usage;

namespace Assay.Ledger.Book;

/// <summary>
/// Remembers how the last so many reservations were resolved, in a ring: the oldest is forgotten for each new one, so
/// that memory is bounded and the same entries always leave the same memory.
/// </summary>
/// <remarks>
/// Every call asks for its id and leaves it here, and so many ids fit in no processor cache: what costs is how often
/// memory is touched. So the ids lie in one array in the order they came, and a hash table with linear probing, never
/// more than half full, says where: asking for an id that is not here touches one line of it, as a rule.
/// </remarks>
internal sealed class ResolvedIds(int idsMax)
{
    private const int FirstCapacity = 256;

    private Remembered[] _ring = new Remembered[Math.Min(idsMax, FirstCapacity)];
    private Slot[] _slots = new Slot[SlotsFor(Math.Min(idsMax, FirstCapacity))];
    private int _count;
    private int _next;

    public bool Contains(Guid id) => Find(id) >= 0;

    public bool TryGet(Guid id, out Resolution resolution)
    {
        var slot = Find(id);
        resolution = slot >= 0 ? _ring[_slots[slot].Place - 1].Resolution : default;
        return slot >= 0;
    }

    /// <summary>Remembers an id that is not remembered.</summary>
    public void Add(Guid id, Resolution resolution) => Invariant.Check(TryAdd(id, resolution));

    /// <summary>Remembers an id; false if it is remembered already.</summary>
    public bool TryAdd(Guid id, Resolution resolution)
    {
        if (Find(id) >= 0)
        {
            return false;
        }

        if (_count == idsMax)
        {
            Empty(Find(_ring[_next].Id));
        }
        else if (_count++ == _ring.Length)
        {
            Grow();
        }

        _ring[_next] = new Remembered(id, resolution);
        Fill(id, _next + 1);
        _next = (_next + 1) % idsMax;
        return true;
    }

    private int Find(Guid id)
    {
        var hash = HashOf(id);
        for (var slot = Home(hash); _slots[slot].Place != 0; slot = Behind(slot))
        {
            if (_slots[slot].Hash == hash && _ring[_slots[slot].Place - 1].Id == id)
            {
                return slot;
            }
        }

        return -1;
    }

    private void Fill(Guid id, int place)
    {
        var hash = HashOf(id);
        var slot = Home(hash);
        while (_slots[slot].Place != 0)
        {
            slot = Behind(slot);
        }

        _slots[slot] = new Slot(hash, place);
    }

    /// <summary>Empties a slot, and moves those behind it up that would else not be found any more.</summary>
    private void Empty(int hole)
    {
        for (var slot = Behind(hole); _slots[slot].Place != 0; slot = Behind(slot))
        {
            // It may move up to the hole unless its home lies behind the hole.
            if (Distance(Home(_slots[slot].Hash), slot) >= Distance(hole, slot))
            {
                _slots[hole] = _slots[slot];
                hole = slot;
            }
        }

        _slots[hole] = default;
    }

    private void Grow()
    {
        // Until it is full the ring has not turned round: places stay as they are.
        Array.Resize(ref _ring, (int)Math.Min(_ring.Length * 2L, idsMax));
        _slots = new Slot[SlotsFor(_ring.Length)];
        for (var place = 0; place < _next; place++)
        {
            Fill(_ring[place].Id, place + 1);
        }
    }

    private int Home(uint hash) => (int)(hash & (uint)(_slots.Length - 1));

    private int Behind(int slot) => (slot + 1) & (_slots.Length - 1);

    private int Distance(int from, int to) => (to - from) & (_slots.Length - 1);

    private static int SlotsFor(int ids) => (int)BitOperations.RoundUpToPowerOf2((uint)ids * 2);

    private static uint HashOf(Guid id)
    {
        var halves = MemoryMarshal.Cast<Guid, ulong>(new ReadOnlySpan<Guid>(in id));
        return (uint)(((halves[0] ^ BitOperations.RotateLeft(halves[1], 32)) * 0x9E37_79B9_7F4A_7C15) >> 32);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Remembered(Guid Id, Resolution Resolution);

    /// <summary>A place in the ring, counted from 1, and the hash of the id there; place 0 is an empty slot.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Slot(uint Hash, int Place);
}
