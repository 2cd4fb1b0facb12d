using System.Text;

namespace Assay.Translation;

/// <summary>The members that a translation could not carry, each named once.</summary>
internal sealed class DroppedNames
{
    private const int NamesMax = 64;
    private const int NameCharsMax = 96;
    private const int HeaderCharsMax = 1_024;

    private readonly List<string> _names = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Names => _names;

    public void Add(string name)
    {
        if (_names.Count < NamesMax && _known.Add(name))
        {
            _names.Add(name.Length > NameCharsMax ? name[..NameCharsMax] : name);
        }
    }

    public static string Header(IReadOnlyList<string> names)
    {
        var text = new StringBuilder();
        foreach (var name in names)
        {
            if (text.Length + name.Length > HeaderCharsMax - 8)
            {
                text.Append(", ...");
                break;
            }

            text.Append(text.Length == 0 ? "" : ", ");
            foreach (var c in name)
            {
                // Names come from requests: nothing may leave the header's line.
                text.Append(c is > ' ' and < (char)0x7F and not ',' ? c : '?');
            }
        }

        return text.ToString();
    }
}
