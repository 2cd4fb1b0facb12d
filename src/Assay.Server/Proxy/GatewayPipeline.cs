using Assay.Server.Batches;
using Assay.Server.Budgets;
using Assay.Server.Directory;
using Assay.Server.Formats;
using Assay.Server.Hosting;
using Assay.Server.Metering;
using Assay.Server.Outcomes.Sightings;
using Assay.Server.Proxy.Caching;
using Assay.Server.Proxy.Realtime;
using Assay.Server.Proxy.Waiting;
using Assay.Server.Signals.Actions;

namespace Assay.Server.Proxy;

/// <summary>
/// The whole story of one call, told by <see cref="RunAsync"/> in seven steps:
/// (1) identify who calls, (2) accept what they send, (3) route it, (4) admit it by reserving its estimated cost,
/// (5) forward it, (6) meter the answer as it passes, (7) settle what it cost.
/// </summary>
internal sealed class GatewayPipeline(
    AssayConfig config,
    CallRouting routing,
    DirectorySnapshots directory,
    LedgerHost ledger,
    Admission admission,
    BatchSubmission batches,
    AttemptRunner attempts,
    CallSlots slots,
    LiveHub live,
    AssayMetrics metrics,
    ModelList models,
    ShadowCalls shadows,
    TokenCount tokens,
    WaitingRoom room,
    CachedCalls cached,
    RealtimeSession realtime,
    LiveSession liveSession,
    SignalGate gate,
    CommitSightings sightings,
    TimeProvider clock)
{
    public const string RequestIdHeader = "x-assay-request-id";

    /// <summary>Handles a call whose path is the data plane's.</summary>
    public async Task RunAsync(HttpContext http, RouteMatch match)
    {
        var now = clock.GetUtcNow();
        using var call = new Call(
            http, match, CallId.New(now), now.ToUnixTimeMilliseconds(), clock.GetTimestamp());
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
        var attempt = call;
        try
        {
            if (match.Operation is Operation.Realtime or Operation.Live)
            {
                Introduce(call);
                var closed = !identity.AllowsUseCase(call.UseCase) ? Refused.UseCaseNotAllowed(call.UseCase)
                    : await gate.EnterAsync(call)
                        ?? await (match.Operation == Operation.Live ? liveSession.RunAsync(call) : realtime.RunAsync(call));
                if (closed is not null)
                {
                    await RefuseAsync(call, closed);
                }

                return;
            }

            // :: Step 2: Accept. Step 3: Route.
            if (await AcceptAsync(call) is { } unreadable)
            {
                await RefuseAsync(call, unreadable);
                return;
            }

            if (routing.Route(call) is { } unroutable)
            {
                await RefuseAsync(call, unroutable);
                return;
            }

            if (await gate.EnterAsync(call) is { } held)
            {
                await RefuseAsync(call, held);
                return;
            }

            sightings.See(call.Http.Request.Headers, call.Session, identity.PersonId, call.StartedAtMs);

            if (call.IsCountedHere)
            {
                await tokens.AnswerAsync(call);
                return;
            }

            // What another arm answered is no answer of this one.
            if (cached.IsOn && call.Arm.Length == 0 && await cached.TryAnswerAsync(call))
            {
                return;
            }

            // :: Steps 4 to 7, with the next target where one fails before the client saw anything or cannot be asked this.
            while (true)
            {
                var refused = await AdmitAsync(attempt);
                var again = refused is null
                    ? await attempts.RunAsync(attempt)
                    : !attempt.Next.IsEmpty && (attempt != call || refused.OthersMayDo);
                if (!again)
                {
                    if (refused is not null)
                    {
                        await RefuseAsync(attempt, refused);
                    }
                    else if (attempt.Route?.Shadow is not null)
                    {
                        shadows.Consider(attempt);
                    }

                    if (call.Recorded is not null)
                    {
                        cached.Keep(call, attempt);
                    }

                    return;
                }

                WaitingRoom.Leave(attempt);
                var failed = attempt;
                attempt = failed.Again(CallId.New(clock.GetUtcNow()));
                if (failed != call)
                {
                    failed.Dispose();
                }
            }
        }
        finally
        {
            if (!attempt.IsEnded)
            {
                live.End(identity.PersonId, identity.TeamPath);
            }

            if (attempt != call)
            {
                attempt.Dispose();
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

    private static void Introduce(Call call)
    {
        call.Client = ClientFacts.Read(call.Http.Request.Headers);
        call.UseCase = call.Client.UseCase.Length > 0 ? call.Client.UseCase : call.Identity!.UseCase;
    }

    private async ValueTask<Refused?> AcceptAsync(Call call)
    {
        var request = call.Http.Request;
        Introduce(call);
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

    private async ValueTask<Refused?> AdmitAsync(Call call)
    {
        // Before anything is reserved: what waits holds no money.
        if (room.IsOpen && !call.Match.Operation.IsOpaque() && await room.EnterAsync(call) is { } busy)
        {
            return busy;
        }

        if (Preparation.Prepare(call) is { } unsayable)
        {
            return unsayable;
        }

        var target = call.Target;
        var isBatch = call.Match.Operation == Operation.BatchCreate;
        if (await (isBatch ? batches.AdmitAsync(call) : admission.AdmitAsync(call)) is { } refused)
        {
            return refused;
        }

        // A budget may have sent it elsewhere, where it has to be said in another way.
        if (call.Target != target && Preparation.Prepare(call) is { } unsayableThere)
        {
            await attempts.ReleaseAsync(call);
            return unsayableThere;
        }

        return null;
    }

    private async Task RefuseAsync(Call call, Refused refused)
    {
        metrics.Refused(refused.Reason);
        await refused.WriteAsync(call.Http, call.Match, call.RequestId);
    }

    /// <summary>Answers a call under the data plane's paths that is none that we know.</summary>
    public async Task RefuseUnknownAsync(HttpContext http, RouteMatch match)
    {
        var now = clock.GetUtcNow();
        var id = CallId.New(now);
        http.Response.Headers[RequestIdHeader] = id.ToString();
        var refused = match.Operation == Operation.None ? Refused.NotFound(http.Request) : Refused.Method(http.Request);
        metrics.Refused(refused.Reason);
        await refused.WriteAsync(http, match, id);
    }

    private static bool IsModelList(Operation operation) => operation is
        Operation.Models or Operation.Model or Operation.GeminiModels or Operation.GeminiModel;
}
