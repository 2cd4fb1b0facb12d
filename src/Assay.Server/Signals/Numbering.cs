using Assay.Signals.Memory;

namespace Assay.Server.Signals;

/// <summary>Numbers for names, from 1; 0 is the empty name.</summary>
internal sealed class Numbering
{
    /// <summary>Clients name use cases; further names are nobody.</summary>
    private const int NamesMax = 1_000_000;

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal) { [""] = 0 };
    private readonly List<string> _names = [""];

    public int this[string name]
    {
        get
        {
            if (_names.Count >= NamesMax)
            {
                return _numbers.GetValueOrDefault(name);
            }

            if (!_numbers.TryGetValue(name, out var number))
            {
                _numbers[name] = number = _names.Count;
                _names.Add(name);
            }

            return number;
        }
    }

    public string Name(int number) => _names[number];

    public void Save(IMemoryWriter to)
    {
        to.Whole(_names.Count - 1);
        foreach (var name in _names.Skip(1))
        {
            to.Name(name);
        }
    }

    public void Load(IMemoryReader from)
    {
        for (var left = from.Count(NamesMax); left > 0; left--)
        {
            _ = this[from.Name()];
        }
    }
}
