using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Assay.Ledger.Book;
using Assay.Ledger.Usage;

namespace Assay.Ledger.Journal;

/// <summary>
/// Reads one segment into <see cref="SegmentSums"/>. Nearly every call is reserved and settled in the same segment, and
/// then only its charge is left of it: this is what lets a start take millions of entries a second, with several
/// segments read side by side.
/// </summary>
internal sealed class SegmentFolder
{
    private const long HourMs = 3_600_000;

    // A reservation and a settlement, both small.
    private const int CallBytes = 400;

    private readonly Dictionary<Guid, Held> _open = [];
    private readonly Dictionary<byte[], AccountSums> _accounts = new(AccountRuns.Instance);
    private readonly Dictionary<byte[], AccountSums>.AlternateLookup<ReadOnlySpan<byte>> _accountsByRun;
    private readonly List<long> _rest = [];
    private readonly List<(Guid Id, long Offset)> _more = [];
    private readonly StringCache _strings = new();
    private readonly string _path;
    private readonly ISegmentFile _file;
    private readonly long _firstPosition;
    private readonly long _chargedBefore;

    private SegmentFolder(string path, ISegmentFile file, long firstPosition, long chargedBefore)
    {
        _path = path;
        _file = file;
        _firstPosition = firstPosition;
        _chargedBefore = chargedBefore;
        _accountsByRun = _accounts.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Reads a segment file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="file">The file, open.</param>
    /// <param name="firstPosition">The position that its name says.</param>
    /// <param name="chargedBefore">The position before which the opening balances have every charge.</param>
    /// <exception cref="JournalCorruptException">The header is damaged.</exception>
    /// <exception cref="JournalFormatException">A record is unknown to this version.</exception>
    public static SegmentSums Run(string path, ISegmentFile file, long firstPosition, long chargedBefore)
    {
        if (SegmentHeader.Check(file, firstPosition, out var header) is { } problem)
        {
            throw new JournalCorruptException(path, 0, problem);
        }

        return new SegmentFolder(path, file, firstPosition, chargedBefore).Run(header);
    }

    private SegmentSums Run(SegmentHeader header)
    {
        var length = _file.Length;
        var sums = new SegmentSums((int)(length / CallBytes)) { Header = header };
        var cursor = new SegmentCursor(_file, _firstPosition);
        while (true)
        {
            var (offset, position) = (cursor.Offset, cursor.Position);
            sums.Status = cursor.Next(length, out var record);
            if (sums.Status != FrameStatus.Whole)
            {
                sums.EndOffset = offset;
                sums.EndPosition = position;
                break;
            }

            sums.Entries++;
            try
            {
                Take(sums, record, offset, position);
            }
            catch (JournalFormatException error)
            {
                throw Placed(error, offset);
            }
        }

        foreach (var account in _accounts.Values)
        {
            account.Flush(sums.Charges);
        }

        ReadRest(sums, cursor, length);
        return sums;
    }

    private void Take(SegmentSums sums, ReadOnlySpan<byte> record, long offset, long position)
    {
        if (!CallScan.IsCall(record, out var kind))
        {
            TakeOther(record, offset);
            return;
        }

        var call = CallScan.Read(record, out var run);
        if (kind == EntryKind.Reserved)
        {
            ref var held = ref CollectionsMarshal.GetValueRefOrAddDefault(_open, call.Id, out var isTwice);
            if (isTwice)
            {
                _rest.Add(offset);
                return;
            }

            held = new Held(
                offset,
                AccountsOf(run),
                new Amounts(Ledger.Book.Book.Believable(call.Cost), Ledger.Book.Book.Believable(call.Tokens)),
                call.StartedAtMs);
            return;
        }

        if (!_open.Remove(call.Id, out var reservation))
        {
            _rest.Add(offset);
            return;
        }

        sums.Calls.Add(new FoldedCall(call.Id, call.Resolution));
        var charged = position < _chargedBefore || call.Resolution == Resolution.Voided
            ? default
            : new Amounts(Ledger.Book.Book.Believable(call.Cost), Ledger.Book.Book.Believable(call.Tokens));
        reservation.Accounts.Add(reservation.AtMs / HourMs, reservation.Amounts, charged, sums.Charges);
    }

    private void TakeOther(ReadOnlySpan<byte> record, long offset)
    {
        var entry = EntryCodec.Decode(record, _strings);
        if (entry is Extended extended)
        {
            ref var held = ref CollectionsMarshal.GetValueRefOrNullRef(_open, extended.ReservationId);
            if (!Unsafe.IsNullRef(ref held))
            {
                held = held with
                {
                    Amounts = held.Amounts + new Amounts(
                        Ledger.Book.Book.Believable(extended.Amount.Nanos), Ledger.Book.Book.Believable(extended.Tokens)),
                };
                _more.Add((extended.ReservationId, offset));
                return;
            }
        }
        else if (entry is Submitted submitted && _open.ContainsKey(submitted.ReservationId))
        {
            _more.Add((submitted.ReservationId, offset));
            return;
        }

        _rest.Add(offset);
    }

    private AccountSums AccountsOf(ReadOnlySpan<byte> run)
    {
        if (_accountsByRun.TryGetValue(run, out var found))
        {
            return found;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        if (!run.IsEmpty)
        {
            var reader = new RecordReader(run, _strings);
            for (var left = reader.Size(); left > 0; left--)
            {
                names.Add(reader.Name());
            }
        }

        var made = new AccountSums([.. names]);
        _accountsByRun[run] = made;
        return made;
    }

    /// <summary>Reads again, whole, what did not fold: of a few calls at the segment's two ends.</summary>
    private void ReadRest(SegmentSums sums, SegmentCursor cursor, long length)
    {
        foreach (var (id, offset) in _more)
        {
            if (_open.ContainsKey(id))
            {
                _rest.Add(offset);
            }
        }

        _rest.AddRange(_open.Values.Select(static held => held.Offset));
        _rest.Sort();
        foreach (var offset in _rest)
        {
            // Neighbours mostly: the cursor's buffer holds them.
            cursor.Seek(offset);
            var position = cursor.Position;
            if (cursor.Next(length, out var record) != FrameStatus.Whole)
            {
                throw new JournalCorruptException(_path, offset, "a record changed while it was read.");
            }

            try
            {
                sums.Rest.Add(new PlacedEntry(EntryCodec.Decode(record, _strings), offset, position));
            }
            catch (JournalFormatException error)
            {
                throw Placed(error, offset);
            }
        }
    }

    private JournalFormatException Placed(JournalFormatException error, long offset) =>
        new($"{_path}, offset {offset}: {error.Message}");

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Held(long Offset, AccountSums Accounts, Amounts Amounts, long AtMs);

    /// <summary>What is charged to the same accounts, hour by hour.</summary>
    private sealed class AccountSums(string[] names)
    {
        private long _hour = long.MinValue;
        private Amounts _posted;
        private Amounts _overage;

        public void Add(long hour, in Amounts held, in Amounts charged, List<FoldedCharge> charges)
        {
            if (hour != _hour)
            {
                Flush(charges);
                _hour = hour;
            }

            _posted += charged;
            _overage += new Amounts(
                Math.Max(0, charged.Money - held.Money), Math.Max(0, charged.Tokens - held.Tokens));
        }

        public void Flush(List<FoldedCharge> charges)
        {
            if (_hour != long.MinValue && names.Length > 0)
            {
                charges.Add(new FoldedCharge(names, _hour * HourMs, _posted, _overage));
                _posted = _overage = default;
            }
        }
    }

    /// <summary>Finds accounts by the bytes with which a record names them.</summary>
    private sealed class AccountRuns
        : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly AccountRuns Instance = new();

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)Crc32C.Append(Crc32C.Start, alternate);

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());
    }
}
