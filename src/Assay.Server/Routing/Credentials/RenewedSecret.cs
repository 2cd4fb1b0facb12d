namespace Assay.Server.Routing.Credentials;

/// <summary>A credential as it was fetched.</summary>
/// <param name="Value">The credential.</param>
/// <param name="RenewAtMs">From when on another one is fetched, in Unix milliseconds.</param>
/// <param name="EndsAtMs">From when on it must not be used, in Unix milliseconds.</param>
internal sealed record FetchedSecret(string Value, long RenewAtMs, long EndsAtMs)
{
    // A token is renewed before it ends, so that no call meets its end on the way.
    private const long MarginMs = 300_000;

    /// <summary>A credential whose end is known.</summary>
    public static FetchedSecret Until(string value, long nowMs, long endsAtMs)
    {
        var margin = Math.Min(MarginMs, Math.Max(0, endsAtMs - nowMs) / 5);
        return new FetchedSecret(value, endsAtMs - margin, endsAtMs);
    }
}

/// <summary>
/// A credential that is fetched when it is first needed and renewed before it ends. One fetch serves all who wait; while
/// the old one is still good nobody waits. Thread-safe.
/// </summary>
internal abstract class RenewedSecret(TimeProvider clock) : Secret
{
    /// <summary>After a failure it is not fetched again for so long: a broken command must not be run for every call.</summary>
    public const long PauseMs = 5_000;

    /// <summary>A credential is not fetched again because it was refused when it is younger than this.</summary>
    public const long RenewalMs = 30_000;

    private readonly Lock _lock = new();
    private FetchedSecret? _held;
    private Task<FetchedSecret>? _fetching;
    private CredentialException? _failure;
    private long _failedUntilMs;
    private long _fetchedAtMs;

    protected TimeProvider Clock => clock;

    protected long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    public override ValueTask<string> ReadAsync(CancellationToken cancellation)
    {
        var held = Volatile.Read(ref _held);
        return held is not null && NowMs < held.RenewAtMs ? new(held.Value) : new(RenewedAsync(held, cancellation));
    }

    public override bool Renew()
    {
        lock (_lock)
        {
            if (_held is null || NowMs - _fetchedAtMs < RenewalMs)
            {
                return false;
            }

            _held = null;
            return true;
        }
    }

    /// <summary>Fetches the credential anew.</summary>
    /// <exception cref="CredentialException">It cannot be had.</exception>
    protected abstract Task<FetchedSecret> FetchAsync();

    private async Task<string> RenewedAsync(FetchedSecret? held, CancellationToken cancellation)
    {
        var isGood = held is not null && NowMs < held.EndsAtMs;
        Task<FetchedSecret> fetching;
        lock (_lock)
        {
            if (_fetching is null && NowMs < _failedUntilMs)
            {
                return isGood ? held!.Value : throw new CredentialException(_failure!.Message, _failure);
            }

            fetching = _fetching ??= Task.Run(FetchOnceAsync, CancellationToken.None);
        }

        return isGood ? held!.Value : (await fetching.WaitAsync(cancellation)).Value;
    }

    private async Task<FetchedSecret> FetchOnceAsync()
    {
        CredentialException failure;
        try
        {
            var fetched = await FetchAsync();
            lock (_lock)
            {
                (_held, _fetchedAtMs, _failedUntilMs, _fetching) = (fetched, NowMs, 0, null);
            }

            return fetched;
        }
        catch (CredentialException fault)
        {
            failure = fault;
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException or OperationCanceledException)
        {
            failure = new CredentialException("its source broke off.", fault);
        }

        lock (_lock)
        {
            (_failure, _failedUntilMs, _fetching) = (failure, NowMs + PauseMs, null);
        }

        throw failure;
    }
}
