using Assay.Server.Routing;

namespace Assay.Server.Tests.Routing;

public sealed class TargetHealthTests
{
    private readonly TargetHealth _health = new(new ResilienceOptions(
        BreakerFailures: 3, BreakerSeconds: 30, CooldownSeconds: 5, CooldownSecondsMax: 600));

    [Fact]
    public void Only_failures_one_after_the_other_open_the_circuit()
    {
        _health.Failed(0);
        _health.Failed(0);
        _health.Succeeded();
        _health.Failed(0);
        _health.Failed(0);
        _health.IsAwayAt(1).ShouldBeFalse();

        _health.Failed(0);

        _health.IsAwayAt(29_999).ShouldBeTrue();
        _health.IsAwayAt(30_000).ShouldBeFalse();
    }

    [Fact]
    public void When_the_time_is_over_one_call_tries_and_the_others_wait_for_what_it_finds()
    {
        Open(0);

        _health.TryUse(29_999).ShouldBeFalse();
        _health.TryUse(30_000).ShouldBeTrue();
        _health.TryUse(30_001).ShouldBeFalse();
        _health.Succeeded();
        _health.TryUse(30_002).ShouldBeTrue();
        _health.TryUse(30_003).ShouldBeTrue();
    }

    [Fact]
    public void A_target_that_fails_again_stays_away_longer_each_time_but_not_for_ever()
    {
        Open(0);
        var lengths = new List<long>();
        for (var i = 0; i < 12; i++)
        {
            var now = _health.AwayUntilMs;
            _health.Failed(now);
            lengths.Add((_health.AwayUntilMs - now) / 1000);
        }

        lengths.ShouldBe([60, 90, 120, 150, 180, 210, 240, 270, 300, 300, 300, 300]);
    }

    [Theory]
    [InlineData(null, 5)]
    [InlineData(0, 5)]
    [InlineData(20, 20)]
    [InlineData(86_400, 600)]
    public void A_busy_target_is_left_alone_for_as_long_as_it_asks_within_reason(int? asked, int seconds)
    {
        _health.Busy(0, asked is { } number ? TimeSpan.FromSeconds(number) : null);

        _health.AwayUntilMs.ShouldBe(seconds * 1000);
    }

    private void Open(long nowMs)
    {
        for (var i = 0; i < 3; i++)
        {
            _health.Failed(nowMs);
        }
    }
}
