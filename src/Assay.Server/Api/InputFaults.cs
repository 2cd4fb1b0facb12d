namespace Assay.Server.Api;

/// <summary>Everything wrong with one request, by field, so that a caller can mend all of it at once.</summary>
internal sealed class InputFaults
{
    private readonly SortedDictionary<string, List<string>> _byField = new(StringComparer.Ordinal);

    public bool Any => _byField.Count > 0;

    public void Add(string field, string message)
    {
        if (!_byField.TryGetValue(field, out var messages))
        {
            _byField[field] = messages = [];
        }

        messages.Add(message);
    }

    public Dictionary<string, string[]> ByField() =>
        _byField.ToDictionary(f => f.Key, f => f.Value.ToArray(), StringComparer.Ordinal);

    public string Summary() =>
        string.Join(" ", _byField.SelectMany(f => f.Value.Select(message => $"{f.Key}: {message}")));
}
