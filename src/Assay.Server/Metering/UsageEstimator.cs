using System.Collections.Concurrent;
using Assay.Ledger.Usage;

namespace Assay.Server.Metering;

/// <summary>
/// Says how much a call will use before it is sent, and how much a stream that was cut has used, without a tokenizer:
/// bytes per token and length of answer are learned for each model from settled calls. Thread-safe.
/// </summary>
internal sealed class UsageEstimator
{
    // Model names come from callers, so what is remembered about them is bounded.
    private const int ModelsMax = 4096;
    private const long TokensMax = 10_000_000;

    private readonly ConcurrentDictionary<(string Provider, string Model), Learned> _models = new();

    /// <summary>How many models something is remembered about.</summary>
    public int ModelCount => _models.Count;

    /// <summary>What a call will use at most, as far as one can tell.</summary>
    /// <param name="bodyBytes">The length of the request's body.</param>
    /// <param name="outputBound">The most output tokens that the client allows, over all choices; null for no bound.</param>
    /// <param name="expectsOutput">Whether the operation generates tokens.</param>
    public UsageCounts BeforeSending(
        string provider, string model, long bodyBytes, long? outputBound, bool expectsOutput)
    {
        var learned = Of(provider, model);
        lock (learned)
        {
            var input = Tokens(bodyBytes / learned.BytesPerInputTokenLow.Value);
            var output = !expectsOutput ? 0
                : Math.Min(outputBound ?? TokensMax, Tokens(learned.OutputTokensHigh.Value));
            return new UsageCounts { [UsageClass.Input] = input, [UsageClass.Output] = output };
        }
    }

    /// <summary>
    /// Completes what was read from a cut stream: counts that the provider told are kept, the others are derived from
    /// the bytes that were sent and forwarded.
    /// </summary>
    public UsageCounts AfterCut(
        string provider, string model, in UsageCounts told, bool inputKnown, long bodyBytes, long outputBytes)
    {
        var learned = Of(provider, model);
        var counts = told;
        lock (learned)
        {
            if (!inputKnown)
            {
                counts[UsageClass.Input] = Tokens(bodyBytes / learned.BytesPerInputToken.Value);
            }

            var output = Tokens(outputBytes / learned.BytesPerOutputToken.Value);
            var knownOutput = counts.TotalOutputTokens;
            if (output > knownOutput)
            {
                counts[UsageClass.Output] += output - knownOutput;
            }
        }

        return counts;
    }

    /// <summary>How many bytes of streamed output make so many tokens of a model.</summary>
    public long OutputBytesOf(string provider, string model, long tokens)
    {
        var learned = Of(provider, model);
        lock (learned)
        {
            return (long)Math.Min(tokens * learned.BytesPerOutputToken.Value, long.MaxValue / 2);
        }
    }

    /// <summary>Learns from a call whose usage the provider told in full.</summary>
    /// <param name="outputBytes">Bytes of the streamed answer; 0 if it was not streamed.</param>
    /// <returns>Estimated ÷ true output tokens, had this stream been cut at its end; null if it says nothing.</returns>
    public double? Learn(string provider, string model, long bodyBytes, in UsageCounts counts, long outputBytes)
    {
        var learned = Of(provider, model);
        var input = counts.TotalInputTokens;
        var output = counts.TotalOutputTokens;
        lock (learned)
        {
            if (input > 0 && bodyBytes > 0)
            {
                learned.BytesPerInputToken.Observe((double)bodyBytes / input);
                learned.BytesPerInputTokenLow.Observe((double)bodyBytes / input);
            }

            if (output <= 0)
            {
                return null;
            }

            learned.OutputTokensHigh.Observe(output);
            if (outputBytes <= 0)
            {
                return null;
            }

            var ratio = outputBytes / learned.BytesPerOutputToken.Value / output;
            var known = learned.BytesPerOutputToken.Count > 0;
            learned.BytesPerOutputToken.Observe((double)outputBytes / output);
            return known ? ratio : null;
        }
    }

    private static long Tokens(double tokens) => (long)Math.Clamp(Math.Ceiling(tokens), 0, TokensMax);

    private Learned Of(string provider, string model)
    {
        var key = (provider, model);
        if (_models.TryGetValue(key, out var learned))
        {
            return learned;
        }

        // Beyond the bound all further names share what is learned about them.
        return _models.GetOrAdd(_models.Count < ModelsMax ? key : ("", ""), static _ => new Learned());
    }

    private sealed class Learned
    {
        /// <summary>Few bytes for a token mean many tokens: the cautious side for a reservation.</summary>
        public RunningQuantile BytesPerInputTokenLow { get; } = new(0.05, 3.0);

        public RunningQuantile BytesPerInputToken { get; } = new(0.5, 4.0);

        public RunningQuantile OutputTokensHigh { get; } = new(0.95, 4096);

        public RunningQuantile BytesPerOutputToken { get; } = new(0.5, 4.0);
    }
}
