using System.Globalization;

namespace Assay.Server.Outcomes.Otlp;

/// <summary>
/// The attributes of a resource or an item, all as text: emitters send the same number once as a number and once as a
/// string. Made to be used again.
/// </summary>
internal sealed class Attributes
{
    /// <summary>More than any emitter sends; further ones are not kept, but still tell series apart.</summary>
    public const int Max = 64;

    private readonly (string Key, string Value)[] _all = new (string, string)[Max];
    private int _count;

    /// <summary>The same for the same attributes in any order.</summary>
    public ulong Hash { get; private set; }

    public string? this[string key]
    {
        get
        {
            for (var i = 0; i < _count; i++)
            {
                if (string.Equals(_all[i].Key, key, StringComparison.Ordinal))
                {
                    return _all[i].Value;
                }
            }

            return null;
        }
    }

    public void Clear()
    {
        _count = 0;
        Hash = 0;
    }

    public void Add(string key, string value)
    {
        Hash += Fingerprint.Of(Fingerprint.Of(key), Fingerprint.Of(value));
        if (_count < Max)
        {
            _all[_count++] = (key, value);
        }
    }

    public double? Number(string key) =>
        double.TryParse(this[key], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}

/// <summary>One data point, log record or span. Made to be used again.</summary>
internal sealed class TelemetryItem
{
    /// <summary>The metric, the event or the span.</summary>
    public string Name { get; set; } = "";

    public Attributes Resource { get; } = new();

    public Attributes Own { get; } = new();

    public long StartNs { get; set; }

    public long TimeNs { get; set; }

    public double Value { get; set; }

    /// <summary>Whether a point tells what came since the last one, or the sum since the start.</summary>
    public bool IsDelta { get; set; }

    /// <summary>Whether the value only ever grows.</summary>
    public bool IsMonotonic { get; set; }

    /// <summary>Whether the point says that nothing was recorded.</summary>
    public bool IsEmpty { get; set; }

    /// <summary>A log record's body, if it is text.</summary>
    public string Body { get; set; } = "";

    /// <summary>An attribute of the item, or else of its resource.</summary>
    public string? this[string key] => Own[key] ?? Resource[key];

    /// <summary>For the next item of the same resource and metric.</summary>
    public void Clear()
    {
        Own.Clear();
        StartNs = TimeNs = 0;
        Value = 0;
        IsEmpty = false;
        Body = "";
    }
}

/// <summary>What is told of each item as it is read.</summary>
internal interface ITelemetrySink
{
    void Point(TelemetryItem item);

    void Log(TelemetryItem item);

    void Span(TelemetryItem item);
}
