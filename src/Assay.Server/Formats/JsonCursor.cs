using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Assay.Server.Formats;

/// <summary>
/// Walks JSON that is there in one piece and steps over values at the speed of a search: prompts are long, and nothing
/// in them is of interest. It takes what <see cref="Utf8JsonReader"/> takes (RFC 8259, nothing more) and throws
/// <see cref="JsonException"/> at the rest. Like that reader it does not look whether strings it skips are UTF-8.
/// </summary>
internal ref struct JsonCursor(ReadOnlySpan<byte> json, int at)
{
    public const int DepthMax = 512;

    /// <summary>Where a string's plain bytes end: at its quote, an escape, or a control character, which is an error.</summary>
    private static readonly SearchValues<byte> s_special =
        SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(control => (byte)control)]);

    private readonly ReadOnlySpan<byte> _json = json;

    /// <summary>Whether a member of the entered object was read, so that a comma must come before the next.</summary>
    private bool _hasMember;

    /// <summary>Whether an array was entered that has not ended.</summary>
    private bool _isInArray;

    public int At { get; private set; } = at;

    /// <summary>Steps into the object that comes; false if something else comes.</summary>
    public bool TryEnterObject()
    {
        SkipSpace();
        return Take((byte)'{');
    }

    /// <summary>
    /// Reads the next name of the entered object, with its quotes, and the colon behind it; the value is to be skipped
    /// before the next call. False at the object's end.
    /// </summary>
    public bool TryReadName(out ReadOnlySpan<byte> quoted)
    {
        SkipSpace();
        quoted = default;
        if (Take((byte)'}'))
        {
            return false;
        }

        if (_hasMember)
        {
            Expect((byte)',');
            SkipSpace();
        }

        _hasMember = true;
        var from = At;
        SkipText();
        quoted = _json[from..At];
        SkipSpace();
        Expect((byte)':');
        return true;
    }

    /// <summary>Steps into the array that comes; false if something else comes.</summary>
    public bool TryEnterArray()
    {
        SkipSpace();
        return _isInArray = Take((byte)'[');
    }

    /// <summary>Steps over the next element of the entered array; false at its end.</summary>
    /// <param name="isFirst">Whether no element was read yet.</param>
    /// <param name="element">The element as it stands there.</param>
    public bool TryReadElement(bool isFirst, out ReadOnlySpan<byte> element)
    {
        SkipSpace();
        element = default;
        if (Take((byte)']'))
        {
            _isInArray = false;
            return false;
        }

        if (!isFirst)
        {
            Expect((byte)',');
            SkipSpace();
        }

        var from = At;
        SkipValue();
        element = _json[from..At];
        return true;
    }

    /// <summary>Behind the outermost value there may be only space.</summary>
    public void ExpectEnd()
    {
        SkipSpace();
        if (At < _json.Length)
        {
            throw Broken();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SkipSpace()
    {
        while (At < _json.Length && _json[At] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            At++;
        }
    }

    /// <summary>Steps over the value that comes, inside the entered object or outermost.</summary>
    public void SkipValue()
    {
        SkipSpace();
        if (Next() is not ((byte)'{' or (byte)'['))
        {
            SkipPlain();
            return;
        }

        // One bit for each open container: set for an object.
        Span<ulong> objects = stackalloc ulong[DepthMax / 64];
        objects.Clear();
        var open = 0;
        while (true)
        {
            SkipSpace();
            if (Next() is (byte)'{' or (byte)'[')
            {
                // What was entered are levels already.
                if (open == DepthMax - (_hasMember ? 1 : 0) - (_isInArray ? 1 : 0))
                {
                    throw Broken();
                }

                var isObject = Next() == '{';
                At++;
                SkipSpace();
                if (Take(isObject ? (byte)'}' : (byte)']'))
                {
                    if (open == 0)
                    {
                        return;
                    }
                }
                else
                {
                    Mark(objects, open++, isObject);
                    if (isObject)
                    {
                        SkipName();
                    }

                    continue;
                }
            }
            else
            {
                SkipPlain();
            }

            if (!SkipToNextValue(objects, ref open))
            {
                return;
            }
        }
    }

    /// <summary>Behind a value: closes what closes, up to the next value. False when everything is closed.</summary>
    private bool SkipToNextValue(scoped ReadOnlySpan<ulong> objects, ref int open)
    {
        while (true)
        {
            SkipSpace();
            var inObject = (objects[(open - 1) / 64] >> (open - 1) & 1) != 0;
            if (Take((byte)','))
            {
                SkipSpace();
                if (inObject)
                {
                    SkipName();
                }

                return true;
            }

            Expect(inObject ? (byte)'}' : (byte)']');
            if (--open == 0)
            {
                return false;
            }
        }
    }

    private static void Mark(scoped Span<ulong> objects, int level, bool isObject)
    {
        var bit = 1UL << level;
        objects[level / 64] = isObject ? objects[level / 64] | bit : objects[level / 64] & ~bit;
    }

    /// <summary>A name and the colon behind it.</summary>
    private void SkipName()
    {
        SkipText();
        SkipSpace();
        Expect((byte)':');
    }

    /// <summary>A value that is no container.</summary>
    private void SkipPlain()
    {
        switch (Next())
        {
            case (byte)'"':
                SkipText();
                break;
            case (byte)'t':
                SkipWord("true"u8);
                break;
            case (byte)'f':
                SkipWord("false"u8);
                break;
            case (byte)'n':
                SkipWord("null"u8);
                break;
            default:
                SkipNumber();
                break;
        }
    }

    private void SkipText()
    {
        Expect((byte)'"');
        while (true)
        {
            var length = _json[At..].IndexOfAny(s_special);
            if (length < 0)
            {
                throw Broken();
            }

            At += length + 1;
            switch (_json[At - 1])
            {
                case (byte)'"':
                    return;
                case (byte)'\\':
                    SkipEscape();
                    break;
                default:
                    throw Broken();
            }
        }
    }

    private void SkipEscape()
    {
        switch (Next())
        {
            case (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t':
                At++;
                return;
            case (byte)'u' when _json.Length - At > 4 && IsHex(At + 1) && IsHex(At + 2) && IsHex(At + 3) && IsHex(At + 4):
                At += 5;
                return;
            default:
                throw Broken();
        }
    }

    private readonly bool IsHex(int at) => char.IsAsciiHexDigit((char)_json[at]);

    private void SkipWord(ReadOnlySpan<byte> word)
    {
        if (!_json[At..].StartsWith(word))
        {
            throw Broken();
        }

        At += word.Length;
        ExpectDelimiter();
    }

    private void SkipNumber()
    {
        _ = Take((byte)'-');
        if (!Take((byte)'0'))
        {
            SkipDigits();
        }

        if (Take((byte)'.'))
        {
            SkipDigits();
        }

        if (Take((byte)'e') || Take((byte)'E'))
        {
            _ = Take((byte)'+') || Take((byte)'-');
            SkipDigits();
        }

        ExpectDelimiter();
    }

    private void SkipDigits()
    {
        var from = At;
        while (At < _json.Length && char.IsAsciiDigit((char)_json[At]))
        {
            At++;
        }

        if (At == from)
        {
            throw Broken();
        }
    }

    private readonly void ExpectDelimiter()
    {
        if (At < _json.Length
            && _json[At] is not ((byte)',' or (byte)'}' or (byte)']' or (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
        {
            throw Broken();
        }
    }

    private readonly byte Next() => At < _json.Length ? _json[At] : throw Broken();

    private bool Take(byte expected)
    {
        if (At < _json.Length && _json[At] == expected)
        {
            At++;
            return true;
        }

        return false;
    }

    private void Expect(byte expected)
    {
        if (!Take(expected))
        {
            throw Broken();
        }
    }

    private static JsonException Broken() => new("The body is no JSON.");
}
