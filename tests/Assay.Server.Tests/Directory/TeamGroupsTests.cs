using Assay.Server.Directory;
using FsCheck;
using FsCheck.Fluent;

namespace Assay.Server.Tests.Directory;

public sealed class TeamGroupsTests
{
    [Fact]
    public void A_small_team_is_folded_into_the_one_above_and_a_large_one_stands()
    {
        var directory = Org(("org", null, 0), ("a", "org", 6), ("a1", "a", 2), ("b", "org", 5), ("b1", "b", 7), ("c", "org", 5));

        var groups = TeamGroups.Of(directory, "a", 5);

        groups.HeadOf("a1").ShouldBe("a");
        groups.People.ShouldBe(8);
        var all = TeamGroups.Of(directory, "org", 5);
        all.HeadOf("a1").ShouldBe("a");
        all.HeadOf("b1").ShouldBe("b1");
        // The root alone has nobody: the smallest group joins it.
        all.HeadOf("org").ShouldBe("org");
        new[] { "b", "c" }.Count(t => all.HeadOf(t) == "org").ShouldBe(1);
    }

    [Fact]
    public void A_disabled_person_does_not_count()
    {
        var directory = Org(("org", null, 5), ("a", "org", 5));
        var less = new DirectorySnapshot(directory.Data with
        {
            People = [.. directory.Data.People.Select((p, i) => i == 5 ? p with { DisabledAtMs = 1 } : p)],
        });

        TeamGroups.Of(directory, "org", 5).HeadOf("a").ShouldBe("a");
        TeamGroups.Of(less, "org", 5).HeadOf("a").ShouldBe("org");
    }

    [Fact]
    public void No_group_is_smaller_than_the_minimum_unless_all_together_are()
    {
        Prop.ForAll(
            ArbMap.Default.ArbFor<int>(),
            seed =>
            {
                var random = new System.Random(seed);
                var teams = new List<(string, string?, int)> { ("org", null, random.Next(4)) };
                for (var i = 1; i < random.Next(1, 20); i++)
                {
                    teams.Add(($"t{i}", teams[random.Next(teams.Count)].Item1, random.Next(9)));
                }

                var directory = Org([.. teams]);
                var groups = TeamGroups.Of(directory, "org", 5);
                var sizes = teams.GroupBy(t => groups.HeadOf(t.Item1), StringComparer.Ordinal)
                    .Select(g => g.Sum(t => t.Item3)).ToList();
                return sizes.Sum() == groups.People && (sizes.Count == 1 || sizes.TrueForAll(s => s >= 5));
            }).QuickCheckThrowOnFailure();
    }

    private static DirectorySnapshot Org(params (string Id, string? Parent, int People)[] teams) => new(new DirectoryData(
        1,
        [.. teams.Select(t => new Team(t.Id, t.Parent, t.Id))],
        [
            .. teams.SelectMany(t => Enumerable.Range(0, t.People)
                .Select(i => new Person($"p_{t.Id}_{i}", $"{t.Id}.{i}@example.com", "X", t.Id, Role.Employee))),
        ],
        [],
        [],
        []));
}
