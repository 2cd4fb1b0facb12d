using Assay.Server.Formats;
using Assay.Server.Hosting;

namespace Assay.Server.Proxy;

/// <summary>
/// What answers tell about the credential that was used. Where a provider has several, one that is refused (401, 403) or
/// has too much to do (429) is left alone, and the call goes on with another; the provider itself counts as well.
/// </summary>
internal sealed class KeyRotation(AssayConfig config, TimeProvider clock, ILogger<KeyRotation> log)
{
    // A revoked key does not come back by itself; a moment of confusion at the provider does.
    private const long RefusedMs = 300_000;

    /// <summary>Takes note of the answer. True if the same provider should be asked again, with another credential.</summary>
    public bool Learn(Call call, HttpResponseMessage response)
    {
        if (call.Key is not { } key || call.Status is not (401 or 403 or 429))
        {
            return false;
        }

        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var mayGoOn = call.AttemptsBefore + 1 < Math.Max(config.Resilience.AttemptsMax, call.Target!.Provider.Keys.Count)
            && !call.Match.Operation.IsOpaque();
        if (call.Status == 401 && key.Secret.Renew())
        {
            return mayGoOn;
        }

        if (call.Target.Provider.Keys.Count == 1)
        {
            return false;
        }

        if (call.Status == 429)
        {
            var pause = RetryAfters.Of(response, clock)?.TotalMilliseconds ?? config.Resilience.CooldownSeconds * 1000.0;
            key.LeaveUntil(now + (long)Math.Clamp(pause, 0, config.Resilience.CooldownSecondsMax * 1000.0));
        }
        else
        {
            key.LeaveUntil(now + RefusedMs);
            Log.KeyRefused(log, call.Target.Provider.Keys.IndexOf(key) + 1, call.Target.Provider.Name, call.Status);
        }

        return mayGoOn && call.Target.Provider.Keys.HasReady(now);
    }

    /// <summary>Whether what went wrong was the credential's fault, and others of the provider are well.</summary>
    public bool IsKeysFault(Call call) =>
        call.Status is 401 or 403 or 429
        && call.Target!.Provider.Keys is { Count: > 1 } keys
        && keys.HasReady(clock.GetUtcNow().ToUnixTimeMilliseconds());
}
