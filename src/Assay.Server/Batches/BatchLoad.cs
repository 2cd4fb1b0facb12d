using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Server.Metering;

namespace Assay.Server.Batches;

/// <summary>What all requests of a batch job that go to one model may use, or have used: a sum over them.</summary>
internal sealed class BatchLoad(string model)
{
    /// <summary>The price book's name for work that a provider does when it has room.</summary>
    public const string ServiceTier = "batch";

    public string Model { get; } = model;

    public UsageCounts Counts { get; private set; }

    /// <summary>The sum of the prices of the single requests: a tier for long contexts is decided by each of them.</summary>
    public Quote Quote { get; private set; } = new(NanoUsd.Zero, UsageMarks.None);

    public void Add(in UsageCounts counts, in Quote quote)
    {
        Counts += counts;
        Quote = new Quote(Quote.Amount + quote.Amount, Quote.Marks | quote.Marks);
    }
}
