using System.Runtime.InteropServices;

namespace Assay.Signals.Early;

/// <summary>
/// The conversations of the last minutes: when each was last seen and how long it had become. A table of fixed size, in which
/// new ones take the place of old ones; what is forgotten too early counts as new, and nothing else happens.
/// </summary>
internal sealed class SessionTable
{
    private const int Bits = 17;
    private const int Ways = 2;

    private readonly Slot[] _slots = new Slot[1 << Bits];

    /// <summary>The place of a conversation, or the one that it will take.</summary>
    public ref Slot Of(ulong session)
    {
        var first = (int)((session * 0x9E3779B97F4A7C15UL) >> (64 - Bits)) & ~(Ways - 1);
        ref var one = ref _slots[first];
        ref var other = ref _slots[first + 1];
        return ref one.Id == session ? ref one
            : ref other.Id == session ? ref other
            : ref one.Seconds <= other.Seconds ? ref one : ref other;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct Slot
    {
        public ulong Id;

        /// <summary>When its last call was settled, in seconds since 1970.</summary>
        public uint Seconds;

        /// <summary>How many tokens a cache should have of it; 0 if its last call used none.</summary>
        public int Cached;
    }
}
