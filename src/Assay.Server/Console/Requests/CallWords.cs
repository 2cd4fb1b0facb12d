using Assay.Ledger.Usage;

namespace Assay.Server.Console.Requests;

/// <summary>Outcomes and marks in words, short for lists and long for a request's own page.</summary>
public static class CallWords
{
    /// <summary>The marks worth a word in a list. Streaming is no news; neither is success.</summary>
    public static IEnumerable<(string Word, bool Bad)> Marks(UsageEvent call)
    {
        if (call.Outcome != CallOutcome.Completed)
        {
            yield return (Outcome(call), call.Outcome != CallOutcome.ClientGone);
        }

        if (call.Marks.HasFlag(UsageMarks.Estimated))
        {
            yield return ("estimated", false);
        }

        if (call.Marks.HasFlag(UsageMarks.Unpriced))
        {
            yield return ("unpriced", true);
        }

        if (call.Marks.HasFlag(UsageMarks.Unmetered))
        {
            yield return ("unmetered", true);
        }

        if (call.Marks.HasFlag(UsageMarks.FallbackPrice))
        {
            yield return ("fallback price", true);
        }

        if (call.Marks.HasFlag(UsageMarks.Overage))
        {
            yield return ("overage", false);
        }

        if (call.Marks.HasFlag(UsageMarks.Batch))
        {
            yield return ("batch", false);
        }
    }

    public static string Outcome(UsageEvent call) => call.Outcome switch
    {
        CallOutcome.Completed => "completed",
        CallOutcome.ProviderError => call.Status > 0 ? $"error {call.Status}" : "provider error",
        CallOutcome.ClientGone => "client left",
        CallOutcome.ProviderBroke => "broke off",
        CallOutcome.ProviderSilent => "timed out",
        CallOutcome.NotConnected => "not connected",
        CallOutcome.ProcessDied => "gateway died",
        CallOutcome.ShutDown => "shut down",
        _ => call.Outcome.ToString(),
    };

    public static string OutcomeExplained(UsageEvent call) => call.Outcome switch
    {
        CallOutcome.Completed => "The provider answered with success, and the client received every byte.",
        CallOutcome.ProviderError => $"The provider answered with status {call.Status}, which the client received unchanged.",
        CallOutcome.ClientGone => "The client left before the answer was complete. The provider was stopped; what had been forwarded was charged.",
        CallOutcome.ProviderBroke => "The provider broke off its answer. What had arrived was forwarded.",
        CallOutcome.ProviderSilent => "The provider sent nothing for longer than the timeout allows.",
        CallOutcome.NotConnected => "No connection to the provider could be made. Nothing was sent, so nothing can have been billed.",
        CallOutcome.ProcessDied => "The gateway's process died during the call. The provider may have billed it, so the reserved estimate was charged.",
        CallOutcome.ShutDown => "The gateway was stopping and cut the call. What had been forwarded was charged.",
        _ => call.Outcome.ToString(),
    };

    public static IEnumerable<(string Word, string Meaning)> MarksExplained(UsageEvent call)
    {
        if (call.Marks.HasFlag(UsageMarks.Estimated))
        {
            yield return ("Estimated", "At least one count is an estimate: the provider did not report the final usage.");
        }

        if (call.Marks.HasFlag(UsageMarks.Unpriced))
        {
            yield return ("Unpriced", "The price book has no price for a class that was used. The cost covers only what has a price.");
        }

        if (call.Marks.HasFlag(UsageMarks.Unmetered))
        {
            yield return ("Unmetered", "No usage could be read from the answer, and none could be estimated.");
        }

        if (call.Marks.HasFlag(UsageMarks.FallbackPrice))
        {
            yield return ("Fallback price", "The true price is unknown. A conservative price from the settings was charged instead.");
        }

        if (call.Marks.HasFlag(UsageMarks.Overage))
        {
            yield return ("Overage", "The call cost more than was reserved for it. What a provider bills is always recorded.");
        }

        if (call.Marks.HasFlag(UsageMarks.Batch))
        {
            yield return ("Batch", "A batch job: all its requests to this model, charged when its results were ready.");
        }

        if (call.Marks.HasFlag(UsageMarks.Streamed))
        {
            yield return ("Streamed", "The answer was forwarded event by event as it arrived.");
        }
    }

    public static string Class(UsageClass usageClass) => usageClass switch
    {
        UsageClass.Input => "Input",
        UsageClass.CacheRead => "Cache read",
        UsageClass.CacheWrite5m => "Cache write, 5 min",
        UsageClass.CacheWrite1h => "Cache write, 1 h",
        UsageClass.Output => "Output",
        UsageClass.Reasoning => "Reasoning",
        UsageClass.AudioInput => "Audio input",
        UsageClass.AudioCacheRead => "Audio cache read",
        UsageClass.AudioOutput => "Audio output",
        UsageClass.ImageInput => "Image input",
        UsageClass.ImageOutput => "Image output",
        UsageClass.WebSearch => "Web searches",
        UsageClass.ToolCall => "Tool runs",
        UsageClass.Request => "Requests",
        _ => usageClass.ToString(),
    };
}
