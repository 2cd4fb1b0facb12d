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
}
