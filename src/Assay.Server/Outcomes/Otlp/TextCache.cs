using System.Text;

namespace Assay.Server.Outcomes.Otlp;

/// <summary>
/// Strings by their UTF-8: the same few hundred names and values come with every data point, and none of them is made
/// twice. Of fixed size; what meets in a slot takes turns. Not thread-safe.
/// </summary>
internal sealed class TextCache
{
    private const int Slots = 8192;
    private const int BytesMax = 128;

    private readonly (byte[]? Utf8, string Text)[] _slots = new (byte[]?, string)[Slots];

    public string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > BytesMax)
        {
            return utf8.IsEmpty ? "" : Encoding.UTF8.GetString(utf8);
        }

        ref var slot = ref _slots[Fingerprint.Of(utf8) & (Slots - 1)];
        if (slot.Utf8 is null || !utf8.SequenceEqual(slot.Utf8))
        {
            slot = (utf8.ToArray(), Encoding.UTF8.GetString(utf8));
        }

        return slot.Text;
    }
}

/// <summary>FNV-1a with a finish that spreads it (from MurmurHash3), the same in every process: it names series in the store.</summary>
internal static class Fingerprint
{
    private const ulong Start = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var hash = Start;
        foreach (var b in bytes)
        {
            hash = (hash ^ b) * Prime;
        }

        return Finish(hash);
    }

    public static ulong Of(string text)
    {
        var hash = Start;
        foreach (var c in text)
        {
            hash = (hash ^ c) * Prime;
        }

        return Finish(hash);
    }

    /// <summary>One from two, in which their order matters.</summary>
    public static ulong Of(ulong one, ulong other) => Finish((one * Prime) ^ other);

    private static ulong Finish(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
        return hash ^ (hash >> 33);
    }
}
