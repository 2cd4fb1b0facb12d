using Assay.Outcomes.Statistics;

namespace Assay.Outcomes.Worth;

/// <summary>What one group spent and got, by person.</summary>
internal sealed class WorthSums(string key)
{
    private sealed class Sum
    {
        public long Nanos { get; set; }

        public long Tokens { get; set; }

        public int Settled { get; set; }

        public int Lost { get; set; }
    }

    private readonly Dictionary<string, Sum> _people = new(StringComparer.Ordinal);
    private readonly long[] _nanos = new long[Enum.GetValues<Fate>().Length];

    public string Key => key;

    public int People => _people.Count;

    public long Tokens { get; private set; }

    public int Settled { get; private set; }

    public int Lost { get; private set; }

    public int Provisional { get; private set; }

    public WorthMoney Money => new(
        _nanos[(int)Fate.Settled],
        _nanos[(int)Fate.Reverted] + _nanos[(int)Fate.Reopened],
        _nanos[(int)Fate.Abandoned],
        _nanos[(int)Fate.Unattributed],
        _nanos[(int)Fate.Provisional]);

    public void Add(WorthSpend row)
    {
        _nanos[(int)row.Fate] += row.Nanos;
        var person = Of(row.Person);
        if (row.Fate != Fate.Provisional)
        {
            person.Nanos += row.Nanos;
            person.Tokens += row.Tokens;
            Tokens += row.Tokens;
        }
    }

    public void Add(WorthOutcomes row)
    {
        var person = Of(row.Person);
        switch (row.Fate)
        {
            case Fate.Settled:
                person.Settled += row.Count;
                Settled += row.Count;
                break;
            case Fate.Provisional:
                Provisional += row.Count;
                break;
            case Fate.Unattributed:
                throw new ArgumentException("An outcome has a fate; only spend is unattributed.", nameof(row));
            default:
                person.Lost += row.Count;
                Lost += row.Count;
                break;
        }
    }

    public IReadOnlyList<RatioPart> CostParts() => [.. _people.Values.Select(p => new RatioPart(Math.Max(0, p.Nanos) / 1e9, p.Settled))];

    public IReadOnlyList<RatioPart> TokenParts() => [.. _people.Values.Select(p => new RatioPart(Math.Max(0, p.Tokens) / 1e6, p.Settled))];

    public IReadOnlyList<(long, long)> Rates() => [.. _people.Values.Select(p => ((long)p.Settled, (long)p.Settled + p.Lost))];

    private Sum Of(string person)
    {
        if (!_people.TryGetValue(person, out var sum))
        {
            _people[person] = sum = new Sum();
        }

        return sum;
    }
}
