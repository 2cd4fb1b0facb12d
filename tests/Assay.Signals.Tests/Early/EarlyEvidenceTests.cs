using Assay.Signals.Early;
using Assay.Signals.Spikes;

namespace Assay.Signals.Tests.Early;

/// <summary>What is seen before it has cost much: each cause from its first calls, and nothing of what is usual.</summary>
public sealed class EarlyEvidenceTests
{
    private const int Days = 12;
    private const int People = 8;
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;
    private const long Later = Days * DayMs;

    private readonly SpikeBoard _board = new(SpikeSettings.Standard);
    private readonly List<SpikeIncident> _found = [];
    private ulong _session;

    [Fact]
    public void A_cache_that_stops_for_a_team_is_told_within_a_few_calls()
    {
        Usual();
        _found.ShouldBeEmpty();
        for (var call = 0; call < 6; call++)
        {
            See(Later + (call * 20_000), 1 + (call % 2), Session(1 + (call % 2)), usd: 0.55, read: 0);
        }

        var incident = _found.ShouldHaveSingleItem();
        incident.Early.ShouldNotBeNull().Kind.ShouldBe(EarlyKind.Cache);
        incident.Early!.Seen.ShouldBeLessThanOrEqualTo(3);
        incident.Early.ProjectedUsd.ShouldBeGreaterThan(50);
        incident.ExcessUsd.ShouldBeLessThan(2);
        incident.Cause.ShouldBe(new SpikeScope(SpikeScopeKind.Team, 1));
        incident.IsAlert.ShouldBeTrue();
    }

    [Fact]
    public void A_call_that_missed_now_and_then_is_nothing()
    {
        Usual(missEvery: 41);
        _found.ShouldBeEmpty();
        See(Later, 1, Session(1), usd: 0.55, read: 0);
        See(Later + 20_000, 1, Session(1), usd: 0.07);
        _found.ShouldBeEmpty();
    }

    [Fact]
    public void Where_calls_often_miss_it_takes_more_of_them_and_is_told_all_the_same()
    {
        Usual(missEvery: 41);
        for (var call = 0; call < 12; call++)
        {
            See(Later + (call * 20_000), 1 + (call % 4), Session(1 + (call % 4)), usd: 0.55, read: 0);
        }

        _found.ShouldHaveSingleItem().Early.ShouldNotBeNull().Seen.ShouldBeInRange(3, 10);
    }

    [Fact]
    public void A_dearer_model_for_everybody_is_told_and_a_cheaper_one_is_not()
    {
        Usual();
        for (var call = 0; call < 8; call++)
        {
            See(Later + (call * 20_000), 1 + (call % 4), Session(1 + (call % 4)), usd: 0.02, model: 3);
        }

        _found.ShouldBeEmpty();
        for (var call = 0; call < 8; call++)
        {
            See(Later + HourMs + (call * 20_000), 1 + (call % 4), Session(1 + (call % 4)), usd: 0.35, model: 2);
        }

        _found.ShouldHaveSingleItem().Early.ShouldNotBeNull().Kind.ShouldBe(EarlyKind.Model);
    }

    [Fact]
    public void Many_conversations_at_once_are_told_within_seconds()
    {
        Usual();
        for (var call = 0; call < 40; call++)
        {
            See(Later + (call * 500), 3, ++_session, usd: 0.12, read: 0, write: 90_000);
        }

        var incident = _found.ShouldHaveSingleItem();
        incident.Early.ShouldNotBeNull().Kind.ShouldBe(EarlyKind.Pace);
        incident.Cause.ShouldBe(new SpikeScope(SpikeScopeKind.Person, 3));
        (incident.FoundMs - Later).ShouldBeLessThan(20_000);
        incident.SpentUsd.ShouldBeLessThan(6);
    }

    [Fact]
    public void A_broken_cache_of_those_who_hardly_spend_is_not_worth_telling()
    {
        Usual(scale: 0.01);
        for (var call = 0; call < 10; call++)
        {
            See(Later + (call * 20_000), 1 + (call % 2), Session(1 + (call % 2)), usd: 0.0055, read: 0);
        }

        _found.ShouldBeEmpty();
    }

    [Fact]
    public void What_somebody_called_expected_is_not_told_again()
    {
        Usual();
        Miss(0);
        _found.Count.ShouldBe(1);
        _board.Teach(_found[0].Cause);
        Miss(1);
        _found.Count.ShouldBe(1);

        void Miss(int day)
        {
            for (var call = 0; call < 6; call++)
            {
                See(Later + (day * DayMs) + (call * 20_000), 1, Session(1), usd: 0.55, read: 0);
            }
        }
    }

    private static ulong Session(int person) => (ulong)(1_000_000 + person);

    /// <summary>Eight people of one team, each with a conversation that reads its context from a cache every three minutes by day.</summary>
    private void Usual(int missEvery = 0, double scale = 1)
    {
        var calls = 0;
        for (var at = 0L; at < Later; at += 180_000)
        {
            if (at % DayMs < 10 * HourMs && at < Later - DayMs || at >= Later - HourMs)
            {
                for (var person = 1; person <= People; person++)
                {
                    var isMissed = missEvery > 0 && ++calls % missEvery == 0;
                    See(at + (person * 1000), person, Session(person), usd: (isMissed ? 0.55 : 0.07) * scale, read: isMissed ? 0 : 100_000, model: person == People ? 2 : person == People - 1 ? 3 : 1);
                }
            }
        }
    }

    private void See(long atMs, int person, ulong session, double usd, long read = 100_000, long write = 2000, int model = 1) => _found.AddRange(
        _board.See(
            new SpikeCall(atMs, usd * (model == 2 ? 5 : 1), 102_500, person, 0, person, 1, 1, model)
            {
                Session = session,
                Input = 102_000,
                CacheRead = read,
                CacheWrite = read == 0 && write == 2000 ? 0 : write,
            },
            atMs / HourMs));
}
