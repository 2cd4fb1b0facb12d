namespace Assay.Server.Formats;

/// <summary>
/// Walks JSON that arrives in pieces cut anywhere, and hands a reader the values on its paths. It holds nothing but
/// the begun part of a captured value that a cut goes through, so an answer of any size, a single string of many
/// megabytes included, costs a few kilobytes. It does not validate: what it hands out is parsed (and so checked) by
/// the reader.
/// </summary>
internal sealed partial class JsonSkimmer(UsageReader reader)
{
    private const int CaptureBytesMax = 64 * 1024;
    private const int LevelsMax = 7;

    private readonly UsageReader _reader = reader;
    private readonly CutCapture _capture = new(CaptureBytesMax);
    private CutKey _key;
    private bool _capturing;
    private int _captureAt;
    private bool _measuring;
    private long _measured;
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
        _capture.Clear();
        _measuring = false;
        _state = State.Between;
    }

    public void Feed(ReadOnlySpan<byte> json)
    {
        var at = 0;
        _captureAt = 0;
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

        if (_capturing)
        {
            _capture.Keep(json[_captureAt..]);
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
                BeginText(at);
                break;
            case (byte)'{' or (byte)'[':
                Open(character, at);
                break;
            case (byte)'}' or (byte)']':
                Close();
                break;
            default:
                BeginScalar(at);
                return at;
        }

        return at + 1;
    }

    private bool IsArray => (_arrays & 1) != 0;

    private void BeginText(int at)
    {
        if (_expectsKey)
        {
            _key.Clear();
            _state = State.Key;
            return;
        }

        var interest = Aim();
        BeginCapture(interest, at);
        _measuring = interest == Interest.Measure;
        _measured = 0;
        _state = State.Text;
    }

    private void BeginScalar(int at)
    {
        SawJunk |= _levels == 0;
        BeginCapture(Aim(), at);
        _state = State.Scalar;
    }

    private void BeginCapture(Interest interest, int at)
    {
        _capturing = interest == Interest.Capture;
        _captureAt = at;
    }

    /// <summary>Fixes the path of the value that begins, and asks for the reader's interest in it.</summary>
    private Interest Aim()
    {
        var key = IsArray ? JsonKeys.Item : _keyId;
        if (_levels == 0 || key == 0 || (_rootIsArray && _levels == 1))
        {
            return Interest.None;
        }

        _valuePath = (_path << 8) | key;
        return _reader.InterestIn(_valuePath);
    }

    private void Open(byte character, int at)
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
                BeginCapture(interest, at);
                _skipped = 1;
                _state = State.Skipped;
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
}
