using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Server.Directory;
using Assay.Server.Signals;
using Assay.Server.Tests.Directory;
using Assay.Signals.Sessions;
using Assay.Signals.Sketches;
using Assay.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assay.Server.Tests.Signals;

/// <summary>From settled calls to signals with names.</summary>
public sealed class SignalEyesTests : IDisposable
{
    private static readonly DateTimeOffset s_start = new(2026, 8, 17, 0, 0, 0, TimeSpan.Zero);
    private readonly ManualTime _time = new(s_start);
    private readonly DirectorySnapshots _directory;
    private readonly SignalEyes _eyes;

    public SignalEyesTests()
    {
        _directory = new DirectorySnapshots(
            new ManualDirectory(SampleOrg.Data()), [], _time, NullLogger<DirectorySnapshots>.Instance);
        _eyes = new SignalEyes(_directory, TimeZoneInfo.Utc, _time, new SessionSettings { CostMax = 1e9 });
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_runaway_agent_is_a_signal_of_its_person_with_what_it_is_made_of()
    {
        var found = new List<SignalEyes.Finding>();
        for (var second = 0; second < 300; second++)
        {
            found.AddRange(See("p_ada", s_start.AddSeconds(second), 0.5m));
        }

        var signal = found.ShouldHaveSingleItem().Signal;
        signal.Kind.ShouldBe("spike");
        signal.PersonId.ShouldBe("p_ada");
        signal.Cause.ShouldBe("person:p_ada");
        signal.Subject.ShouldContain("within a minute");
        signal.Evidence.Parts.ShouldContain(part => part.Kind == "model" && part.Name == "claude-opus" && part.Share == 1);
        (signal.AtMs - s_start.ToUnixTimeMilliseconds()).ShouldBeLessThan(60_000);
    }

    [Fact]
    public void What_somebody_called_expected_is_not_told_again()
    {
        var first = Burst(0).ShouldHaveSingleItem().Signal;
        _eyes.Teach(first);
        _eyes.Teach(first with { Cause = "person:p_ada" });
        Burst(2).ShouldNotContain(finding => finding.Signal.PersonId == "p_ada");

        List<SignalEyes.Finding> Burst(int day) =>
            [.. Enumerable.Range(0, 300).SelectMany(second => See("p_ada", s_start.AddDays(day).AddSeconds(second), 0.5m))];
    }

    [Fact]
    public void A_cache_that_stops_is_a_signal_that_says_what_a_day_of_it_costs()
    {
        var found = new List<SignalEyes.Finding>();
        for (var call = 0; call < 1500; call++)
        {
            found.AddRange(See("p_ada", s_start.AddMinutes(2 * call), 0.07m, read: 90_000));
        }

        found.ShouldBeEmpty();
        var from = s_start.AddMinutes(2 * 1500);
        for (var call = 0; call < 6; call++)
        {
            found.AddRange(See("p_ada", from.AddMinutes(2 * call), 0.52m, read: 0));
        }

        var signal = found.ShouldHaveSingleItem().Signal;
        signal.Kind.ShouldBe("spike");
        signal.PersonId.ShouldBe("p_ada");
        signal.Subject.ShouldContain("no longer read what caches must have");
        var early = SignalEvidence.Parse(signal.Evidence.ToJson()).Early.ShouldNotBeNull();
        early.Kind.ShouldBe("cache");
        early.SinceMs.ShouldBe(from.ToUnixTimeMilliseconds() + 100);
        early.ProjectedUsd.ShouldBeGreaterThan(50);
        signal.Evidence.Seen[1].ShouldContain("more than usual in a day");
    }

    private IReadOnlyList<SignalEyes.Finding> See(string person, DateTimeOffset at, decimal usd, long read = 0)
    {
        var counts = default(UsageCounts);
        counts[UsageClass.Input] = 100_000 - read;
        counts[UsageClass.CacheRead] = read;
        var facts = new UsageEvent
        {
            Id = Guid.CreateVersion7(at),
            RequestId = Guid.CreateVersion7(at),
            StartedAtMs = at.ToUnixTimeMilliseconds(),
            DurationMs = 100,
            KeyId = "k_" + person[2..],
            PersonId = person,
            TeamId = "platform",
            UseCase = "coding",
            Session = "s1",
            Model = "claude-opus",
            Counts = counts,
            Cost = new NanoUsd((long)(usd * NanoUsd.PerDollar)),
        };
        return _eyes.See(new SettledCall(facts, ["platform", "eng", "org"], default(TextSketch), true));
    }
}
