namespace Assay.Bench.Upstream;

/// <summary>
/// Lets paced streams wait for their next event, 20 ms later. Waiters are spread over the milliseconds by when they
/// arrived, so that hundreds of streams do not all speak at the same instant.
/// </summary>
internal sealed class Pacer(TimeProvider time)
{
    private const int GapMs = 20;

    private readonly List<TaskCompletionSource>[] _slots = [.. Enumerable.Range(0, GapMs).Select(_ => new List<TaskCompletionSource>())];
    private readonly Lock _lock = new();
    private int _now;

    internal Task NextAsync()
    {
        // Continues inline in the pacer's loop: what follows is one small send.
        var waiter = new TaskCompletionSource();
        lock (_lock)
        {
            _slots[_now].Add(waiter);
        }

        return waiter.Task;
    }

    internal async Task RunAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1), time);
        var start = time.GetTimestamp();
        var due = new List<TaskCompletionSource>();
        var ticks = 0L;
        while (await timer.WaitForNextTickAsync())
        {
            // A timer that fires late is caught up with, so that the rate stays true.
            for (var target = (long)time.GetElapsedTime(start).TotalMilliseconds; ticks < target; ticks++)
            {
                lock (_lock)
                {
                    _now = (int)(ticks % GapMs);
                    (due, _slots[_now]) = (_slots[_now], due);
                }

                foreach (var waiter in due)
                {
                    waiter.SetResult();
                }

                due.Clear();
            }
        }
    }
}
