namespace Assay.Ledger.Usage;

/// <summary>
/// The classes in which providers bill. Classes are disjoint: a token is counted in exactly one of them, whatever the
/// provider's own counting (OpenAI counts cached tokens inside input, Anthropic outside). The numeric values are part
/// of the journal format and never change meaning.
/// </summary>
public enum UsageClass : byte
{
    /// <summary>Text (or undifferentiated) input tokens that were neither read from nor written to a cache.</summary>
    Input = 0,

    /// <summary>Input tokens served from the provider's prompt cache.</summary>
    CacheRead = 1,

    /// <summary>Input tokens written to a cache that lives five minutes, or whose lifetime is not stated.</summary>
    CacheWrite5m = 2,

    /// <summary>Input tokens written to a cache that lives one hour.</summary>
    CacheWrite1h = 3,

    /// <summary>Visible text output tokens.</summary>
    Output = 4,

    /// <summary>Output tokens spent on reasoning; billed as output unless priced apart.</summary>
    Reasoning = 5,

    /// <summary>Uncached audio input tokens.</summary>
    AudioInput = 6,

    /// <summary>Audio input tokens served from the cache.</summary>
    AudioCacheRead = 7,

    /// <summary>Audio output tokens.</summary>
    AudioOutput = 8,

    /// <summary>Image (or video) input tokens where the provider counts them apart.</summary>
    ImageInput = 9,

    /// <summary>Image output tokens where the provider counts them apart.</summary>
    ImageOutput = 10,

    /// <summary>Web searches run by the provider, in calls.</summary>
    WebSearch = 11,

    /// <summary>Other server-side tool runs that are billed by the call (web fetch, file search, code execution).</summary>
    ToolCall = 12,

    /// <summary>Calls to the provider, for prices with a fee by request. At most one for each attempt.</summary>
    Request = 13,
}
