using Assay.Ledger.Book;
using Assay.Ledger.Usage;
using Assay.Server.Formats;
using Assay.Server.Hosting;
using Assay.Server.Metering;
using Assay.Server.Proxy;

namespace Assay.Server.Budgets;

/// <summary>
/// Streams may run longer than anybody could know. Before the tokens that went by exceed what was reserved, more is
/// reserved; and when a hard budget has nothing left, the stream ends with an error that says so, or by configuration
/// runs to its end as overage.
/// </summary>
internal sealed class StreamGrowth(
    AssayConfig config, LedgerHost ledger, UsageEstimator estimator, Pricing pricing, BudgetWatch watch)
{
    private readonly bool _endsStreams = config.Budgets.OnStreamExhausted == "end";

    /// <summary>What watches over one stream; null if no budget limits it.</summary>
    public Growth? Of(Call call) =>
        call.Hold.Accounts.Length == 0 || !call.Match.Operation.IsBilled() ? null : new Growth(this, call);

    /// <summary>The bytes of output that the tokens reserved for it stand for.</summary>
    internal long BytesOf(Call call, long outputTokens) =>
        estimator.OutputBytesOf(call.Target!.Provider.Name, call.ProviderModel, outputTokens);

    /// <summary>Reserves for so many more tokens of output; false if the stream has to end.</summary>
    internal async ValueTask<bool> ExtendAsync(Call call, long outputTokens)
    {
        var counts = new UsageCounts { [UsageClass.Output] = outputTokens };
        var quote = pricing.Price(
            call.Target!.Provider, call.ProviderModel, counts, call.Facts.ServiceTier, call.StartedAtMs);
        var result = await ledger.ExtendAsync(call.Id, quote.Amount, outputTokens, CancellationToken.None);
        if (result.Status == ReserveStatus.Held)
        {
            call.HeldMoney += quote.Amount.Nanos;
            call.HeldTokens += outputTokens;
            return true;
        }

        if (result.RefusedBy is { } account)
        {
            watch.Refused(call.Budgets!.Find(call.Hold, account));
        }

        return !_endsStreams;
    }

    /// <summary>Ends the client's stream in its own format; false where the format has no way to say it.</summary>
    public static async ValueTask<bool> TryEndCleanlyAsync(Call call)
    {
        if (call.ClientLeft || call.Http.Response.ContentType?.StartsWith("text/event-stream", StringComparison.Ordinal) != true)
        {
            return false;
        }

        await call.Http.Response.Body.WriteAsync(WireErrors.Event(
            call.Match.Format,
            Refusal.BudgetExceeded,
            "The answer became longer than what was reserved for it, and a budget has nothing left for more. What was "
            + "sent is charged.",
            call.RequestId.ToString()));
        return true;
    }
}

/// <summary>One stream and what is reserved for it.</summary>
internal sealed class Growth
{
    // Tokens reserved at once: few extensions for a long answer, and little kept from others.
    private const long StepTokens = 1024;

    private readonly StreamGrowth _growth;
    private readonly Call _call;
    private long _coveredTokens;
    private bool _isOver;

    public Growth(StreamGrowth growth, Call call)
    {
        (_growth, _call) = (growth, call);
        _coveredTokens = call.Reservation!.Counts.TotalOutputTokens;
        CoveredBytes = growth.BytesOf(call, _coveredTokens);
    }

    /// <summary>Up to how many bytes of output the reservation reaches.</summary>
    public long CoveredBytes { get; private set; }

    /// <summary>Reserves ahead of what has gone by; false if the stream has to end.</summary>
    public async ValueTask<bool> KeepUpAsync(UsageTap tap)
    {
        while (!_isOver && tap.OutputBytes > CoveredBytes)
        {
            var held = _call.HeldTokens;
            if (!await _growth.ExtendAsync(_call, StepTokens))
            {
                return false;
            }

            // Nothing held and yet to go on: the rest is overage.
            _isOver = held == _call.HeldTokens;
            _coveredTokens += StepTokens;
            CoveredBytes = _isOver ? long.MaxValue : _growth.BytesOf(_call, _coveredTokens);
        }

        return true;
    }
}
