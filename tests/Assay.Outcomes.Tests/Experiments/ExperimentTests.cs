using Assay.Outcomes.Experiments;
using Assay.Outcomes.Statistics;

namespace Assay.Outcomes.Tests.Experiments;

public sealed class ExperimentTests
{
    private static readonly string[] s_units = [.. Enumerable.Range(0, 20).Select(i => $"team-{i}")];

    [Fact]
    public void Of_each_pair_of_periods_one_is_treated_and_units_differ()
    {
        foreach (var unit in s_units)
        {
            for (var period = 0; period < 20; period += 2)
            {
                Assignment.IsTreated("e", unit, period).ShouldNotBe(Assignment.IsTreated("e", unit, period + 1));
            }
        }

        s_units.Count(u => Assignment.IsTreated("e", u, 0)).ShouldBeInRange(4, 16);
        s_units.Count(u => Assignment.IsTreated("e", u, 0) != Assignment.IsTreated("f", u, 0)).ShouldBeInRange(4, 16);
    }

    [Fact]
    public void Waves_are_as_large_as_each_other_and_the_same_whenever_asked()
    {
        var waves = Assignment.Waves("e", s_units, 4);
        waves.Values.GroupBy(w => w).Select(g => g.Count()).ShouldBe([5, 5, 5, 5]);
        Assignment.Waves("e", s_units.Reverse(), 4).OrderBy(w => w.Key).ShouldBe(waves.OrderBy(w => w.Key));
    }

    [Fact]
    public void A_switchback_finds_an_effect_that_differences_between_units_and_weeks_hide()
    {
        var random = new Random(1);
        var seen = s_units.SelectMany((u, i) => Enumerable.Range(0, 8).Select(p => new UnitPeriod(
            u, p, (i * 10) + (p / 2 * 30) + (Assignment.IsTreated("e", u, p) ? 3 : 0) + random.NextDouble())));
        var result = Switchback.Analyse(seen, (u, p) => Assignment.IsTreated("e", u, p), new Draws(1));
        result.Effect!.Value.ShouldBe(3, 0.3);
        result.Interval!.Value.Contains(3).ShouldBeTrue();
        result.Probability!.Value.ShouldBeLessThan(0.01);
    }

    [Fact]
    public void A_roll_out_finds_an_effect_under_a_trend_that_all_share()
    {
        var random = new Random(2);
        var begins = Assignment.Waves("e", s_units, 4).ToDictionary(w => w.Key, w => (w.Value + 1) * 2, StringComparer.Ordinal);
        var seen = s_units.SelectMany((u, i) => Enumerable.Range(0, 9).Select(p => new UnitPeriod(
            u, p, (i * 5) + (p * p) + (p >= begins[u] ? 4 : 0) + random.NextDouble()))).ToList();
        var result = StaggeredRollOut.Analyse(seen, begins, new Draws(1));
        result.Effect!.Value.ShouldBe(4, 0.4);
        result.Interval!.Value.Contains(4).ShouldBeTrue();
        result.Probability!.Value.ShouldBeLessThan(0.01);
        // A unit with a hole has no say.
        seen.RemoveAt(0);
        StaggeredRollOut.Analyse(seen, begins, new Draws(1)).Units.ShouldBe(19);
    }

    [Fact]
    public void Where_there_is_no_effect_one_is_seldom_found()
    {
        var (switchbacks, rollOuts) = (0, 0);
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var seen = s_units.SelectMany(u => Enumerable.Range(0, 6).Select(p => new UnitPeriod(u, p, random.NextDouble()))).ToList();
            switchbacks += Switchback.Analyse(seen, (u, p) => Assignment.IsTreated($"{seed}", u, p), new Draws(1), rounds: 199).Probability < 0.1 ? 1 : 0;
            var begins = Assignment.Waves($"{seed}", s_units, 3).ToDictionary(w => w.Key, w => w.Value + 2, StringComparer.Ordinal);
            rollOuts += StaggeredRollOut.Analyse(seen, begins, new Draws(1), rounds: 99).Probability < 0.1 ? 1 : 0;
        }

        switchbacks.ShouldBeInRange(2, 19);
        rollOuts.ShouldBeInRange(2, 19);
    }

    [Fact]
    public void Few_units_show_no_effect_but_how_many_are_needed()
    {
        var few = Switchback.Analyse([new("a", 0, 1), new("a", 1, 2)], (u, p) => p == 0, new Draws(1));
        (few.IsEnough, few.Units, few.Needed).ShouldBe((false, 1, 6));
        StaggeredRollOut.Analyse([], new Dictionary<string, int>(), new Draws(1)).IsEnough.ShouldBeFalse();
    }

    [Fact]
    public void A_calendar_knows_who_is_treated_when_and_when_it_is_over()
    {
        var staggered = new ExperimentCalendar("e", ExperimentDesign.Staggered, s_units, 1_000, 100, 9, 4);
        (staggered.EndMs, staggered.PeriodAt(999), staggered.PeriodAt(1_000), staggered.PeriodAt(1_899), staggered.PeriodAt(1_900))
            .ShouldBe((1_900L, null, 0, 8, null));
        // Everybody has a period before, and the waves begin two periods after each other.
        staggered.BeginsAt.Values.GroupBy(b => b).Select(g => (g.Key, g.Count())).Order().ShouldBe([(1, 5), (3, 5), (5, 5), (7, 5)]);
        staggered.IsTreated("team-0", staggered.BeginsAt["team-0"] - 1).ShouldBe(false);
        staggered.IsTreated("TEAM-0", staggered.BeginsAt["team-0"]).ShouldBe(true);
        staggered.IsTreated("nobody", 0).ShouldBeNull();

        var switchback = new ExperimentCalendar("e", ExperimentDesign.Switchback, s_units, 0, 1, 8, 0);
        s_units.ShouldAllBe(u => Enumerable.Range(0, 8).Count(p => switchback.IsTreated(u, p) == true) == 4);
        Should.Throw<ArgumentOutOfRangeException>(() => new ExperimentCalendar("e", ExperimentDesign.Staggered, s_units, 0, 1, 4, 4));
    }

    [Theory]
    [InlineData(ExperimentDesign.Switchback, ExperimentMetric.SettledRate)]
    [InlineData(ExperimentDesign.Switchback, ExperimentMetric.Settled)]
    [InlineData(ExperimentDesign.Staggered, ExperimentMetric.Settled)]
    [InlineData(ExperimentDesign.Staggered, ExperimentMetric.Spend)]
    public void An_interval_contains_what_was_planted_and_leaves_out_zero_no_oftener_than_promised(ExperimentDesign design, ExperimentMetric metric)
    {
        // Other lots of waves take long to draw.
        var worlds = design == ExperimentDesign.Staggered ? 30 : 100;
        var (found, wrong) = (0, 0);
        for (var world = 0; world < worlds; world++)
        {
            var calendar = new ExperimentCalendar($"e{world}", design, s_units, 0, 1, 8, design == ExperimentDesign.Staggered ? 4 : 0);
            found += IsWithin(calendar, metric, Cells(calendar, world, effect: true), Truth(metric)) ? 1 : 0;
            wrong += IsWithin(calendar, metric, Cells(calendar, world, effect: false), 0) ? 0 : 1;
        }

        // 90 % intervals.
        found.ShouldBeInRange(worlds * 8 / 10, worlds);
        wrong.ShouldBeLessThanOrEqualTo(worlds * 2 / 10);
    }

    [Fact]
    public void What_is_missing_is_told_in_units()
    {
        var calendar = new ExperimentCalendar("e", ExperimentDesign.Switchback, s_units[..5], 0, 1, 8, 0);
        var few = ExperimentAnalysis.Of(calendar, ExperimentMetric.Spend, Cells(calendar, 1, effect: true), new Draws(1));
        (few.IsEnough, few.Units, few.Needed, few.UnitsFor(1)).ShouldBe((false, 5, 6, null));

        calendar = new ExperimentCalendar("e", ExperimentDesign.Switchback, s_units, 0, 1, 8, 0);
        var many = ExperimentAnalysis.Of(calendar, ExperimentMetric.Spend, Cells(calendar, 1, effect: true), new Draws(1));
        // Half the gap takes four times as many.
        ((double)many.UnitsFor(0.005)!.Value / many.UnitsFor(0.01)!.Value).ShouldBe(4, 0.1);
        var (control, treatment) = ExperimentAnalysis.Arms(calendar, Cells(calendar, 1, effect: true));
        (control.Cells, treatment.Cells).ShouldBe((80, 80));
        (control.Nanos + treatment.Nanos).ShouldBe(Cells(calendar, 1, effect: true).Sum(c => c.Nanos));
        // Nothing finished: no rate to compare.
        ExperimentAnalysis.Of(calendar, ExperimentMetric.SettledRate, [], new Draws(1)).Units.ShouldBe(0);
    }

    private static bool IsWithin(ExperimentCalendar calendar, ExperimentMetric metric, List<ExperimentCell> cells, double truth) =>
        ExperimentAnalysis.Of(calendar, metric, cells, new Draws(3)).Interval!.Value.Contains(truth);

    // Of 40 finished 20 settle, with the treatment 24; a unit spends ten dollars in a period, treated twelve.
    private static double Truth(ExperimentMetric metric) => metric switch
    {
        ExperimentMetric.SettledRate => 10,
        ExperimentMetric.Settled => 4,
        _ => 2,
    };

    private static List<ExperimentCell> Cells(ExperimentCalendar calendar, int world, bool effect)
    {
        var random = new Random(world);
        var cells = new List<ExperimentCell>();
        foreach (var (i, unit) in s_units.Where(calendar.Units.Contains).Index())
        {
            for (var period = 0; period < calendar.Periods; period++)
            {
                var isTreated = effect && calendar.IsTreated(unit, period) == true;
                var dollars = (isTreated ? 12.0 : 10.0) + i + period + (2 * random.NextDouble());
                var chance = isTreated ? 0.6 : 0.5;
                var settled = Enumerable.Range(0, 40).Count(_ => random.NextDouble() < chance);
                cells.Add(new ExperimentCell(unit, period, (long)(dollars * 1e9), settled, 40));
            }
        }

        return cells;
    }
}
