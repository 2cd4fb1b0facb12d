using System.Buffers;

namespace Assay.Server.Formats;

/// <summary>
/// Walks JSON that arrives in pieces cut anywhere, and hands a reader the values on its paths. It holds nothing but
/// the value being captured, so an answer of any size, a single string of many megabytes included, costs a few
/// kilobytes. It does not validate: what it hands out is parsed (and so checked) by the reader.
/// </summary>
internal sealed class JsonSkimmer(UsageReader reader)
{
    private const int CaptureBytesMax = 64 * 1024;
    private const int KeyBytesMax = 24;
    private const int LevelsMax = 7;

    private static readonly SearchValues<byte> s_structure = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> s_scalarEnds = SearchValues.Create(", }]\n\r\t"u8);

    private readonly UsageReader _reader = reader;
    private readonly byte[] _key = new byte[KeyBytesMax];
    private byte[] _capture = [];
    private int _captureLength;
    private bool _capturing;
    private bool _captureTooLarge;
    private bool _measuring;
    private long _measured;
    private int _keyLength;
    private ulong _keyId;
    private ulong _valuePath;
    private ulong _path;
    private int _levels;
    private uint _arrays;
    private int _skipped;
    private bool _rootIsArray;
    private bool _expectsKey;
    private bool _escaped;
    private bool _inObject;
    private State _state;

    private enum State : byte
    {
        Between,
        Key,
        Text,
        Scalar,
        Skipped,
        SkippedText,
    }

    /// <summary>Whether at least one outermost value ended properly.</summary>
    public bool SawEnd { get; private set; }

    /// <summary>Whether anything but an object or array was found at the outermost level.</summary>
    public bool SawJunk { get; private set; }

    /// <summary>Whether a value has begun and not ended.</summary>
    public bool IsOpen => _levels > 0;

    /// <summary>Ends the current object, whole or not, and makes ready for the next.</summary>
    public void Finish()
    {
        if (_inObject)
        {
            _inObject = false;
            _reader.EndObject(isWhole: false);
        }

        _path = 0;
        _levels = 0;
        _arrays = 0;
        _skipped = 0;
        _rootIsArray = false;
        _expectsKey = false;
        _escaped = false;
        _capturing = false;
        _measuring = false;
        _state = State.Between;
    }

    public void Feed(ReadOnlySpan<byte> json)
    {
        var at = 0;
        while (at < json.Length)
        {
            at = _state switch
            {
                State.Between => Between(json, at),
                State.Key => Key(json, at),
                State.Text => Text(json, at),
                State.Scalar => Scalar(json, at),
                State.Skipped => Skipped(json, at),
                _ => SkippedText(json, at),
            };
        }
    }

    private int Between(ReadOnlySpan<byte> json, int at)
    {
        var character = json[at];
        switch (character)
        {
            case (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t' or (byte)':':
                break;
            case (byte)',':
                _expectsKey = _levels > 0 && !IsArray;
                break;
            case (byte)'"':
                BeginText();
                break;
            case (byte)'{' or (byte)'[':
                Open(character);
                break;
            case (byte)'}' or (byte)']':
                Close();
                break;
            default:
                BeginScalar();
                return at;
        }

        return at + 1;
    }

    private bool IsArray => (_arrays & 1) != 0;

    private void BeginText()
    {
        if (_expectsKey)
        {
            _keyLength = 0;
            _state = State.Key;
            return;
        }

        var interest = Aim();
        _capturing = interest == Interest.Capture;
        _measuring = interest == Interest.Measure;
        _measured = 0;
        _state = State.Text;
        Keep("\""u8);
    }

    private void BeginScalar()
    {
        SawJunk |= _levels == 0;
        _capturing = Aim() == Interest.Capture;
        _state = State.Scalar;
    }

    /// <summary>Fixes the path of the value that begins, and asks for the reader's interest in it.</summary>
    private Interest Aim()
    {
        _captureLength = 0;
        _captureTooLarge = false;
        var key = IsArray ? JsonKeys.Item : _keyId;
        if (_levels == 0 || key == 0 || (_rootIsArray && _levels == 1))
        {
            return Interest.None;
        }

        _valuePath = (_path << 8) | key;
        return _reader.InterestIn(_valuePath);
    }

    private void Open(byte character)
    {
        var isArray = character == '[';
        if (_levels == 0)
        {
            _rootIsArray = isArray;
            Push(0, isArray);
            if (!isArray)
            {
                BeginObject();
            }
        }
        else if (_rootIsArray && _levels == 1 && !isArray)
        {
            Push(0, isArray: false);
            BeginObject();
        }
        else
        {
            var interest = Aim();
            if (interest == Interest.Enter && _levels < LevelsMax)
            {
                Push(_valuePath, isArray);
            }
            else
            {
                _capturing = interest == Interest.Capture;
                _skipped = 1;
                _state = State.Skipped;
                Keep([character]);
            }
        }
    }

    private void BeginObject()
    {
        _inObject = true;
        _reader.BeginObject();
    }

    private void Push(ulong path, bool isArray)
    {
        _levels++;
        _path = path;
        _arrays = (_arrays << 1) | (isArray ? 1u : 0u);
        _expectsKey = !isArray;
        _keyId = 0;
    }

    private void Close()
    {
        if (_levels == 0)
        {
            SawJunk = true;
            return;
        }

        var closed = _path;
        _levels--;
        _path >>= 8;
        _arrays >>= 1;
        _expectsKey = false;
        if (_levels == 0 || (_rootIsArray && _levels == 1))
        {
            SawEnd |= _levels == 0;
            if (_inObject)
            {
                _inObject = false;
                _reader.EndObject(isWhole: true);
            }
        }
        else
        {
            _reader.OnEnd(closed);
        }
    }

    private int Key(ReadOnlySpan<byte> json, int at)
    {
        var end = PastText(json, at, out var isClosed);
        var part = json[at..(isClosed ? end - 1 : end)];
        if (_keyLength + part.Length <= KeyBytesMax)
        {
            part.CopyTo(_key.AsSpan(_keyLength));
            _keyLength += part.Length;
        }
        else
        {
            _keyLength = KeyBytesMax + 1;
        }

        if (isClosed)
        {
            _keyId = _keyLength > KeyBytesMax ? 0 : JsonKeys.IdOf(_key.AsSpan(0, _keyLength));
            _expectsKey = false;
            _state = State.Between;
        }

        return end;
    }

    private int Text(ReadOnlySpan<byte> json, int at)
    {
        var end = PastText(json, at, out var isClosed);
        Keep(json[at..end]);
        _measured += end - at;
        if (isClosed)
        {
            if (_measuring)
            {
                _measuring = false;
                _reader.OnMeasured(_measured - 1);
            }

            EndValue();
        }

        return end;
    }

    private int Scalar(ReadOnlySpan<byte> json, int at)
    {
        var length = json[at..].IndexOfAny(s_scalarEnds);
        var end = length < 0 ? json.Length : at + length;
        Keep(json[at..end]);
        if (length >= 0)
        {
            EndValue();
        }

        return end;
    }

    private int Skipped(ReadOnlySpan<byte> json, int at)
    {
        var length = json[at..].IndexOfAny(s_structure);
        if (length < 0)
        {
            Keep(json[at..]);
            return json.Length;
        }

        var end = at + length + 1;
        Keep(json[at..end]);
        switch (json[end - 1])
        {
            case (byte)'"':
                _state = State.SkippedText;
                break;
            case (byte)'{' or (byte)'[':
                _skipped++;
                break;
            default:
                if (--_skipped == 0)
                {
                    EndValue();
                }

                break;
        }

        return end;
    }

    private int SkippedText(ReadOnlySpan<byte> json, int at)
    {
        var end = PastText(json, at, out var isClosed);
        Keep(json[at..end]);
        _state = isClosed ? State.Skipped : State.SkippedText;
        return end;
    }

    private void EndValue()
    {
        _state = State.Between;
        if (!_capturing)
        {
            return;
        }

        _capturing = false;
        if (_captureTooLarge)
        {
            _reader.OnTooLarge();
        }
        else
        {
            _reader.OnValue(_valuePath, _capture.AsSpan(0, _captureLength));
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

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (!_capturing || _captureTooLarge)
        {
            return;
        }

        var length = _captureLength + bytes.Length;
        if (length > CaptureBytesMax)
        {
            _captureTooLarge = true;
            return;
        }

        if (length > _capture.Length)
        {
            Array.Resize(ref _capture, Math.Max(1024, length * 2));
        }

        bytes.CopyTo(_capture.AsSpan(_captureLength));
        _captureLength = length;
    }
}
