using Assay.Ledger.Journal;
using Assay.Ledger.Usage;
using Assay.Server.Batches;
using Assay.Server.Budgets;
using Assay.Server.Formats;
using Assay.Server.Formats.OpenAI;
using Assay.Server.Hosting;
using Assay.Server.Metering;
using Assay.Server.Proxy.Translation;
using Assay.Server.Routing;
using Assay.Server.Routing.Dialects;
using Assay.Server.Signals;

namespace Assay.Server.Proxy;

/// <summary>
/// One attempt to have a call answered, from the first byte sent to the settlement: steps 5 to 7 of
/// <see cref="GatewayPipeline"/>. It says whether another target should be tried instead; then the client has seen nothing.
/// </summary>
internal sealed class AttemptRunner(
    AssayConfig config,
    LedgerHost ledger,
    Settlement settlement,
    Admission admission,
    StreamGrowth growth,
    BatchSubmission batches,
    BatchJobs jobs,
    BatchTender tender,
    CallWatchdog watchdog,
    KeyRotation keys,
    LiveHub live,
    SignalFeed signals,
    AssayMetrics metrics,
    UnpricedAlarm unpriced,
    TimeProvider clock,
    ILogger<AttemptRunner> log)
{
    private readonly bool _drain = config.OnClientGone == "drain";

    /// <summary>Runs an admitted attempt to its end.</summary>
    /// <returns>Whether the next target should be tried; the attempt is settled by then.</returns>
    public async Task<bool> RunAsync(Call call)
    {
        using var registration = call.Http.RequestAborted.UnsafeRegister(
            _drain || call.Parts.Count > 0 ? static c => ((Call)c!).ClientLeft = true : static c => ((Call)c!).LeaveAndStop(),
            call);
        using var exchange = new Exchange(call, clock);
        call.Activity = CallTrace.Start(call);
        call.ProgressTicks = clock.GetTimestamp();
        watchdog.Watch(call);
        var settled = false;
        try
        {
            // :: Step 5: Forward.
            var answered = await exchange.SendAsync();
            var tryNext = answered ? IsNoAnswer(call) : IsFailure(call);
            if (answered && keys.Learn(call, exchange.Response))
            {
                // The provider is well; it is this credential that is not.
                call.Next = (Target[])[call.Target!, .. call.Next.Span];
                tryNext = true;
            }

            // :: Step 6: Meter.
            if (answered && tryNext && MayTryNext(call))
            {
                call.Outcome = CallOutcome.ProviderError;
            }
            else if (answered)
            {
                await MeterAsync(call, exchange);
                tryNext = IsFailure(call);
            }

            Learn(call, answered ? exchange.Response : null);

            // :: Step 7: Settle. Before the client can see the end.
            settled = true;
            if (tryNext && MayTryNext(call))
            {
                await SettleAsync(call, isLast: false);
                call.Http.Response.Clear();
                call.Http.Response.Headers[GatewayPipeline.RequestIdHeader] = call.RequestId.ToString();
                return true;
            }

            await SettleAsync(call, isLast: true);
            await EndAsync(call, exchange, answered);
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException)
        {
            // The client left while the last bytes were written; the call is settled.
        }
        finally
        {
            watchdog.Forget(call);
            if (!settled)
            {
                await SettleAsync(call, isLast: true);
            }

            // Only now: looking at the body costs time, and the client has its last byte.
            Watch(call);
        }

        return false;
    }

    /// <summary>Gives back what was reserved for an attempt that cannot be made.</summary>
    public Task ReleaseAsync(Call call)
    {
        call.Outcome = CallOutcome.NotConnected;
        return SettleAsync(call, isLast: true);
    }

    private async Task MeterAsync(Call call, Exchange exchange)
    {
        var isStream = ResponseHead.IsEventStream(exchange.Response)
            || (Dialect(call) is { } dialect && dialect.IsWrappedStream(exchange.Response));
        var isFramed = call.IsNative && call.Target!.Provider.Dialect!.IsWrappedStream(exchange.Response);
        var filter = Head(call, exchange.Response, isStream);
        LimitHeaders.Write(call);
        var coding = ResponseHead.Coding(exchange.Response);
        var tap = call.Parts.Count > 0
            ? UsageTaps.Decoded(call.Kept = new KeptTap(BatchFile.AnswerBytesMax), coding)
            : isFramed ? UsageTaps.CreateFramed(call.Wire)
            : UsageTaps.Create(call.Wire, isStream, coding);
        await exchange.CopyAsync(tap, filter, isStream || isFramed ? growth.Of(call) : null, holdsHead: !call.Next.IsEmpty);
        call.Reading = tap.Complete();
    }

    private static Dialect? Dialect(Call call) => call.Match.Operation.IsOpaque() || call.IsNative ? null : call.Target!.Provider.Dialect;

    /// <summary>Writes the answer's head, and says what its body passes through.</summary>
    private IAnswerFilter? Head(Call call, HttpResponseMessage from, bool isStream)
    {
        var to = call.Http.Response;
        if (call.Answer is not { } context)
        {
            if (call.Status >= 400 && Dialect(call) is { HasOwnErrors: true })
            {
                ResponseHead.Translate(from, to, "application/json");
                return new TranslatedBody(RequestTranslation.ForErrors(call), to, call.Status, config.Limits.BodyBytesMax);
            }

            ResponseHead.Copy(from, to, call.AsksForUsage);
            if (isStream && !ResponseHead.IsEventStream(from))
            {
                ResponseHead.BecomesEventStream(to);
            }

            return call.AsksForUsage && isStream ? new UsageEventFilter() : null;
        }

        if (context.Stream && call.Status < 400)
        {
            var stream = new TranslatedStream(context);
            ResponseHead.Translate(from, to, stream.ContentType);
            return stream;
        }

        ResponseHead.Translate(from, to, "application/json");
        return new TranslatedBody(context, to, call.Status, config.Limits.BodyBytesMax);
    }

    /// <summary>Tells the client how it ended.</summary>
    private async Task EndAsync(Call call, Exchange exchange, bool answered)
    {
        if (answered && call.Outcome is CallOutcome.Completed or CallOutcome.ProviderError)
        {
            await exchange.ReleaseAsync();
        }
        else if (call.Outcome == CallOutcome.BudgetExhausted && await StreamGrowth.TryEndCleanlyAsync(call))
        {
            metrics.Refused(Refusal.BudgetExceeded.Shape().Reason);
        }
        else if (!call.Http.Response.HasStarted && !call.ClientLeft)
        {
            var refused = Refused.ByOutcome(call);
            metrics.Refused(refused.Reason);
            await refused.WriteAsync(call.Http, call.Match, call.RequestId);
        }
        else if (!call.ClientLeft && !await exchange.TryEndBrokenAsync())
        {
            throw new AnswerBrokenException(call.Outcome);
        }
    }

    // An answer that says that this provider cannot answer now: nothing is billed, and another may do better.
    private static bool IsNoAnswer(Call call) => call.Status is 401 or 408 or 424 or 429 or 500 or 502 or 503 or 504 or 529;

    private static bool IsFailure(Call call) => call.Outcome switch
    {
        CallOutcome.NotConnected => true,
        CallOutcome.ProviderBroke or CallOutcome.ProviderSilent => true,
        _ => false,
    };

    private bool MayTryNext(Call call) =>
        !call.Next.IsEmpty
        && !call.ClientLeft
        && !call.Http.Response.HasStarted
        && (config.Resilience.FallbackAfterSend || !call.Sent || call.Status >= 400);

    private void Learn(Call call, HttpResponseMessage? response)
    {
        var health = call.Target!.Health;
        if (call.CredentialFault.Length == 0 && response is not null && keys.IsKeysFault(call))
        {
            return;
        }

        if (call.Status is 429 or 529 or 503)
        {
            health.Busy(clock.GetUtcNow().ToUnixTimeMilliseconds(), RetryAfters.Of(response, clock));
        }
        else if (IsFailure(call) || call.Status is 401 or 424 or 500 or 502 or 504)
        {
            health.Failed(clock.GetUtcNow().ToUnixTimeMilliseconds());
        }
        else if (response is not null)
        {
            health.Succeeded();
        }
    }

    /// <summary>Settles what an attempt has used, and tells those who watch.</summary>
    public async Task SettleAsync(Call call, bool isLast)
    {
        if (call.Parts.Count > 0)
        {
            await SettleBatchAsync(call);
            return;
        }

        var facts = settlement.Final(call);
        var side = settlement.Side(call, facts);
        CallTrace.Describe(call.Activity, facts);
        try
        {
            if (side is not null)
            {
                await ledger.ChargeAsync(side, call.Hold.Accounts);
            }

            await ledger.SettleAsync(facts, call.Hold.Accounts, call.HeldTokens);
        }
        catch (JournalBrokenException fault)
        {
            // The reservation is in the journal: after a restart its estimate is charged. The answer must not look
            // complete, since its posting is not kept.
            Log.JournalBroken(log, fault);
            admission.Leave(call, facts.Counts.TotalTokens);
            throw new AnswerBrokenException(call.Outcome);
        }

        call.Settled = facts;
        call.IsEnded = isLast;
        if (isLast)
        {
            admission.Leave(call, facts.Counts.TotalTokens);
        }
        else
        {
            admission.Look(call);
            live.Begin(facts.PersonId, call.Identity!.TeamPath);
        }

        Tell(call, facts, side);
    }

    private void Tell(Call call, UsageEvent facts, UsageEvent? side)
    {
        live.Record(facts, call.Identity!.TeamPath);
        metrics.Settled(facts);
        if (side is not null)
        {
            live.Begin(side.PersonId, call.Identity.TeamPath);
            live.Record(side, call.Identity.TeamPath);
            metrics.Settled(side);
        }

        if (facts.Marks.HasFlag(UsageMarks.Unpriced))
        {
            unpriced.Report(facts.Provider, facts.Model);
        }

        if (call.Match.Operation == Operation.BatchWork && jobs.Count > 0)
        {
            tender.Nudge();
        }
    }

    /// <summary>Shows what was settled to those who look for the unusual. Last of all: nobody waits for it.</summary>
    public void Watch(Call call)
    {
        if (call.Settled is { } facts)
        {
            var message = call.Facts.LastMessage;
            signals.Offer(facts, call.Identity!.TeamPath, call.Body is { } body ? body.Span.Slice(message.Start, message.Length) : default);
        }
    }

    private async Task SettleBatchAsync(Call call)
    {
        try
        {
            await batches.CompleteAsync(call, call.Kept?.Bytes ?? default);
        }
        catch (JournalBrokenException fault)
        {
            Log.JournalBroken(log, fault);
            throw new AnswerBrokenException(call.Outcome);
        }
    }
}
