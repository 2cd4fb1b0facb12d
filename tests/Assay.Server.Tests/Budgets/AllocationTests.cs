using Assay.Server.Budgets;
using Assay.Server.Directory;
using Assay.Server.Tests.Directory;
using static Assay.Server.Directory.DirectoryChange;

namespace Assay.Server.Tests.Budgets;

public sealed class AllocationTests
{
    private const long Dollar = 1_000_000_000;

    private static readonly Budget s_whole = SampleOrg.Budget("b_whole", "team:eng", 100);
    private static readonly Budget s_ml = SampleOrg.Budget("b_ml", "team:ml", 60) with { ParentId = "b_whole" };
    private static readonly Budget s_docs = SampleOrg.Budget("b_docs", "team:docs", 30) with { ParentId = "b_whole" };

    [Theory]
    [InlineData("org", "team:ml", true)]
    [InlineData("org", "model:gpt-*", true)]
    [InlineData("org", "use:docs", true)]
    [InlineData("team:eng", "team:platform", true)]
    [InlineData("team:eng", "team:infra", true)]
    [InlineData("team:eng", "person:p_eve", true)]
    [InlineData("team:eng", "agent:ci", true)]
    [InlineData("team:eng", "key:k_eve", true)]
    [InlineData("team:platform", "team:eng", false)]
    [InlineData("team:platform", "team:ml", false)]
    [InlineData("team:platform", "person:p_jon", false)]
    [InlineData("team:eng", "use:docs", false)]
    [InlineData("team:eng", "provider:openai", false)]
    [InlineData("team:eng", "org", false)]
    [InlineData("person:p_eve", "key:k_eve", true)]
    [InlineData("person:p_eve", "key:k_ada", false)]
    [InlineData("person:p_root", "agent:ci", true)]
    [InlineData("person:p_eve", "team:infra", false)]
    [InlineData("agent:ci", "key:k_ci", true)]
    [InlineData("agent:ci", "key:k_root", false)]
    [InlineData("key:k_eve", "person:p_eve", false)]
    public void One_allocates_from_what_contains_it(string outer, string inner, bool contains) =>
        Allocation.Contains(new DirectorySnapshot(SampleOrg.Data()), Scope(outer), Scope(inner)).ShouldBe(contains);

    [Fact]
    public void Parts_may_be_as_much_as_the_whole_and_not_a_nano_more()
    {
        var tree = new BudgetTree([s_whole, s_ml], []);

        Fault(tree, new PutBudget(s_docs with { Limit = 40 * Dollar })).ShouldBeNull();
        Fault(tree, new PutBudget(s_docs with { Limit = (40 * Dollar) + 1 })).ShouldNotBeNull().ShouldContain("$0.000000001 more");
        Fault(tree, new PutBudget(s_whole with { Limit = (60 * Dollar) - 1 })).ShouldNotBeNull();
        Fault(tree, new PutBudget(s_whole with { Limit = 0, OverAllocation = true })).ShouldBeNull();
    }

    [Fact]
    public void What_was_too_much_before_is_not_the_fault_of_a_change_that_takes_from_it()
    {
        var tree = new BudgetTree([s_whole with { OverAllocation = true }, s_ml, s_docs with { Limit = 90 * Dollar }], []);

        Fault(tree, new PutBudget(s_whole)).ShouldNotBeNull().ShouldContain("$50.00 more");
        var over = new BudgetTree([s_whole, s_ml, s_docs with { Limit = 90 * Dollar }], []);
        Fault(over, new PutBudget(s_docs with { Limit = 80 * Dollar })).ShouldBeNull();
        Fault(over, new PutBudget(s_docs with { Limit = 91 * Dollar })).ShouldNotBeNull();
    }

    [Fact]
    public void A_grant_needs_room_at_every_moment_of_its_time()
    {
        var later = new BudgetGrant("gr_1", "b_ml", null, 10 * Dollar, 2000, 3000, null);
        var tree = new BudgetTree([s_whole, s_ml, s_docs], [later]);

        Fault(tree, Grant("b_docs", 10, 1000, 2000)).ShouldBeNull();
        Fault(tree, Grant("b_docs", 10, 1000, 2001)).ShouldNotBeNull();
        Fault(tree, Grant("b_docs", 10, 1000, null)).ShouldNotBeNull();
        Fault(tree, Grant("b_docs", 10, 3000, null)).ShouldBeNull();
        Fault(tree, Grant("b_docs", 11, 3000, 4000)).ShouldNotBeNull();
    }

    [Fact]
    public void A_grant_to_the_whole_makes_room_for_its_parts_as_long_as_it_lasts()
    {
        var more = new BudgetGrant("gr_1", "b_whole", null, 50 * Dollar, 0, 5000, null);
        var tree = new BudgetTree([s_whole, s_ml, s_docs], [more]);

        Fault(tree, Grant("b_docs", 60, 1000, 5000)).ShouldBeNull();
        Fault(tree, Grant("b_docs", 60, 1000, 5001)).ShouldNotBeNull();
        Fault(tree, new PutGrant(more with { UntilMs = 1 })).ShouldBeNull();
        var used = new BudgetTree([s_whole, s_ml, s_docs], [more, Grant("b_docs", 60, 1000, 5000).Grant]);
        Fault(used, new PutGrant(more with { UntilMs = 1 })).ShouldNotBeNull();
    }

    [Fact]
    public void A_loan_between_siblings_needs_no_room_above_but_cannot_be_more_than_the_lender_has()
    {
        var full = new BudgetTree([s_whole, s_ml, s_docs with { Limit = 40 * Dollar }], []);

        Fault(full, Loan("b_docs", "b_ml", 60)).ShouldBeNull();
        Fault(full, Loan("b_docs", "b_ml", 61)).ShouldNotBeNull().ShouldContain("lends $1.00 more");
        var lent = full.After([Loan("b_docs", "b_ml", 50)]);
        lent.EffectiveLimit(s_ml, 10).ShouldBe(10 * Dollar);
        lent.Allocated("b_whole", 10).ShouldBe(100 * Dollar);
        Fault(lent, new PutBudget(s_ml with { Limit = 49 * Dollar })).ShouldNotBeNull();
    }

    [Fact]
    public void A_loan_from_another_branch_needs_room_above_the_borrower()
    {
        var other = SampleOrg.Budget("b_sales", "team:sales", 500);
        var tree = new BudgetTree([s_whole, s_ml, s_docs, other], []);

        Fault(tree, Loan("b_docs", "b_sales", 10)).ShouldBeNull();
        Fault(tree, Loan("b_docs", "b_sales", 11)).ShouldNotBeNull();
    }

    [Fact]
    public void The_largest_budgets_do_not_overflow()
    {
        var whole = s_whole with { Limit = long.MaxValue };
        var tree = new BudgetTree([whole, s_ml with { Limit = long.MaxValue }, s_docs with { Limit = long.MaxValue }], []);

        tree.Allocated("b_whole", 0).ShouldBe(long.MaxValue);
        Allocation.Excess(tree, whole, 0).ShouldBe((Int128)long.MaxValue);
    }

    private static string? Fault(BudgetTree before, DirectoryChange change) => Allocation.FaultInChanges(
        before, before.After([change]), [change], change is PutGrant put ? put.Grant.FromMs : 0, b => b.Id);

    private static PutGrant Grant(string budget, long dollars, long from, long? until) =>
        new(new BudgetGrant("gr_new", budget, null, dollars * Dollar, from, until, null));

    private static PutGrant Loan(string budget, string lender, long dollars) =>
        new(new BudgetGrant("gr_new", budget, lender, dollars * Dollar, 1, 1000, null));

    private static BudgetScope Scope(string text)
    {
        BudgetScope.TryParse(text, out var scope).ShouldBeTrue(text);
        return scope;
    }
}
