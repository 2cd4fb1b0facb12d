using System.Diagnostics;
using Assay.Ledger.Journal;
using Assay.Ledger.Usage;
using Assay.Server.Batches;
using Assay.Server.Budgets;
using Assay.Server.Directory;
using Assay.Server.Formats;
using Assay.Server.Formats.OpenAI;
using Assay.Server.Hosting;
using Assay.Server.Metering;
using Assay.Server.Routing;

namespace Assay.Server.Proxy;

/// <summary>
/// The whole story of one call, told by <see cref="RunAsync"/> in seven steps:
/// (1) identify who calls, (2) accept what they send, (3) route it, (4) admit it by reserving its estimated cost,
/// (5) forward it, (6) meter the answer as it passes, (7) settle what it cost.
/// </summary>
internal sealed partial class GatewayPipeline(
    AssayConfig config,
    RouteTable routes,
    DirectorySnapshots directory,
    LedgerHost ledger,
    Pricing pricing,
    Settlement settlement,
    Admission admission,
    StreamGrowth growth,
    BatchSubmission batches,
    BatchJobs jobs,
    BatchTender tender,
    CallSlots slots,
    CallWatchdog watchdog,
    LiveHub live,
    AssayMetrics metrics,
    ModelList models,
    UnpricedAlarm unpriced,
    TimeProvider clock,
    ILogger<GatewayPipeline> log)
{
    private const string RequestIdHeader = "x-assay-request-id";

    private readonly bool _drain = config.OnClientGone == "drain";

    /// <summary>Handles a call whose path is the data plane's.</summary>
    public async Task RunAsync(HttpContext http, RouteMatch match)
    {
        var now = clock.GetUtcNow();
        using var call = new Call(
            http, match, Guid.CreateVersion7(now), now.ToUnixTimeMilliseconds(), clock.GetTimestamp());
        http.Response.Headers[RequestIdHeader] = call.Id.ToString();

        // :: Step 1: Identify. Before the body, so that a stranger cannot make us read one.
        if (Identify(call) is { } stranger)
        {
            await RefuseAsync(call, stranger);
            return;
        }

        if (IsModelList(match.Operation))
        {
            await models.AnswerAsync(call);
            return;
        }

        var identity = call.Identity!;
        if (!slots.TryTake(identity.KeyId))
        {
            await RefuseAsync(call, Refused.TooManyStreams(config.Limits.StreamsPerKeyMax));
            return;
        }

        live.Begin(identity.PersonId, identity.TeamPath);
        var settled = false;
        try
        {
            // :: Step 2: Accept. Step 3: Route. Step 4: Admit.
            if (await AcceptAsync(call) is { } unreadable)
            {
                await RefuseAsync(call, unreadable);
                return;
            }

            if (Route(call) is { } unroutable)
            {
                await RefuseAsync(call, unroutable);
                return;
            }

            if (await AdmitAsync(call) is { } unaffordable)
            {
                await RefuseAsync(call, unaffordable);
                return;
            }

            // :: Steps 5 to 7.
            settled = true;
            await ForwardAsync(call);
        }
        finally
        {
            if (!settled)
            {
                live.End(identity.PersonId, identity.TeamPath);
            }

            slots.Return(identity.KeyId);
        }
    }

    private Refused? Identify(Call call)
    {
        Span<byte> sha256 = stackalloc byte[KeyHash.Size];
        if (!CallerKey.TryHash(call.Http.Request, sha256))
        {
            return Refused.NoKey();
        }

        var identity = directory.Current.FindKey(sha256);
        if (identity is null)
        {
            return Refused.BadKey();
        }

        if (!identity.IsUsableAt(call.StartedAtMs))
        {
            return Refused.KeyExpired();
        }

        call.Identity = identity;
        return ledger.CanWrite ? null : Refused.JournalUnavailable();
    }

    private async ValueTask<Refused?> AcceptAsync(Call call)
    {
        var request = call.Http.Request;
        call.Client = ClientFacts.Read(request.Headers);
        call.UseCase = call.Client.UseCase.Length > 0 ? call.Client.UseCase : call.Identity!.UseCase;
        if (!call.Identity!.AllowsUseCase(call.UseCase))
        {
            return Refused.UseCaseNotAllowed(call.UseCase);
        }

        var (status, body) = await RequestBody.ReadAsync(
            request, config.Limits.BodyBytesMax, call.Http.RequestAborted);
        call.Body = body;
        switch (status)
        {
            case BodyStatus.TooLarge:
                return Refused.BodyTooLarge(config.Limits.BodyBytesMax);
            case BodyStatus.ClientGone:
                return Refused.ClientGone();
        }

        if (call.Match.Operation is Operation.Passthrough or Operation.BatchWork)
        {
            return null;
        }

        if (request.Headers.ContentEncoding.Count > 0)
        {
            return Refused.EncodedBody();
        }

        if (call.Match.Operation == Operation.BatchCreate)
        {
            return null;
        }

        var scan = RequestScanner.TryScan(call.Match, body!.Span, out var facts);
        call.Facts = facts;
        call.Model = facts.Model;
        if (scan != ScanResult.Ok)
        {
            return Refused.Malformed(scan.Message());
        }

        // A server that takes the first of two models would run another one than the one that is admitted and priced.
        return facts.IsAmbiguous
            ? Refused.Malformed("The members 'model' and 'stream' may each occur only once in the request body.")
            : null;
    }

    private Refused? Route(Call call)
    {
        var identity = call.Identity!;
        if (call.Match.Provider is { } named)
        {
            if (!routes.Providers.TryGetValue(named, out var provider))
            {
                return Refused.UnknownProvider(named);
            }

            call.Match = call.Match.For(provider.Format);
            call.Target = new Target(provider, null);
            if (call.Match.Operation == Operation.Passthrough && identity.ModelPatterns.Count > 0)
            {
                // Behind an unknown path any model may hide.
                return Refused.PassthroughNotAllowed();
            }
        }
        else if (call.Match.Operation.IsOpaque())
        {
            if (routes.ForFormat(call.Match.Format) is not { } provider)
            {
                return Refused.NoProvider(call.Match.Format);
            }

            call.Target = new Target(provider, null);
        }
        else
        {
            if (routes.Find(call.Model) is not { } route)
            {
                return Refused.UnknownModel(call.Model);
            }

            call.Target = RouteTable.Choose(route, call.Match.Format);
            if (call.Target is null)
            {
                return Refused.FormatMismatch(call.Model, route.Targets[0].Provider, call.Match.Format);
            }
        }

        call.ProviderModel = call.Target.Model ?? call.Model;
        if (call.Model.Length > 0 && !identity.AllowsModel(call.Model))
        {
            return Refused.ModelNotAllowed(call.Model);
        }

        if (call.Target.Provider.LacksCredential)
        {
            return Refused.NoCredential(call.Target.Provider.Name);
        }

        if (pricing.RefusesUnknown && call.Match.Operation.IsBilled() && !call.Match.Operation.IsOpaque()
            && !pricing.Knows(call.Target.Provider, call.ProviderModel, call.StartedAtMs))
        {
            return Refused.Unpriced(call.Target.Provider.Name, call.ProviderModel);
        }

        return null;
    }

    // The only two changes to what the client sent: an alias becomes the provider's name, and usage is asked for.
    private static void Rewrite(Call call)
    {
        if (call.Body is not { Length: > 0 } || call.Match.Operation.IsOpaque())
        {
            return;
        }

        call.AsksForUsage = BodyRewrite.MustAskForUsage(call.Match, call.Facts);
        var model = call.ProviderModel != call.Model ? call.ProviderModel : null;
        if (BodyRewrite.IsNeeded(call.Facts, model, call.AsksForUsage))
        {
            var rewritten = new PooledWriter(call.Body.Length + 128);
            BodyRewrite.Write(call.Body.Span, call.Facts, model, call.AsksForUsage, rewritten);
            call.Body.Dispose();
            call.Body = rewritten.ToBody();
        }
    }

    private async ValueTask<Refused?> AdmitAsync(Call call)
    {
        var isBatch = call.Match.Operation == Operation.BatchCreate;
        if (await (isBatch ? batches.AdmitAsync(call) : admission.AdmitAsync(call)) is { } refused)
        {
            return refused;
        }

        Rewrite(call);
        return null;
    }

    private async Task ForwardAsync(Call call)
    {
        using var registration = call.Http.RequestAborted.UnsafeRegister(
            _drain || call.Parts.Count > 0 ? static c => ((Call)c!).ClientLeft = true : static c => ((Call)c!).LeaveAndStop(),
            call);
        using var exchange = new Exchange(call, clock);
        call.Activity = StartActivity(call);
        watchdog.Watch(call);
        var settled = false;
        try
        {
            // :: Step 5: Forward.
            var answered = await exchange.SendAsync();
            if (answered)
            {
                // :: Step 6: Meter.
                ResponseHead.Copy(exchange.Response, call.Http.Response, call.AsksForUsage);
                LimitHeaders.Write(call);
                var isStream = ResponseHead.IsEventStream(exchange.Response);
                var coding = ResponseHead.Coding(exchange.Response);
                var tap = call.Parts.Count > 0
                    ? UsageTaps.Decoded(call.Kept = new KeptTap(BatchFile.AnswerBytesMax), coding)
                    : UsageTaps.Create(call.Match, isStream, coding);
                var filter = call.AsksForUsage && isStream ? new UsageEventFilter() : null;
                await exchange.CopyAsync(tap, filter, isStream ? growth.Of(call) : null);
                call.Reading = tap.Complete();
            }

            // :: Step 7: Settle. Before the client can see the end.
            settled = true;
            await SettleAsync(call);
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
                await RefuseAsync(call, Refused.ByOutcome(call));
            }
            else if (!call.ClientLeft)
            {
                throw new AnswerBrokenException(call.Outcome);
            }
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
                await SettleAsync(call);
            }
        }
    }

    private async Task SettleAsync(Call call)
    {
        if (call.Parts.Count > 0)
        {
            await SettleBatchAsync(call);
            return;
        }

        var facts = settlement.Final(call);
        var side = settlement.Side(call, facts);
        Describe(call.Activity, facts);
        try
        {
            if (side is not null)
            {
                await ledger.ChargeAsync(side, call.Hold.Accounts);
            }

            await ledger.SettleAsync(facts, call.Hold.Accounts, call.HeldTokens);
            admission.Leave(call, facts.Counts.TotalTokens);
        }
        catch (JournalBrokenException fault)
        {
            // The reservation is in the journal: after a restart its estimate is charged. The answer must not look
            // complete, since its posting is not kept.
            Log.JournalBroken(log, fault);
            admission.Leave(call, facts.Counts.TotalTokens);
            live.End(facts.PersonId, call.Identity!.TeamPath);
            throw new AnswerBrokenException(call.Outcome);
        }

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

    private async Task SettleBatchAsync(Call call)
    {
        live.End(call.Identity!.PersonId, call.Identity.TeamPath);
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

    private async Task RefuseAsync(Call call, Refused refused)
    {
        metrics.Refused(refused.Reason);
        await refused.WriteAsync(call.Http, call.Match, call.Id);
    }

    /// <summary>Answers a call under the data plane's paths that is none that we know.</summary>
    public async Task RefuseUnknownAsync(HttpContext http, RouteMatch match)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        http.Response.Headers[RequestIdHeader] = id.ToString();
        var refused = match.Operation == Operation.None ? Refused.NotFound(http.Request) : Refused.Method(http.Request);
        metrics.Refused(refused.Reason);
        await refused.WriteAsync(http, match, id);
    }

    private static bool IsModelList(Operation operation) => operation is
        Operation.Models or Operation.Model or Operation.GeminiModels or Operation.GeminiModel;

    private static Activity? StartActivity(Call call)
    {
        if (!Telemetry.Source.HasListeners())
        {
            return null;
        }

        var activity = Telemetry.Source.StartActivity(
            $"{call.Match.Name()} {call.ProviderModel}",
            ActivityKind.Client,
            call.Http.Request.Headers.TraceParent.ToString() is { Length: > 0 } parent
                && ActivityContext.TryParse(parent, null, out var context) ? context : default);
        activity?.SetTag("gen_ai.operation.name", GenAiOperation(call.Match.Operation));
        activity?.SetTag("gen_ai.provider.name", call.Target!.Provider.Name);
        activity?.SetTag("gen_ai.request.model", call.Model);
        activity?.SetTag("assay.request.id", call.Id.ToString());
        return activity;
    }

    private static void Describe(Activity? activity, UsageEvent facts)
    {
        if (activity is null)
        {
            return;
        }

        activity.SetTag("gen_ai.response.model", facts.Model);
        activity.SetTag("gen_ai.usage.input_tokens", facts.Counts.TotalInputTokens);
        activity.SetTag("gen_ai.usage.output_tokens", facts.Counts.TotalOutputTokens);
        activity.SetTag("gen_ai.usage.cache_read.input_tokens", facts.Counts.CacheReadTokens);
        activity.SetTag("gen_ai.usage.cache_creation.input_tokens", facts.Counts.CacheWriteTokens);
        activity.SetTag("http.response.status_code", facts.Status);
        activity.SetTag("assay.cost.usd", facts.Cost.ToString());
        activity.SetTag("assay.outcome", facts.Outcome.ToString());
        activity.SetStatus(facts.Outcome == CallOutcome.Completed ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
    }

    private static string GenAiOperation(Operation operation) => operation switch
    {
        Operation.Embeddings or Operation.EmbedContent or Operation.BatchEmbedContents => "embeddings",
        Operation.Completions => "text_completion",
        Operation.GenerateContent or Operation.StreamGenerateContent => "generate_content",
        _ => "chat",
    };
}
