using System.Text;
using Assay.Ledger.Usage;

namespace Assay.Ledger.Journal;

/// <summary>Reads the fields of one record. Every field that does not fit is a <see cref="JournalFormatException"/>.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> record, StringCache strings)
{
    private readonly ReadOnlySpan<byte> _record = record;
    private readonly StringCache _strings = strings;
    private int _at;

    public readonly bool AtEnd => _at == _record.Length;

    public byte Byte() => Take(1)[0];

    public ulong Varint()
    {
        // Most numbers are small.
        if (_at < _record.Length && _record[_at] < 0x80)
        {
            return _record[_at++];
        }

        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            if (shift == 63 && next > 1)
            {
                break;
            }

            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new JournalFormatException("A number has more than 64 bits.");
    }

    public long Signed()
    {
        var value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public int SignedInt()
    {
        var value = Signed();
        return value is >= int.MinValue and <= int.MaxValue
            ? (int)value
            : throw new JournalFormatException("A number has more than 32 bits.");
    }

    public Guid Id() => new(Take(16), bigEndian: true);

    /// <summary>A text that repeats over entries: names, ids of teams, models.</summary>
    public string Name() => _strings.Get(Take(Size()));

    /// <summary>A text that seldom repeats.</summary>
    public string Text() => Encoding.UTF8.GetString(Take(Size()));

    public void SkipText() => Take(Size());

    /// <summary>Steps over a list of texts and gives its bytes: the count and the texts.</summary>
    public ReadOnlySpan<byte> SkipTexts()
    {
        var start = _at;
        for (var left = Size(); left > 0; left--)
        {
            SkipText();
        }

        return _record[start.._at];
    }

    /// <summary>How many items of at least one byte follow; checked, so that no damaged number makes a huge list.</summary>
    public int Size()
    {
        var size = Varint();
        return size <= (ulong)(_record.Length - _at)
            ? (int)size
            : throw new JournalFormatException("A length reaches beyond the record.");
    }

    public UsageCounts Counts()
    {
        var counts = default(UsageCounts);
        var previous = -1;
        for (var left = Byte(); left > 0; left--)
        {
            var (index, count) = Count(previous);
            counts[(UsageClass)index] = count;
            previous = index;
        }

        return counts;
    }

    /// <summary>The same field, added up: <see cref="UsageCounts.TotalTokens"/>, or as much as fits a number.</summary>
    public long TotalTokens()
    {
        var total = 0L;
        var previous = -1;
        for (var left = Byte(); left > 0; left--)
        {
            (previous, var count) = Count(previous);
            if (previous <= (int)UsageClass.ImageOutput)
            {
                total = count > long.MaxValue - total ? long.MaxValue : total + count;
            }
        }

        return total;
    }

    private (int Index, long Count) Count(int previous)
    {
        var index = Byte();
        if (index >= UsageCounts.ClassCount || index <= previous)
        {
            throw new JournalFormatException($"Usage class {index} is unknown or out of order.");
        }

        var count = Varint();
        return count is 0 or > long.MaxValue
            ? throw new JournalFormatException($"Usage class {index} has the impossible count {count}.")
            : (index, (long)count);
    }

    private ReadOnlySpan<byte> Take(int bytes)
    {
        if (_record.Length - _at < bytes)
        {
            throw new JournalFormatException("The record ends inside a field.");
        }

        var part = _record.Slice(_at, bytes);
        _at += bytes;
        return part;
    }
}
