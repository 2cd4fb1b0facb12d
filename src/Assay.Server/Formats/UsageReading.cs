using Assay.Ledger.Usage;

namespace Assay.Server.Formats;

/// <summary>What could be read of a provider's answer. Strings are empty, never null.</summary>
internal sealed class UsageReading
{
    /// <summary>
    /// What was used, in disjoint classes. Where <see cref="HasOutput"/> is false the output classes have what the
    /// provider had stated so far: a lower bound.
    /// </summary>
    public UsageCounts Counts;

    /// <summary>Whether the provider stated the input.</summary>
    public bool HasInput { get; set; }

    /// <summary>Whether the provider stated the output as final.</summary>
    public bool HasOutput { get; set; }

    /// <summary>The model that the provider says answered.</summary>
    public string Model { get; set; } = "";

    /// <summary>The service tier that the provider says it used; empty for the standard or when it does not say.</summary>
    public string ServiceTier { get; set; } = "";

    /// <summary>
    /// Whether numbers were inconsistent, not whole, negative or absurd, or the answer was not JSON. What could be
    /// made sense of is counted.
    /// </summary>
    public bool Malformed { get; set; }

    /// <summary>Whether reading was given up (too large, unknown encoding): the counts mean nothing.</summary>
    public bool GaveUp { get; set; }

    /// <summary>Bytes of generated content that passed, as written in JSON: the base of estimates.</summary>
    public long OutputBytes { get; set; }

    /// <summary>How many events with data passed; 1 for a whole body.</summary>
    public int Events { get; set; }

    /// <summary>Whether the answer's own end was seen (<c>[DONE]</c>, <c>message_stop</c>, the closing brace).</summary>
    public bool SawEnd { get; set; }

    /// <summary>Whether the provider told an error inside an answer that had begun well.</summary>
    public bool ProviderFailed { get; set; }

    /// <summary>
    /// A second model that worked inside the same call and is billed at its own price (Anthropic's advisor); empty if
    /// none did. Its use is in <see cref="SideCounts"/> only.
    /// </summary>
    public string SideModel { get; set; } = "";

    /// <summary>What <see cref="SideModel"/> used; not part of <see cref="Counts"/>.</summary>
    public UsageCounts SideCounts;

    /// <summary>Whether input and output are both known exactly.</summary>
    public bool IsExact => HasInput && HasOutput && !Malformed && !GaveUp;
}
