using System.Globalization;
using System.Text;

namespace Assay.Translation.Canonical;

/// <summary>
/// Names of tools as the target allows them. Most pass as they are; one that has other characters or is too long gets a
/// name of its own, and the answer gives back the client's.
/// </summary>
internal sealed class ToolNames(ApiFormat target)
{
    private readonly Dictionary<string, string> _toTarget = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _toClient = new(StringComparer.Ordinal);
    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);

    /// <summary>Only those that differ.</summary>
    public IReadOnlyDictionary<string, string> ToClient => _toClient;

    public IReadOnlySet<string> Texts => _texts;

    public string Target(string name)
    {
        if (IsAllowed(name))
        {
            return name;
        }

        if (_toTarget.TryGetValue(name, out var known))
        {
            return known;
        }

        var clean = Clean(name);
        _toTarget[name] = clean;
        _toClient[clean] = name;
        return clean;
    }

    /// <summary>The tool takes free text, which the target gets as a function with one argument.</summary>
    public string TargetOfText(string name)
    {
        var clean = Target(name);
        _texts.Add(clean);
        return clean;
    }

    private int LengthMax => target == ApiFormat.AnthropicMessages ? 128 : 64;

    private bool IsAllowed(string name)
    {
        if (name.Length == 0 || name.Length > LengthMax || (target == ApiFormat.Gemini && !char.IsAsciiLetter(name[0]) && name[0] != '_'))
        {
            return false;
        }

        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-') && !(target == ApiFormat.Gemini && c is '.' or ':'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Readable, and with a number that keeps two names apart that differ only in what was taken out.</summary>
    private string Clean(string name)
    {
        var tail = "_" + Fingerprint(name).ToString("x8", CultureInfo.InvariantCulture);
        var text = new StringBuilder();
        foreach (var c in name)
        {
            if (text.Length == LengthMax - tail.Length - 1)
            {
                break;
            }

            text.Append(char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '_');
        }

        if (text.Length == 0 || (!char.IsAsciiLetter(text[0]) && text[0] != '_'))
        {
            text.Insert(0, '_');
        }

        return text.Append(tail).ToString();
    }

    /// <summary>FNV-1a: the same name gives the same number in every call of a conversation.</summary>
    public static uint Fingerprint(string name)
    {
        var hash = 2_166_136_261u;
        foreach (var c in name)
        {
            hash = unchecked((hash ^ c) * 16_777_619u);
        }

        return hash;
    }
}
