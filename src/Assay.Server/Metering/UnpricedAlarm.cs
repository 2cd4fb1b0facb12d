using System.Collections.Concurrent;

namespace Assay.Server.Metering;

/// <summary>Tells the operator of a model without a price: at once, and once for each model.</summary>
internal sealed partial class UnpricedAlarm(ILogger<UnpricedAlarm> log)
{
    // Model names come from callers, so what is remembered about them is bounded.
    private const int ModelsMax = 1000;

    private readonly ConcurrentDictionary<(string Provider, string Model), bool> _told = new();

    public void Report(string provider, string model)
    {
        if (_told.Count < ModelsMax && _told.TryAdd((provider, model), true))
        {
            Unpriced(log, provider, model);
        }
    }

    [LoggerMessage(1002, LogLevel.Warning,
        "No price is known for {Provider}/{Model}: its calls are kept and marked unpriced. "
        + "Add a price under prices.overrides.")]
    private static partial void Unpriced(ILogger log, string provider, string model);
}
