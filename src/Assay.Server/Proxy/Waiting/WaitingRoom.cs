using Assay.Server.Hosting;
using Assay.Server.Routing;

namespace Assay.Server.Proxy.Waiting;

/// <summary>
/// Lets calls wait when every target is busy, instead of failing them: for a free place at a provider that takes only so many
/// at once, or for the end of a pause that providers asked for. Bounded in number and time; a client that leaves leaves the line.
/// </summary>
internal sealed class WaitingRoom
{
    private readonly QueueConfig _queue;
    private readonly TimeProvider _clock;
    private readonly Dictionary<string, ProviderSlots> _slots;
    private int _pausing;

    public WaitingRoom(AssayConfig config, TimeProvider clock)
    {
        (_queue, _clock) = (config.Queue, clock);
        _slots = config.Providers.Where(provider => provider.Value.CallsMax > 0).ToDictionary(
            provider => provider.Key, provider => new ProviderSlots(provider.Value.CallsMax), StringComparer.Ordinal);
    }

    /// <summary>Whether anybody can ever wait here; if not, nothing is looked at.</summary>
    public bool IsOpen => _slots.Count > 0 || _queue.WaitSeconds > 0;

    /// <summary>How many calls wait now.</summary>
    public int Waiting => Volatile.Read(ref _pausing) + _slots.Values.Sum(slots => slots.Waiting);

    /// <summary>
    /// Takes a place for the call, at its target or at one of those behind it, waiting if it must. Null if it has one; give it
    /// back with <see cref="Leave"/>.
    /// </summary>
    public async ValueTask<Refused?> EnterAsync(Call call)
    {
        if (_queue.WaitSeconds > 0 && await PauseAsync(call) is { } refused)
        {
            return refused;
        }

        if (!_slots.TryGetValue(call.Target!.Provider.Name, out var first) || first.TryTake())
        {
            call.Slots = first;
            return null;
        }

        // Somebody else who can answer goes before waiting.
        for (var i = 0; i < call.Next.Length; i++)
        {
            var other = call.Next.Span[i];
            if (!_slots.TryGetValue(other.Provider.Name, out var free) || free.TryTake())
            {
                Go(call, i, other);
                call.Slots = free;
                return null;
            }
        }

        return await WaitAsync(call, first);
    }

    public static void Leave(Call call)
    {
        call.Slots?.Return();
        call.Slots = null;
    }

    private static void Go(Call call, int index, Target other)
    {
        Target[] rest = [call.Target!, .. call.Next.Span[..index], .. call.Next.Span[(index + 1)..]];
        (call.Target, call.Next, call.ProviderModel) = (other, rest, other.Model ?? call.Model);
    }

    private async ValueTask<Refused?> WaitAsync(Call call, ProviderSlots slots)
    {
        var lengthMax = _queue.WaitSeconds > 0 ? _queue.LengthMax : 0;
        if (slots.Join(call.Identity!.KeyId, lengthMax) is not { } waiter)
        {
            return Refused.Busy(call.Target!.Provider.Name, full: true);
        }

        try
        {
            await waiter.Called.Task.WaitAsync(TimeSpan.FromSeconds(_queue.WaitSeconds), _clock, call.Http.RequestAborted);
            call.Slots = slots;
            return null;
        }
        catch (Exception fault) when (fault is TimeoutException or OperationCanceledException)
        {
            if (slots.Leave(waiter))
            {
                slots.Return();
            }

            return fault is TimeoutException ? Refused.Busy(call.Target!.Provider.Name, full: false) : Refused.ClientGone();
        }
    }

    /// <summary>All targets have asked to be left alone: waits until the first may be asked again.</summary>
    private async ValueTask<Refused?> PauseAsync(Call call)
    {
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        var until = call.Target!.Health.PausedUntilMs;
        foreach (var other in call.Next.Span)
        {
            until = Math.Min(until, other.Health.PausedUntilMs);
        }

        var wait = until - now;
        if (wait <= 0)
        {
            return null;
        }

        if (wait > _queue.WaitSeconds * 1000L || Interlocked.Increment(ref _pausing) > _queue.LengthMax)
        {
            if (wait <= _queue.WaitSeconds * 1000L)
            {
                Interlocked.Decrement(ref _pausing);
            }

            return Refused.Busy(call.Target.Provider.Name, full: wait <= _queue.WaitSeconds * 1000L) with
            {
                RetryAfterSeconds = (int)Math.Min((wait + 999) / 1000, 86_400),
            };
        }

        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(wait), _clock, call.Http.RequestAborted);
            return null;
        }
        catch (OperationCanceledException)
        {
            return Refused.ClientGone();
        }
        finally
        {
            Interlocked.Decrement(ref _pausing);
        }
    }
}
