using Assay.Server.Store;

namespace Assay.Server.Outcomes.Otlp;

/// <summary>
/// Keeps what requests tell. While one transaction is under way, those that come gather for the next one: with many emitters
/// a commit serves many requests, and with one it waits for nobody.
/// </summary>
internal sealed class TelemetryKeeper(ITelemetryStore store, TimeProvider clock)
{
    /// <summary>What may wait to be kept; beyond it emitters are asked to come again.</summary>
    public const int WaitingMax = 1_000_000;

    private static readonly TimeSpan s_digestsKept = TimeSpan.FromHours(6);
    private static readonly TimeSpan s_forgetEvery = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private List<(TelemetryBatch Batch, TaskCompletionSource Kept)> _waiting = [];
    private int _waitingItems;
    private bool _isKeeping;
    private DateTimeOffset _forgetAt;

    /// <summary>Returns when the batch is kept, or was before; false if too much is waiting.</summary>
    public async ValueTask<bool> KeepAsync(TelemetryBatch batch, CancellationToken ct)
    {
        if (batch.IsEmpty)
        {
            return true;
        }

        var kept = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_waitingItems > 0 && _waitingItems + batch.Items > WaitingMax)
            {
                return false;
            }

            _waitingItems += batch.Items;
            _waiting.Add((batch, kept));
            if (!_isKeeping)
            {
                _isKeeping = true;
                _ = Task.Run(KeepAllAsync, CancellationToken.None);
            }
        }

        await kept.Task.WaitAsync(ct);
        return true;
    }

    private async Task KeepAllAsync()
    {
        while (true)
        {
            List<(TelemetryBatch Batch, TaskCompletionSource Kept)> some;
            lock (_lock)
            {
                if (_waiting.Count == 0)
                {
                    _isKeeping = false;
                    return;
                }

                (some, _waiting, _waitingItems) = (_waiting, [], 0);
            }

            try
            {
                // First, so that a fault in it is told to somebody: they send again.
                await ForgetAsync();
                await store.AddAsync([.. some.Select(s => s.Batch)], clock.GetUtcNow().ToUnixTimeMilliseconds(), CancellationToken.None);
                foreach (var (_, kept) in some)
                {
                    kept.TrySetResult();
                }
            }
            catch (Exception fault)
            {
                foreach (var (_, kept) in some)
                {
                    kept.TrySetException(fault);
                }
            }
        }
    }

    private async ValueTask ForgetAsync()
    {
        var now = clock.GetUtcNow();
        if (now >= _forgetAt)
        {
            await store.ForgetAsync((now - s_digestsKept).ToUnixTimeMilliseconds(), (now - SeriesState.Kept).ToUnixTimeMilliseconds(), CancellationToken.None);
            _forgetAt = now + s_forgetEvery;
        }
    }
}
