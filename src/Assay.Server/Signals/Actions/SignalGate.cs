using System.Globalization;
using Assay.Server.Formats;
using Assay.Server.Hosting;
using Assay.Server.Proxy;

namespace Assay.Server.Signals.Actions;

/// <summary>
/// Lets calls feel what is done about a signal, and says each time what was seen, what to do, and when it ends by itself.
/// </summary>
internal sealed class SignalGate(Restraints restraints, AssayConfig config, TimeProvider clock)
{
    /// <summary>Where the question waits.</summary>
    public const string SignalHeader = "x-assay-signal";

    public const string SlowedHeader = "x-assay-slowed-ms";

    private readonly SignalsConfig _config = config.Signals;

    /// <summary>Null if the call may go on, perhaps after a while.</summary>
    public async ValueTask<Refused?> EnterAsync(Call call)
    {
        if (restraints.IsEmpty || !call.Match.Operation.IsBilled())
        {
            return null;
        }

        var identity = call.Identity!;
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var felt = restraints.Of(identity.PersonId, identity.KeyId, call.Session, now);
        if (felt.Count == 0)
        {
            return null;
        }

        // The strictest first: who is stopped need not wait for it.
        call.SignalLink = LinkOf(felt[^1].SignalId);
        foreach (var restraint in felt.Reverse())
        {
            var refused = restraint.Action switch
            {
                SignalAction.Stop => Stopped(restraint),
                SignalAction.RateLimit => Turn(restraint, now),
                SignalAction.WorkRef when call.WorkRef.Length == 0 => Undeclared(restraint),
                SignalAction.Slow => await SlowAsync(call),
                _ => null,
            };
            if (refused is not null)
            {
                return refused;
            }
        }

        return null;
    }

    private Refused Stopped(Restraint restraint)
    {
        var what = restraint.On.StartsWith("session:", StringComparison.Ordinal)
            ? "This session was stopped"
            : "Calls with this key were stopped";
        var instead = restraint.On.StartsWith("session:", StringComparison.Ordinal) ? "Begin a new session, or say" : "Say";
        return new Refused(Refusal.SignalStopped, $"{what}: {restraint.Subject}. {instead} at {LinkOf(restraint.SignalId)} that it is as it should be, and it goes on at once. {End(restraint)}");
    }

    private Refused Undeclared(Restraint restraint) => new(
        Refusal.WorkRefRequired,
        $"This call names no work, and for now it has to: {restraint.Subject}. Send the ticket, branch or pull request that it serves as 'x-assay-work: JIRA-12', or say at {LinkOf(restraint.SignalId)} what it is for. {End(restraint)}");

    private Refused? Turn(Restraint restraint, long now)
    {
        var waitMs = restraint.TakeTurn(now, _config.CallsPerMinute);
        return waitMs == 0 ? null : new Refused(
            Refusal.SignalLimited,
            $"Only {_config.CallsPerMinute} calls a minute pass for now: {restraint.Subject}. Try again in {Seconds(waitMs)} s, or say at {LinkOf(restraint.SignalId)} that it is as it should be. {End(restraint)}")
        {
            RetryAfterSeconds = Seconds(waitMs),
        };
    }

    private async ValueTask<Refused?> SlowAsync(Call call)
    {
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(_config.SlowSeconds), clock, call.Http.RequestAborted);
            call.SlowedMs = _config.SlowSeconds * 1000L;
            return null;
        }
        catch (OperationCanceledException)
        {
            return Refused.ClientGone();
        }
    }

    private string LinkOf(string signalId) => config.PublicUrl.TrimEnd('/') + $"/signals/{signalId}";

    private static string End(Restraint restraint) =>
        $"It ends by itself at {DateTimeOffset.FromUnixTimeMilliseconds(restraint.UntilMs).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}.";

    private static int Seconds(long ms) => (int)Math.Clamp((ms + 999) / 1000, 1, int.MaxValue);
}
