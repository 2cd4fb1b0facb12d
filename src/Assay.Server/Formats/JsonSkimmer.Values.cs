using System.Buffers;

namespace Assay.Server.Formats;

/// <content>What is inside names and values: where they end, and what of them is handed out.</content>
internal sealed partial class JsonSkimmer
{
    private static readonly SearchValues<byte> s_structure = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> s_scalarEnds = SearchValues.Create(", }]\n\r\t"u8);

    private int Key(ReadOnlySpan<byte> json, int at)
    {
        var end = PastText(json, at, out var isClosed);
        var part = json[at..(isClosed ? end - 1 : end)];
        if (isClosed)
        {
            _keyId = _key.IdWith(part);
            _expectsKey = false;
            _state = State.Between;
        }
        else
        {
            _key.Keep(part);
        }

        return end;
    }

    private int Text(ReadOnlySpan<byte> json, int at)
    {
        var end = PastText(json, at, out var isClosed);
        _measured += end - at;
        if (isClosed)
        {
            if (_measuring)
            {
                _measuring = false;
                _reader.OnMeasured(_measured - 1);
            }

            EndValue(json, end);
        }

        return end;
    }

    private int Scalar(ReadOnlySpan<byte> json, int at)
    {
        var length = json[at..].IndexOfAny(s_scalarEnds);
        var end = length < 0 ? json.Length : at + length;
        if (length >= 0)
        {
            EndValue(json, end);
        }

        return end;
    }

    private int Skipped(ReadOnlySpan<byte> json, int at)
    {
        while (at < json.Length)
        {
            var length = json[at..].IndexOfAny(s_structure);
            if (length < 0)
            {
                return json.Length;
            }

            at += length + 1;
            switch (json[at - 1])
            {
                case (byte)'"':
                    _state = State.SkippedText;
                    return at;
                case (byte)'{' or (byte)'[':
                    _skipped++;
                    break;
                default:
                    if (--_skipped == 0)
                    {
                        EndValue(json, at);
                        return at;
                    }

                    break;
            }
        }

        return at;
    }

    private int SkippedText(ReadOnlySpan<byte> json, int at)
    {
        var end = PastText(json, at, out var isClosed);
        _state = isClosed ? State.Skipped : State.SkippedText;
        return end;
    }

    private void EndValue(ReadOnlySpan<byte> json, int end)
    {
        _state = State.Between;
        if (!_capturing)
        {
            return;
        }

        _capturing = false;
        if (_capture.TryEnd(json[_captureAt..end], out var value))
        {
            _reader.OnValue(_valuePath, value);
        }
        else
        {
            _reader.OnTooLarge();
        }
    }

    /// <summary>Where a string ends (behind its quote), or the end of the piece.</summary>
    private int PastText(ReadOnlySpan<byte> json, int at, out bool isClosed)
    {
        isClosed = false;
        if (_escaped)
        {
            _escaped = false;
            at++;
        }

        while (at < json.Length)
        {
            var length = json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (length < 0)
            {
                break;
            }

            at += length + 1;
            if (json[at - 1] == '"')
            {
                isClosed = true;
                return at;
            }

            if (at == json.Length)
            {
                _escaped = true;
                return at;
            }

            at++;
        }

        return json.Length;
    }
}
