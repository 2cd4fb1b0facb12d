using Assay.Server.Hosting;

namespace Assay.Server.Proxy;

/// <summary>
/// Stops calls whose provider is silent or that take too long, and all calls when a stopping node's patience ends.
/// One look a second at all calls is far cheaper than a timer for every read; limits are therefore kept to the second.
/// </summary>
internal sealed class CallWatchdog : IDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(1);

    private readonly TimeoutsConfig _timeouts;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly HashSet<Call> _calls = [];
    private ITimer? _drain;

    public CallWatchdog(TimeoutsConfig timeouts, TimeProvider clock)
    {
        _timeouts = timeouts;
        _clock = clock;
        _timer = clock.CreateTimer(static self => ((CallWatchdog)self!).Look(), this, s_period, s_period);
    }

    public void Watch(Call call)
    {
        lock (_lock)
        {
            _calls.Add(call);
        }
    }

    public void Forget(Call call)
    {
        lock (_lock)
        {
            _calls.Remove(call);
        }
    }

    /// <summary>The node is stopping: calls under way get their time to finish, then end.</summary>
    public void Drain() => _drain = _clock.CreateTimer(
        static self => ((CallWatchdog)self!).StopAll(),
        this,
        TimeSpan.FromSeconds(_timeouts.DrainSeconds),
        s_period);

    public void Dispose()
    {
        _timer.Dispose();
        _drain?.Dispose();
    }

    private void StopAll()
    {
        foreach (var call in Snapshot())
        {
            call.Stop(StopReason.ShutDown);
        }
    }

    private void Look()
    {
        var now = _clock.GetTimestamp();
        foreach (var call in Snapshot())
        {
            var patience = call.FirstByteSeen ? _timeouts.IdleSeconds : _timeouts.FirstByteSeconds;
            if (_clock.GetElapsedTime(call.ProgressTicks, now).TotalSeconds >= patience)
            {
                call.Stop(StopReason.ProviderSilent);
            }
            else if (_clock.GetElapsedTime(call.StartedTicks, now).TotalSeconds >= _timeouts.TotalSeconds)
            {
                call.Stop(StopReason.TooLong);
            }
        }
    }

    private Call[] Snapshot()
    {
        lock (_lock)
        {
            return _calls.Count == 0 ? [] : [.. _calls];
        }
    }
}
