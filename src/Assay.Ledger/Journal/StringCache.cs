using System.Text;

namespace Assay.Ledger.Journal;

/// <summary>
/// Gives one string instance for texts that repeat in almost every record (team, model, provider). One slot for each
/// hash: the last text wins, so it is bounded and cannot be made slow.
/// </summary>
internal sealed class StringCache
{
    private const int Slots = 16 * 1024;
    private const int BytesMax = 64;

    /// <summary>For those who read no text.</summary>
    public static readonly StringCache None = new();

    private readonly string?[] _slots = new string?[Slots];

    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return "";
        }

        if (utf8.Length > BytesMax)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        ref var slot = ref _slots[Crc32C.Append(0, utf8) % Slots];
        // Ascii.Equals is false for any byte above 0x7F: other texts are decoded anew.
        if (slot is null || !Ascii.Equals(utf8, slot))
        {
            slot = Encoding.UTF8.GetString(utf8);
        }

        return slot;
    }
}
