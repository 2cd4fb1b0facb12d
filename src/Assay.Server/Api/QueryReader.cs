using System.Globalization;
using Assay.Server.Directory;

namespace Assay.Server.Api;

/// <summary>
/// Reads a query string strictly: a parameter that nobody asks for, or that is given twice, is a fault. A filter that
/// is misspelt must not answer with everything.
/// </summary>
internal sealed class QueryReader(IQueryCollection query)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public InputFaults Faults { get; } = new();

    /// <summary>The parameter's value; null if it is absent or empty.</summary>
    public string? Text(string name, Func<string, string?>? rule = null)
    {
        _known.Add(name);
        var values = query[name];
        if (values.Count > 1)
        {
            Faults.Add(name, "is given more than once: give it once.");
        }

        var value = values.Count > 0 ? values[0] : null;
        if (string.IsNullOrEmpty(value))
        {
            return null;
        }

        if (value.Length > 256)
        {
            Faults.Add(name, "is longer than 256 characters.");
            return null;
        }

        if (rule?.Invoke(value) is { } fault)
        {
            Faults.Add(name, fault);
            return null;
        }

        return value;
    }

    public int Number(string name, int otherwise, int min, int max)
    {
        var number = otherwise;
        Text(name, text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number >= min && number <= max
                ? null
                : $"'{InputRules.Shorten(text)}' is not a whole number from {min} to {max}.");
        return number;
    }

    public DateTimeOffset? Time(string name)
    {
        var time = default(DateTimeOffset);
        return Text(name, text => Rfc3339.TryParse(text, out time)
            ? null
            : $"'{InputRules.Shorten(text)}' is not a time such as 2026-08-21T14:00:00Z or a date such as 2026-08-21.")
            is null ? null : time;
    }

    /// <summary>Days from <c>from</c> on to before <c>to</c>; the 30 before <c>to</c> if <c>from</c> is absent.</summary>
    /// <param name="otherwise">What <c>to</c> is if it is absent.</param>
    /// <param name="daysMax">How many days it may be.</param>
    public (DateOnly From, DateOnly To) Days(DateOnly otherwise, int daysMax)
    {
        var to = Day("to") ?? otherwise;
        var from = Day("from") ?? to.AddDays(-30);
        if (from >= to || to.DayNumber - from.DayNumber > daysMax)
        {
            Faults.Add("from", $"must be before 'to', and at most {daysMax} days before it.");
        }

        return (from, to);
    }

    /// <summary>A day as in 2026-08-21, of the org's time zone.</summary>
    public DateOnly? Day(string name)
    {
        var day = default(DateOnly);
        return Text(name, text =>
            DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day)
            && day.Year is >= 2000 and <= 2200
                ? null
                : $"'{InputRules.Shorten(text)}' is not a day such as 2026-08-21.") is null
            ? null
            : day;
    }

    public T? Word<T>(string name, IReadOnlyDictionary<string, T> words)
        where T : struct
    {
        var found = default(T);
        return Text(name, text => words.TryGetValue(text, out found)
            ? null
            : $"'{InputRules.Shorten(text)}' is not one of: {string.Join(", ", words.Keys.Order(StringComparer.Ordinal))}.")
            is null ? null : found;
    }

    /// <summary>Reports the parameters nobody asked for. Call it last.</summary>
    public bool IsValid()
    {
        foreach (var name in query.Keys)
        {
            if (!_known.Contains(name))
            {
                Faults.Add(
                    InputRules.Shorten(name),
                    $"is not a parameter of this endpoint. Its parameters are: {string.Join(", ", _known.Order(StringComparer.Ordinal))}.");
            }
        }

        return !Faults.Any;
    }
}

/// <summary>A piece of a list in the order of its keys.</summary>
internal sealed class Page<T>(IReadOnlyList<T> items, string? nextCursor)
{
    public const int LimitMax = 10_000;
    public const int LimitDefault = 1000;

    public IReadOnlyList<T> Items { get; } = items;

    public string? NextCursor { get; } = nextCursor;

    public static Page<T> Of(IEnumerable<T> all, Func<T, string> key, string? after, int limit)
    {
        var found = all
            .Where(item => after is null || string.CompareOrdinal(key(item), after) > 0)
            .OrderBy(key, StringComparer.Ordinal)
            .Take(limit + 1)
            .ToList();
        return found.Count <= limit
            ? new Page<T>(found, null)
            : new Page<T>(found[..limit], key(found[limit - 1]));
    }
}
