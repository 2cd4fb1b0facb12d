using System.Runtime.InteropServices;
using Assay.Ledger.Usage;

namespace Assay.Ledger.Journal;

/// <summary>
/// What a start needs of a <see cref="Reserved"/> or <see cref="Settled"/> record: read in one pass and without an
/// object. It is as strict as <see cref="EntryCodec.Decode"/>: what that refuses, this refuses.
/// </summary>
/// <param name="Id">The call.</param>
/// <param name="StartedAtMs">When it began.</param>
/// <param name="Resolution">How it was resolved.</param>
/// <param name="Cost">Its cost, or the estimate; nano-USD.</param>
/// <param name="Tokens">All its tokens, or the estimate.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CallScan(Guid Id, long StartedAtMs, Resolution Resolution, long Cost, long Tokens)
{
    // KeyId to ServiceTier, in the order of the record.
    private const int TextsInside = 13;

    /// <summary>Whether a record is of a kind that this reads.</summary>
    public static bool IsCall(ReadOnlySpan<byte> record, out EntryKind kind)
    {
        kind = record.Length >= 2 ? (EntryKind)record[0] : default;
        return kind is EntryKind.Reserved or EntryKind.Settled && EntryCodec.IsKnownVersion(kind, record[1]);
    }

    /// <summary>Reads a record of such a kind.</summary>
    /// <param name="record">The record.</param>
    /// <param name="accounts">The bytes of its accounts, count and texts; empty if the record has none.</param>
    /// <exception cref="JournalFormatException">A field does not fit.</exception>
    public static CallScan Read(ReadOnlySpan<byte> record, out ReadOnlySpan<byte> accounts)
    {
        var reader = new RecordReader(record, StringCache.None);
        var kind = (EntryKind)reader.Byte();
        var version = reader.Byte();
        var id = reader.Id();
        reader.Id();
        var startedAtMs = reader.Signed();
        reader.SignedInt();
        reader.SignedInt();
        for (var i = 0; i < TextsInside; i++)
        {
            reader.SkipText();
        }

        reader.SignedInt();
        var resolution = EntryCodec.KnownResolution(reader.Byte());
        EntryCodec.KnownOutcome(reader.Byte());
        EntryCodec.KnownMarks(reader.Varint());
        var tokens = reader.TotalTokens();
        var cost = reader.Signed();
        reader.Signed();
        reader.SkipText();
        if (EntryCodec.HasArm(kind, version))
        {
            reader.SkipText();
        }

        accounts = default;
        if (kind == EntryKind.Reserved)
        {
            reader.Signed();
            accounts = reader.SkipTexts();
        }
        else if (version > 1)
        {
            accounts = reader.SkipTexts();
            reader.Signed();
        }

        return reader.AtEnd
            ? new CallScan(id, startedAtMs, resolution, cost, tokens)
            : throw new JournalFormatException($"The {kind} record has bytes behind its last field.");
    }
}
