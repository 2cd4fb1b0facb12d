namespace Assay.Server.Formats;

/// <summary>
/// Puts together a value that a cut between two pieces goes through. Most values come in one piece, and are handed on
/// where they stand.
/// </summary>
internal sealed class CutCapture(int bytesMax)
{
    private byte[] _bytes = [];
    private int _length;
    private bool _tooLarge;

    public void Clear()
    {
        _length = 0;
        _tooLarge = false;
    }

    /// <summary>Keeps what came so far.</summary>
    public void Keep(ReadOnlySpan<byte> bytes)
    {
        var length = _length + bytes.Length;
        if (_tooLarge || length > bytesMax)
        {
            _tooLarge = true;
            return;
        }

        if (length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(1024, length * 2));
        }

        bytes.CopyTo(_bytes.AsSpan(_length));
        _length = length;
    }

    /// <summary>The whole value, valid until the next call; false if it is too large.</summary>
    public bool TryEnd(ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> value)
    {
        var isCut = _length > 0 || _tooLarge;
        if (isCut)
        {
            Keep(rest);
        }

        value = isCut ? _bytes.AsSpan(0, _length) : rest;
        var fits = !_tooLarge && value.Length <= bytesMax;
        Clear();
        return fits;
    }
}

/// <summary>Puts together a member's name that a cut between two pieces goes through.</summary>
internal struct CutKey
{
    // The longest name that leads anywhere is shorter.
    private const int BytesMax = 24;

    private byte[]? _bytes;
    private int _length;

    public void Clear() => _length = 0;

    /// <summary>Keeps what came so far.</summary>
    public void Keep(ReadOnlySpan<byte> part)
    {
        if (_length + part.Length > BytesMax)
        {
            _length = BytesMax + 1;
            return;
        }

        _bytes ??= new byte[BytesMax];
        part.CopyTo(_bytes.AsSpan(_length));
        _length += part.Length;
    }

    /// <summary>The number of the whole name.</summary>
    public ulong IdWith(ReadOnlySpan<byte> rest)
    {
        if (_length == 0)
        {
            return JsonKeys.IdOf(rest);
        }

        Keep(rest);
        return _length > BytesMax ? 0 : JsonKeys.IdOf(_bytes.AsSpan(0, _length));
    }
}
