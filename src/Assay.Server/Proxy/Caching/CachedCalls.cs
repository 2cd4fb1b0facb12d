using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Server.Metering;

namespace Assay.Server.Proxy.Caching;

/// <summary>Answers calls from the cache, and keeps what others were answered. A hit is a row of the ledger that cost nothing.</summary>
internal sealed class CachedCalls(
    AnswerCache cache, Settlement settlement, LedgerHost ledger, LiveHub live, AssayMetrics metrics, TimeProvider clock)
{
    public const string Header = "x-assay-cache";
    public const string SavedHeader = "x-assay-cache-saved-usd";

    /// <summary>The tier by which a hit's row is told from a call of the provider.</summary>
    public const string Tier = "cache";

    private const int AnswerBytesMax = 4 * 1024 * 1024;

    public bool IsOn => cache.IsOn;

    /// <summary>True if the call was answered. If not, its answer is recorded where it may be kept.</summary>
    public async ValueTask<bool> TryAnswerAsync(Call call)
    {
        if (cache.KeyOf(call) is not { } key)
        {
            return false;
        }

        var response = call.Http.Response;
        if (cache.Find(key) is not { } kept)
        {
            call.CacheKey = key;
            call.Recorded = new RecordedBody(response.Body, AnswerBytesMax);
            response.Body = call.Recorded;
            response.Headers[Header] = "miss";
            return false;
        }

        await PostAsync(call, kept);
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = kept.ContentType;
        response.Headers[Header] = "hit";
        response.Headers[SavedHeader] = kept.Cost.ToString();
        LimitHeaders.Drop(response, kept.Dropped);
        response.ContentLength = kept.Bytes.Length;
        await response.Body.WriteAsync(kept.Bytes, call.Http.RequestAborted);
        return true;
    }

    /// <summary>Keeps the answer of a call that ended well.</summary>
    public void Keep(Call call, Call answered)
    {
        if (call is { CacheKey: { } key, Recorded.Bytes: { } bytes } && answered is { Outcome: CallOutcome.Completed, Status: 200, ClientLeft: false }
            && call.Http.Response.StatusCode == StatusCodes.Status200OK && answered.Settled is { } settled)
        {
            var response = call.Http.Response;
            cache.Keep(
                key, response.ContentType ?? "application/json", bytes, settled.Cost, settled.Provider, settled.Model,
                response.Headers[LimitHeaders.DroppedHeader].ToString());
        }
    }

    private async Task PostAsync(Call call, KeptAnswer kept)
    {
        var facts = settlement.Estimate(call) with
        {
            Provider = kept.Provider,
            Model = kept.Model,
            ServiceTier = Tier,
            Counts = default,
            Cost = NanoUsd.Zero,
            Reserved = NanoUsd.Zero,
            Marks = call.Facts.Stream ? UsageMarks.Streamed : UsageMarks.None,
            Status = StatusCodes.Status200OK,
            Outcome = CallOutcome.Completed,
            Resolution = Resolution.Posted,
            DurationMs = (int)clock.GetElapsedTime(call.StartedTicks).TotalMilliseconds,
        };
        await ledger.ChargeAsync(facts, []);
        call.IsEnded = true;
        live.Record(facts, call.Identity!.TeamPath);
        metrics.Settled(facts);
    }
}
