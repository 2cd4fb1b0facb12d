using Assay.Signals.Spikes;

namespace Assay.Signals.Tests.Spikes;

public sealed class SpikeBoardTests
{
    private const long MinuteMs = 60_000;
    private const long HourMs = 3_600_000;
    private readonly SpikeBoard _board = new(SpikeSettings.Standard);
    private readonly List<SpikeIncident> _found = [];

    [Fact]
    public void A_runaway_agent_is_one_incident_of_its_person_within_a_minute()
    {
        Usual(days: 4);
        var from = 4 * 24 * HourMs;
        for (var second = 0; second < 600; second++)
        {
            See(from + (second * 1000), 0.5, person: 3);
        }

        var incident = _found.ShouldHaveSingleItem();
        incident.Cause.ShouldBe(new SpikeScope(SpikeScopeKind.Person, 3));
        (incident.FoundMs - from).ShouldBeLessThan(MinuteMs);
        incident.IsAlert.ShouldBeTrue();
        incident.Contributions.ShouldContain(c => c.Scope == new SpikeScope(SpikeScopeKind.Model, 1) && c.Share > 0.9);
    }

    [Fact]
    public void What_is_usual_finds_nothing()
    {
        Usual(days: 14);
        _found.ShouldBeEmpty();
    }

    [Fact]
    public void A_small_rise_is_not_worth_telling_however_many_times_the_usual_it_is()
    {
        Usual(days: 4);
        for (var second = 0; second < 60; second++)
        {
            See((4 * 24 * HourMs) + (second * 1000), 0.05, person: 3);
        }

        _found.ShouldBeEmpty();
    }

    [Fact]
    public void A_price_that_rises_for_a_whole_team_is_one_incident_of_the_team()
    {
        Usual(days: 5);
        var from = 5 * 24 * HourMs;
        for (var call = 0; call < 600; call++)
        {
            See(from + (call * MinuteMs / 4), 0.35, person: 1 + (call % 8), tokens: 100_000);
        }

        var incident = _found.ShouldHaveSingleItem();
        incident.Cause.Kind.ShouldBeOneOf(SpikeScopeKind.Team, SpikeScopeKind.UseCase, SpikeScopeKind.Model);
    }

    [Fact]
    public void No_more_than_the_budget_of_a_day_is_alerted()
    {
        Usual(days: 4);
        for (var person = 20; person < 30; person++)
        {
            for (var second = 0; second < 120; second++)
            {
                See((4 * 24 * HourMs) + ((person - 20) * 20 * MinuteMs) + (second * 1000), 1, person, team: person);
            }
        }

        _found.Count.ShouldBeGreaterThan(5);
        _found.Count(i => i.IsAlert).ShouldBe(3);
    }

    [Fact]
    public void Whoever_calls_first_after_a_rise_is_not_its_cause()
    {
        Usual(days: 8);
        var from = 8 * 24 * HourMs;
        for (var second = 0; second < 1800; second++)
        {
            See(from + (second * 1000), 0.5, person: 3);
        }

        // Of the same use and with the same model, in another team, while sums still fade, and when the hour is judged.
        See(from + (50 * MinuteMs), 0.1, person: 30, team: 5);
        See(from + (9 * HourMs), 0.1, person: 31, team: 6);

        _found.ShouldHaveSingleItem().Cause.ShouldBe(new SpikeScope(SpikeScopeKind.Person, 3));
    }

    [Fact]
    public void What_somebody_says_is_right_becomes_usual()
    {
        Usual(days: 4);
        Burst(4);
        _found.Count.ShouldBe(1);
        foreach (var kind in (SpikeScopeKind[])[SpikeScopeKind.Person, SpikeScopeKind.Key, SpikeScopeKind.Team, SpikeScopeKind.UseCase, SpikeScopeKind.Model, SpikeScopeKind.Company])
        {
            _board.Teach(new SpikeScope(kind, kind is SpikeScopeKind.Person or SpikeScopeKind.Key ? 3 : 1));
        }

        Burst(5);
        _found.Count.ShouldBe(1);

        void Burst(int day)
        {
            for (var second = 0; second < 300; second++)
            {
                See((day * 24 * HourMs) + (second * 1000), 0.5, person: 3);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(14)]
    public void Coming_back_from_holidays_is_no_rise(int daysOff)
    {
        const int Before = 35;
        var random = new Random(daysOff);
        for (var day = 0; day < Before + daysOff + 7; day++)
        {
            // The office is closed at weekends, and for the holidays.
            for (var minute = 8 * 60; minute < 18 * 60 && day % 7 < 5 && (day < Before || day >= Before + daysOff); minute++)
            {
                See((day * 24 * HourMs) + (minute * MinuteMs), 2 + (6 * random.NextDouble()), 1 + random.Next(40), tokens: 2_000_000);
            }
        }

        // In its first minutes a company has nothing that is usual.
        _found.ShouldAllBe(incident => incident.FoundMs < 24 * HourMs);
    }

    /// <summary>Eight people of one team who spend about half a dollar in ten minutes, all day.</summary>
    private void Usual(int days)
    {
        for (var minute = 0; minute < days * 24 * 60; minute += 10)
        {
            See(minute * MinuteMs, 0.1, person: 1 + (minute / 10 % 8), tokens: 100_000);
        }
    }

    private void See(long atMs, double usd, int person, int team = 1, long tokens = 500_000) => _found.AddRange(
        _board.See(new SpikeCall(atMs, usd, tokens, person, 0, person, team, 1, 1), atMs / HourMs));
}
