using System.Buffers;

namespace Assay.Server.Formats;

/// <summary>
/// Reads a stream of server-sent events: lines ended by LF, CRLF or CR, data over several lines, comments, a byte order
/// mark. An event that lies whole in the bytes at hand is looked at in place; only what is cut between two reads is
/// copied. An event longer than <see cref="HeldBytesMax"/> is skimmed as it comes instead of being held.
/// </summary>
internal sealed class EventStreamTap : UsageTap
{
    public const int HeldBytesMax = 256 * 1024;

    private readonly UsageReader _reader;
    private readonly JsonSkimmer _skimmer;
    private Held _line;
    private Held _data;
    private int _pendingStart;
    private int _pendingLength = -1;
    private bool _sawFirstLine;
    private bool _skipLineFeed;
    private bool _nameMatters;
    private bool _hasData;
    private LongEvent _long;

    public EventStreamTap(UsageReader reader)
    {
        _reader = reader;
        _skimmer = new JsonSkimmer(reader);
    }

    /// <summary>What is done with an event that is too long to be held.</summary>
    private enum LongEvent : byte
    {
        None,

        /// <summary>Inside one of its data lines.</summary>
        InData,

        /// <summary>Inside a line that is not data.</summary>
        InOther,

        /// <summary>Between its lines.</summary>
        Between,
    }

    public override long OutputBytes => _reader.OutputBytes;

    protected override void Read(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        if (_skipLineFeed)
        {
            _skipLineFeed = false;
            at = bytes[0] == '\n' ? 1 : 0;
        }

        while (at < bytes.Length)
        {
            var length = bytes[at..].IndexOfAny((byte)'\n', (byte)'\r');
            if (length < 0)
            {
                HoldLine(bytes[at..]);
                break;
            }

            EndLine(bytes, at, length);
            at += length + 1;
            if (bytes[at - 1] == '\r')
            {
                if (at == bytes.Length)
                {
                    _skipLineFeed = true;
                }
                else if (bytes[at] == '\n')
                {
                    at++;
                }
            }
        }

        if (_pendingLength >= 0)
        {
            AddData(bytes.Slice(_pendingStart, _pendingLength));
            _pendingLength = -1;
        }
    }

    protected override UsageReading Finish()
    {
        // What is left was cut, but it may have said enough.
        if (_long is LongEvent.None)
        {
            if (_line.Length > 0)
            {
                TakeLine(_line.Bytes, default, -1);
            }

            Dispatch(default);
        }
        else
        {
            EndLongEvent();
        }

        _line.Return();
        _data.Return();
        return _reader.Finish();
    }

    private void EndLine(ReadOnlySpan<byte> bytes, int start, int length)
    {
        var line = bytes.Slice(start, length);
        if (_long is LongEvent.InData or LongEvent.InOther)
        {
            if (_long == LongEvent.InData)
            {
                _skimmer.Feed(line);
            }

            _long = LongEvent.Between;
            return;
        }

        if (_line.Length == 0)
        {
            TakeLine(line, bytes, start);
            return;
        }

        HoldLine(line);
        if (_long is LongEvent.InData or LongEvent.InOther)
        {
            _long = LongEvent.Between;
            return;
        }

        TakeLine(_line.Bytes, bytes, -1);
        _line.Clear();
    }

    /// <summary>Takes a whole line; <paramref name="start"/> is where it lies in the bytes at hand, or -1.</summary>
    private void TakeLine(ReadOnlySpan<byte> line, ReadOnlySpan<byte> bytes, int start)
    {
        if (!_sawFirstLine)
        {
            _sawFirstLine = true;
            ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
            if (line.StartsWith(mark))
            {
                line = line[mark.Length..];
                start += start < 0 ? 0 : mark.Length;
            }
        }

        if (line.IsEmpty)
        {
            Dispatch(bytes);
        }
        else if (TryValue(line, "data"u8, out var data))
        {
            TakeData(data, bytes, start < 0 ? -1 : start + line.Length - data.Length);
        }
        else if (TryValue(line, "event"u8, out var name))
        {
            _nameMatters = _reader.OnName(name);
        }
    }

    private void TakeData(ReadOnlySpan<byte> data, ReadOnlySpan<byte> bytes, int start)
    {
        if (_long == LongEvent.Between)
        {
            _skimmer.Feed("\n"u8);
            _skimmer.Feed(data);
        }
        else if (!_hasData && start >= 0)
        {
            _pendingStart = start;
            _pendingLength = data.Length;
        }
        else
        {
            if (_pendingLength >= 0)
            {
                AddData(bytes.Slice(_pendingStart, _pendingLength));
                _pendingLength = -1;
            }

            if (_hasData)
            {
                AddData("\n"u8);
            }

            AddData(data);
        }

        _hasData = true;
    }

    private void AddData(ReadOnlySpan<byte> data)
    {
        if (_long == LongEvent.None && _data.Length + data.Length > HeldBytesMax)
        {
            BeginLongEvent();
            _long = LongEvent.Between;
        }

        if (_long != LongEvent.None)
        {
            _skimmer.Feed(data);
            return;
        }

        _data.Add(data);
    }

    private void HoldLine(ReadOnlySpan<byte> part)
    {
        if (_long is LongEvent.InData or LongEvent.InOther)
        {
            if (_long == LongEvent.InData)
            {
                _skimmer.Feed(part);
            }

            return;
        }

        if (_line.Length + part.Length <= HeldBytesMax)
        {
            _line.Add(part);
            return;
        }

        _line.Add(part[..Math.Min(part.Length, 16)]);
        part = part[Math.Min(part.Length, 16)..];
        if (TryValue(_line.Bytes, "data"u8, out var data))
        {
            if (_long == LongEvent.None)
            {
                BeginLongEvent();
            }

            if (_hasData)
            {
                _skimmer.Feed("\n"u8);
            }

            _hasData = true;
            _skimmer.Feed(data);
            _skimmer.Feed(part);
            _long = LongEvent.InData;
        }
        else
        {
            // The event so far is skimmed too, so that there is one way out of this state.
            if (_long == LongEvent.None)
            {
                BeginLongEvent();
            }

            _long = LongEvent.InOther;
        }

        _line.Clear();
    }

    private void BeginLongEvent()
    {
        _skimmer.Feed(_data.Bytes);
        _data.Clear();
    }

    private void EndLongEvent()
    {
        if (_hasData)
        {
            _reader.OnEvent();
        }

        _skimmer.Finish();
        _long = LongEvent.None;
        _hasData = false;
        _nameMatters = false;
    }

    /// <summary>An empty line: the event is complete.</summary>
    private void Dispatch(ReadOnlySpan<byte> bytes)
    {
        if (_long != LongEvent.None)
        {
            EndLongEvent();
            return;
        }

        if (_hasData)
        {
            Take(_pendingLength >= 0 ? bytes.Slice(_pendingStart, _pendingLength) : _data.Bytes);
            _data.Clear();
            _pendingLength = -1;
            _hasData = false;
        }

        _nameMatters = false;
    }

    private void Take(ReadOnlySpan<byte> data)
    {
        _reader.OnEvent();
        if (data.SequenceEqual("[DONE]"u8))
        {
            _reader.OnDone();
        }
        else if (_nameMatters || _reader.IsWorthReading(data) || _reader.WantsFirstEvents)
        {
            _skimmer.Feed(data);
            _skimmer.Finish();
        }
        else
        {
            _reader.OnMeasured(DeltaBytes.Measure(data));
        }
    }

    private static bool TryValue(ReadOnlySpan<byte> line, ReadOnlySpan<byte> field, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!line.StartsWith(field))
        {
            return false;
        }

        if (line.Length == field.Length)
        {
            return true;
        }

        if (line[field.Length] != ':')
        {
            return false;
        }

        value = line[(field.Length + 1)..];
        value = value.StartsWith(" "u8) ? value[1..] : value;
        return true;
    }

    /// <summary>Bytes kept from one read to the next, in a rented array.</summary>
    private struct Held
    {
        private byte[]? _bytes;

        public int Length { get; private set; }

        public readonly ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

        public void Add(ReadOnlySpan<byte> more)
        {
            if (_bytes is null || Length + more.Length > _bytes.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(Math.Max(1024, (Length + more.Length) * 2));
                Bytes.CopyTo(larger);
                Release();
                _bytes = larger;
            }

            more.CopyTo(_bytes.AsSpan(Length));
            Length += more.Length;
        }

        public void Clear() => Length = 0;

        public void Return()
        {
            Release();
            _bytes = null;
            Length = 0;
        }

        private readonly void Release()
        {
            if (_bytes is not null)
            {
                // Content: the next renter must not see it.
                ArrayPool<byte>.Shared.Return(_bytes, clearArray: true);
            }
        }
    }
}
