using System.Threading.Channels;
using Assay.Server.Budgets;
using Assay.Server.Directory;
using Assay.Server.Metering;
using Assay.Server.Routing;

namespace Assay.Server.Proxy;

/// <summary>
/// Asks models on trial what clients have asked, beside the answer that the client got: reserved, metered and charged to the
/// shadow's own key, so that its budgets bound the trial. What they answer is read for its usage and thrown away. A call
/// never waits for one: what finds no room is left out.
/// </summary>
internal sealed class ShadowCalls(
    DirectorySnapshots directory,
    Admission admission,
    AttemptRunner attempts,
    LiveHub live,
    AssayMetrics metrics,
    TimeProvider clock,
    ILogger<ShadowCalls> log) : BackgroundService
{
    private const int WaitingMax = 128;
    private const int AtOnceMax = 8;

    private readonly Channel<Call> _waiting = Channel.CreateBounded<Call>(WaitingMax);

    /// <summary>Has a call that was answered asked again in the shadow, if its session takes part.</summary>
    public void Consider(Call call)
    {
        if (call.Route?.Shadow is not { } shadow || call.Body is null || call.Status is < 200 or >= 300
            || call.Target == shadow.Target || !shadow.Takes(call.Session.Length > 0 ? call.Session : call.RequestId.ToString()))
        {
            return;
        }

        if (directory.Current.FindIdentity(shadow.KeyId) is not { } identity || !identity.IsUsableAt(call.StartedAtMs))
        {
            Log.ShadowWithoutKey(log, call.Route.Pattern);
            return;
        }

        var copy = Copy(call, identity, shadow);
        if (!_waiting.Writer.TryWrite(copy))
        {
            copy.Dispose();
            metrics.Refused("shadow_left_out");
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Parallel.ForEachAsync(
        _waiting.Reader.ReadAllAsync(stoppingToken),
        new ParallelOptions { MaxDegreeOfParallelism = AtOnceMax, CancellationToken = stoppingToken },
        async (call, ct) =>
        {
            try
            {
                await RunAsync(call, ct);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                // Whatever happens in the shadow, nobody waits for it.
                Log.Unexpected(log, fault);
            }
        });

    private async ValueTask RunAsync(Call call, CancellationToken stopping)
    {
        using (call)
        using (stopping.UnsafeRegister(static c => ((Call)c!).Stop(StopReason.ShutDown), call))
        {
            var identity = call.Identity!;
            live.Begin(identity.PersonId, identity.TeamPath);
            try
            {
                if ((Preparation.Prepare(call) ?? await admission.AdmitAsync(call)) is { } refused)
                {
                    metrics.Refused(refused.Reason);
                    return;
                }

                await attempts.RunAsync(call);
            }
            finally
            {
                if (!call.IsEnded)
                {
                    live.End(identity.PersonId, identity.TeamPath);
                }
            }
        }
    }

    private Call Copy(Call call, KeyIdentity identity, Trial shadow)
    {
        var from = call.Http.Request;
        var http = new DefaultHttpContext();
        http.Request.Method = from.Method;
        http.Request.Path = from.Path;
        http.Request.QueryString = from.QueryString;
        foreach (var (name, values) in from.Headers)
        {
            http.Request.Headers[name] = values;
        }

        http.Response.Body = Stream.Null;
        var body = System.Buffers.ArrayPool<byte>.Shared.Rent(call.Body!.Length);
        call.Body.Span.CopyTo(body);
        return new Call(
            http, call.Match, CallId.New(clock.GetUtcNow()), clock.GetUtcNow().ToUnixTimeMilliseconds(), clock.GetTimestamp())
        {
            // Both calls have the client's id, so that they can be laid side by side.
            RequestId = call.RequestId,
            Identity = identity,
            Client = call.Client with { WorkRef = "" },
            UseCase = identity.UseCase,
            Facts = call.Facts,
            Model = call.Model,
            Body = RequestBody.Own(body, call.Body.Length),
            Target = shadow.Target,
            ProviderModel = shadow.Target.Model ?? call.Model,
        };
    }
}
