using Assay.Server.Directory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assay.Server.Tests.Directory;

public sealed class DirectoryPollerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_made_elsewhere_is_obeyed_at_the_next_look_half_a_second_later()
    {
        var time = new TickingTime();
        var store = new ManualDirectory(SampleOrg.Data());
        using var snapshots = new DirectorySnapshots(store, [], time, NullLogger<DirectorySnapshots>.Instance);
        using var poller = new DirectoryPoller(snapshots, time);
        await poller.StartAsync(Ct);
        await time.NextLook(store);
        var hash = KeySecrets.Hash(SampleOrg.SecretOf("ada"));
        snapshots.Current.FindKey(hash).ShouldNotBeNull();

        store.Data = store.Data with
        {
            Version = 2,
            Keys = [.. store.Data.Keys.Select(k => k.Id == "k_ada" ? k with { RevokedAtMs = 1 } : k)],
        };
        await time.NextLook(store);

        snapshots.Current.FindKey(hash).ShouldBeNull();
        time.Period.ShouldBe(TimeSpan.FromMilliseconds(500));
        await poller.StopAsync(Ct);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_store_that_fails_does_not_end_the_looking(bool byCancelling)
    {
        var time = new TickingTime();
        var store = new ManualDirectory(SampleOrg.Data());
        using var snapshots = new DirectorySnapshots(store, [], time, NullLogger<DirectorySnapshots>.Instance);
        using var poller = new DirectoryPoller(snapshots, time);
        store.Fault = byCancelling ? new TaskCanceledException("a timeout of the driver's own") : new IOException("down");
        await poller.StartAsync(Ct);
        await time.NextLook(store);
        snapshots.IsFresh.ShouldBeFalse();

        store.Fault = null;
        await time.NextLook(store);

        snapshots.IsFresh.ShouldBeTrue();
        await poller.StopAsync(Ct);
    }

    /// <summary>Time in which one periodic timer ticks when the test says so.</summary>
    private sealed class TickingTime : TimeProvider
    {
        private TimerCallback? _tick;
        private object? _state;

        public TimeSpan Period { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            (_tick, _state, Period) = (callback, state, period);
            return new Timer();
        }

        /// <summary>Ticks until the store has been looked at once more, and that look has been taken in.</summary>
        public async Task NextLook(ManualDirectory store)
        {
            // The second look begins only when the first has been taken in completely.
            for (var target = store.Looks + 2; store.Looks < target;)
            {
                _tick?.Invoke(_state);
                await Task.Yield();
                Ct.ThrowIfCancellationRequested();
            }
        }

        private sealed class Timer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
