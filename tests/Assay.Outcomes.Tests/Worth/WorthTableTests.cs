using Assay.Outcomes.Attribution;
using Assay.Outcomes.Worth;

namespace Assay.Outcomes.Tests.Worth;

public sealed class WorthTableTests
{
    private const long Dollar = 1_000_000_000;

    [Fact]
    public void All_spend_of_a_group_is_divided_by_what_settled_and_what_is_provisional_stays_out()
    {
        var spend = new List<WorthSpend>
        {
            new("web", "a", Fate.Abandoned, 30 * Dollar, 3_000_000),
            new("web", "b", Fate.Reverted, 10 * Dollar, 1_000_000),
            new("web", "c", Fate.Unattributed, 20 * Dollar, 2_000_000),
            new("web", "d", Fate.Provisional, 500 * Dollar, 50_000_000),
        };
        spend.AddRange(People(10).Select(p => new WorthSpend("web", p, Fate.Settled, 4 * Dollar, 400_000)));
        var outcomes = People(10).Select(p => new WorthOutcomes("web", p, Fate.Settled, 2))
            .Append(new WorthOutcomes("web", "a", Fate.Abandoned, 4)).Append(new WorthOutcomes("web", "b", Fate.Reverted, 1))
            .Append(new WorthOutcomes("web", "d", Fate.Provisional, 7)).ToList();
        var figure = WorthTable.Of(spend, outcomes).Groups.ShouldHaveSingleItem();
        figure.Verdict.ShouldBe(WorthVerdict.Shown);
        figure.CostPerSettled!.Value.ShouldBe(100.0 / 20, 1e-9);
        figure.CostPerSettled.Interval!.Value.Contains(5).ShouldBeTrue();
        figure.PerMillionTokens!.Value.ShouldBe(2, 1e-9);
        figure.PerMillionTokens.Interval!.Value.Contains(2).ShouldBeTrue();
        figure.SettledRate!.Value.ShouldBe(0.8, 1e-9);
        (figure.Settled, figure.Lost, figure.Provisional).ShouldBe((20, 5, 7));
        figure.Money.ShouldBe(new WorthMoney(40 * Dollar, 10 * Dollar, 30 * Dollar, 20 * Dollar, 500 * Dollar));
        figure.Money.Total.ShouldBe(600 * Dollar);
    }

    [Fact]
    public void Below_ten_settled_outcomes_there_is_no_figure_but_how_many_more_it_needs()
    {
        var figure = WorthTable.Of(
            [.. People(6).Select(p => new WorthSpend("web", p, Fate.Settled, Dollar, 1000))],
            [.. People(6).Select(p => new WorthOutcomes("web", p, Fate.Settled, 1))]).Groups.Single();
        (figure.Verdict, figure.Missing).ShouldBe((WorthVerdict.NotEnough, 4));
        (figure.CostPerSettled, figure.PerMillionTokens, figure.SettledRate).ShouldBe((null, null, null));
        figure.Money.Total.ShouldBe(6 * Dollar);
    }

    [Fact]
    public void Fewer_than_five_people_are_not_shown_as_a_group_but_one_is_to_themselves()
    {
        WorthSpend[] spend = [new("web", "ada", Fate.Settled, Dollar, 1000)];
        WorthOutcomes[] outcomes = [new("web", "ada", Fate.Settled, 12)];
        var figure = WorthTable.Of(spend, outcomes).Groups.Single();
        (figure.Verdict, figure.CostPerSettled, figure.SettledRate).ShouldBe((WorthVerdict.TooFewPeople, null, null));
        var own = WorthTable.Of(spend, outcomes, new WorthSettings { PeopleMin = 1 }).Groups.Single();
        own.CostPerSettled!.Value.ShouldBe(1.0 / 12, 1e-9);
        own.CostPerSettled.Interval.ShouldBeNull();
    }

    [Fact]
    public void A_small_group_is_drawn_towards_the_whole_and_a_large_one_hardly()
    {
        var (spend, outcomes) = (new List<WorthSpend>(), new List<WorthOutcomes>());
        Group(spend, outcomes, "large", 40, 10, dollars: 10);
        Group(spend, outcomes, "small", 5, 2, dollars: 1);
        var table = WorthTable.Of(spend, outcomes);
        var (large, small) = (table.Groups[0].CostPerSettled!, table.Groups[1].CostPerSettled!);
        (large.Value, small.Value).ShouldBe((1.0, 0.5));
        large.Shrunk.ShouldBe(1.0, 0.01);
        small.Shrunk.ShouldBeInRange(0.7, 0.8);
        table.Whole.CostPerSettled!.Shrunk.ShouldBe(table.Whole.CostPerSettled.Value, 1e-9);
    }

    [Fact]
    public void Of_twenty_groups_only_the_one_that_differs_is_pointed_at()
    {
        var outcomes = new List<WorthOutcomes>();
        for (var group = 0; group < 20; group++)
        {
            foreach (var person in People(10))
            {
                outcomes.Add(new($"g{group:00}", $"{group}{person}", Fate.Settled, group == 7 ? 6 : 16 + (group % 2)));
                outcomes.Add(new($"g{group:00}", $"{group}{person}", Fate.Reverted, group == 7 ? 14 : 4 - (group % 2)));
            }
        }

        var table = WorthTable.Of([], outcomes);
        table.Groups.Where(g => g.RateDiffers < 0.05).Select(g => g.Key).ShouldBe(["g07"]);
        table.Groups.ShouldAllBe(g => g.CostPerSettled == null);
    }

    [Fact]
    public void An_attribution_becomes_rows_and_neither_money_nor_tokens_are_lost()
    {
        CallRow[] calls =
        [
            new() { Id = "1", Session = "s", Person = "ada", AtMs = 1, CostNanos = 7, UseCase = "coding" },
            new() { Id = "2", Person = "bob", AtMs = 1, CostNanos = 5, UseCase = "coding" },
        ];
        var result = Attributor.Attribute(
            calls,
            [new() { Session = "s", Repo = "r", Commit = "c1", AtMs = 2 }, new() { Session = "s", Repo = "r", Commit = "c2", AtMs = 3 }],
            [Outcome("c1"), Outcome("c2")],
            SplitRule.Linear);
        WorthRows.Spend(result, calls, c => c.UseCase!, _ => 101, o => o == 0 ? Fate.Settled : Fate.Abandoned).ShouldBe(
            [
                new("coding", "ada", Fate.Settled, 4, 58),
                new("coding", "ada", Fate.Abandoned, 3, 43),
                new("coding", "bob", Fate.Unattributed, 5, 101),
            ],
            ignoreOrder: true);
        WorthRows.LargestKey(result, calls, c => c.Person).ShouldBe(["ada", "ada"]);
    }

    private static OutcomeRow Outcome(string commit) =>
        new() { Id = commit, Repo = "r", Commits = [commit], AtMs = 4, FromMs = 0, UntilMs = 9 };

    private static IEnumerable<string> People(int count) => Enumerable.Range(0, count).Select(i => $"{(char)('a' + i)}");

    private static void Group(List<WorthSpend> spend, List<WorthOutcomes> outcomes, string key, int people, int settled, long dollars)
    {
        for (var i = 0; i < people; i++)
        {
            spend.Add(new(key, $"{key}{i}", Fate.Settled, dollars * Dollar, 1_000_000));
            outcomes.Add(new(key, $"{key}{i}", Fate.Settled, settled));
        }
    }
}
