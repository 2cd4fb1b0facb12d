using Assay.Server.Budgets;
using Assay.Server.Directory;
using Assay.Server.Tests.Directory;

namespace Assay.Server.Tests.Budgets;

public sealed class BudgetOwnersTests
{
    [Theory]
    [InlineData("team:platform", "lead")]
    [InlineData("team:infra", "fay")]
    [InlineData("team:ml", "boss")]
    [InlineData("team:org", "fin root")]
    [InlineData("person:p_ada", "lead")]
    [InlineData("person:p_gus", "boss")]
    [InlineData("person:p_lead", "boss")]
    [InlineData("person:p_boss", "fin root")]
    [InlineData("agent:ci", "fay")]
    [InlineData("key:k_eve", "fay")]
    [InlineData("key:k_fay", "lead")]
    [InlineData("key:k_ci", "fay")]
    [InlineData("org", "fin root")]
    [InlineData("use:docs", "fin root")]
    [InlineData("model:gpt-*", "fin root")]
    [InlineData("provider:openai", "fin root")]
    public void A_budget_belongs_to_the_nearest_manager_and_nobody_owns_their_own_alone(string scope, string owners)
    {
        var directory = new DirectorySnapshot(SampleOrg.Data());

        Names(BudgetOwners.Of(directory, SampleOrg.Budget("b", scope))).ShouldBe(owners);
    }

    [Fact]
    public void A_disabled_manager_owns_nothing_and_two_managers_of_a_team_own_together()
    {
        var people = SampleOrg.People
            .Select(p => p.Id switch
            {
                "p_fay" => p with { DisabledAtMs = 1 },
                "p_dan" => p with { Role = Role.Manager },
                _ => p,
            })
            .ToList();
        var directory = new DirectorySnapshot(SampleOrg.Data() with { People = people });

        Names(BudgetOwners.Of(directory, SampleOrg.Budget("b", "team:infra"))).ShouldBe("dan lead");
        Names(BudgetOwners.Of(directory, SampleOrg.Budget("b", "person:p_dan"))).ShouldBe("dan lead");
        Names(BudgetOwners.DecidersOf(directory, SampleOrg.Budget("b", "person:p_dan"), "p_dan")).ShouldBe("lead");
    }

    [Theory]
    [InlineData("person:p_ada", "team:platform", "p_ada", "lead")]
    [InlineData("person:p_lead", "team:platform", "p_lead", "boss")]
    [InlineData("team:platform", "team:eng", "p_lead", "boss")]
    [InlineData("team:eng", "org", "p_boss", "fin root")]
    [InlineData("person:p_boss", "team:eng", "p_boss", "fin root")]
    [InlineData("team:sales", "org", "p_fin", "fin root")]
    public void A_request_goes_to_the_owners_of_the_budget_above_without_the_asker(
        string scope, string parent, string asker, string deciders)
    {
        var child = SampleOrg.Budget("b_child", scope) with { ParentId = "b_parent" };
        var directory = new DirectorySnapshot(
            SampleOrg.Data() with { Budgets = [SampleOrg.Budget("b_parent", parent), child] });

        Names(BudgetOwners.DecidersOf(directory, child, asker)).ShouldBe(deciders);
    }

    private static string Names(IReadOnlyList<string> people) => string.Join(' ', people.Select(id => id[2..]));
}
