using System.Runtime.InteropServices;

namespace Assay.Translation.Canonical;

/// <summary>
/// Follows the arguments of a call through their escaped fragments and knows when the JSON object is complete. Chat
/// streams do not say when a call ends; a complete object is the only proof that nothing more can come.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct ArgumentBalance
{
    private int _depth;
    private bool _started;
    private bool _inString;
    private bool _innerEscape;
    private bool _outerEscape;
    private int _hexLeft;
    private int _hex;

    public readonly bool IsComplete => _started && _depth == 0 && !_inString;

    public void Add(ReadOnlySpan<byte> escaped)
    {
        foreach (var b in escaped)
        {
            if (_hexLeft > 0)
            {
                _hex = (_hex << 4) | (b <= '9' ? b - '0' : (b | 0x20) - 'a' + 10);
                if (--_hexLeft == 0)
                {
                    Take(_hex is > 0 and < 0x80 ? (byte)_hex : (byte)'x');
                }
            }
            else if (_outerEscape)
            {
                _outerEscape = false;
                if (b == 'u')
                {
                    (_hexLeft, _hex) = (4, 0);
                }
                else
                {
                    Take(b is (byte)'"' or (byte)'\\' or (byte)'/' ? b : (byte)' ');
                }
            }
            else if (b == '\\')
            {
                _outerEscape = true;
            }
            else
            {
                Take(b);
            }
        }
    }

    private void Take(byte b)
    {
        if (_innerEscape)
        {
            _innerEscape = false;
        }
        else if (_inString)
        {
            _innerEscape = b == '\\';
            _inString = b != '"';
        }
        else if (b == '"')
        {
            _inString = true;
        }
        else if (b is (byte)'{' or (byte)'[')
        {
            _started = true;
            _depth++;
        }
        else if (b is (byte)'}' or (byte)']')
        {
            _depth--;
        }
    }
}
