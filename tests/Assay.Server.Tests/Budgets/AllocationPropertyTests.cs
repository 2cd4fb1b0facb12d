using Assay.Server.Api;
using Assay.Server.Budgets;
using Assay.Server.Directory;
using Assay.Server.Store;
using Assay.Server.Tests.Directory;
using Assay.Server.Tests.Store;
using Assay.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using static Assay.Server.Directory.DirectoryChange;

namespace Assay.Server.Tests.Budgets;

/// <summary>
/// After any sequence of creating, changing, moving, removing, granting, lending and declining, the parts of a budget are
/// not more than it has, and loans take exactly what they give. Checked against sums made here, after every step.
/// </summary>
public sealed class AllocationPropertyTests
{
    private const long Dollar = 1_000_000_000;

    private static readonly Viewer s_admin = new("p_root", "", "", "org", Role.Admin);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Parts_are_never_more_than_the_whole_and_a_loan_comes_out_even(int seed)
    {
        await using var database = new SqliteHarness();
        var clock = new ManualTime();
        await using var store = await database.OpenAsync(new StoreOptions { Clock = clock });
        await store.Directory.ChangeAsync(
            [.. SampleOrg.Teams.Select(t => new PutTeam(t)), .. SampleOrg.People.Select(p => new PutPerson(p))], "setup", Ct);
        using var snapshots = new DirectorySnapshots(store.Directory, [], clock, NullLogger<DirectorySnapshots>.Instance);
        await snapshots.RefreshAsync(Ct);
        var desk = new RequestDesk(
            store.BudgetRequests,
            snapshots,
            new GrantTerms(new UnknownBudgetBalances(), new GrantTerm(new BudgetWindows(TimeZoneInfo.Utc), clock), clock),
            new NoBudgetEvents(),
            clock,
            NullLogger<RequestDesk>.Instance);
        var random = new Random(seed);
        var (done, refused, decided) = (0, 0, 0);
        for (var step = 0; step < 250; step++)
        {
            var isDone = random.Next(3) switch
            {
                0 => await DecideAsync(desk, snapshots.Current.Data.Budgets, random),
                _ => await ChangeAsync(store, snapshots.Current, random, clock.GetUtcNow().ToUnixTimeMilliseconds()),
            };
            await snapshots.RefreshAsync(Ct);
            Check(snapshots.Current.Data, $"seed {seed}, step {step}");
            (done, refused) = isDone ? (done + 1, refused) : (done, refused + 1);
            decided = snapshots.Current.Data.Grants.Count;
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        // A run in which nothing happens, or nothing is refused, would prove nothing.
        done.ShouldBeGreaterThan(50);
        refused.ShouldBeGreaterThan(10);
        decided.ShouldBeGreaterThan(5);
        snapshots.Current.Data.Grants.ShouldContain(g => g.LenderId != null);
    }

    private static async Task<bool> ChangeAsync(IStore store, DirectorySnapshot directory, Random random, long nowMs)
    {
        var budgets = directory.Data.Budgets;
        IReadOnlyList<DirectoryChange> changes;
        if (budgets.Count == 0 || (budgets.Count < 14 && random.Next(2) == 0))
        {
            var id = $"b_{random.Next(30):d2}";
            changes =
            [
                new PutBudget(SampleOrg.Budget(id, $"use:{id}", random.Next(100), BudgetWindow.Total) with
                {
                    ParentId = budgets.Count == 0 || random.Next(4) == 0 ? null : budgets[random.Next(budgets.Count)].Id,
                    OverAllocation = random.Next(5) == 0,
                }),
            ];
        }
        else
        {
            var budget = budgets[random.Next(budgets.Count)];
            changes = random.Next(6) switch
            {
                0 => GrantEnding.BeforeRemoval(directory.Budgets, budget.Id, nowMs),
                1 => [new PutBudget(budget with { OverAllocation = !budget.OverAllocation })],
                2 => [new PutBudget(budget with { ParentId = budgets[random.Next(budgets.Count)].Id })],
                3 when directory.Data.Grants is { Count: > 0 } grants
                    && GrantEnding.Of(grants[random.Next(grants.Count)], nowMs) is { } end => [end],
                _ => [new PutBudget(budget with { Limit = random.Next(120) * Dollar })],
            };
        }

        try
        {
            await store.Directory.ChangeAsync(changes, "test", Ct);
            return true;
        }
        catch (DirectoryConflictException)
        {
            return false;
        }
    }

    private static async Task<bool> DecideAsync(RequestDesk desk, IReadOnlyList<Budget> budgets, Random random)
    {
        if (budgets.Count == 0)
        {
            return false;
        }

        var budget = budgets[random.Next(budgets.Count)].Id;
        var asked = await desk.AskAsync(
            s_admin, new CreateBudgetRequest { Budget = budget, Amount = $"{random.Next(1, 40)}", Reason = "x" }, Ct);
        asked.Refusal.ShouldBeNull();
        var decision = random.Next(4) switch
        {
            0 => new DecideBudgetRequest { Decision = "decline", Reason = "no" },
            1 => new DecideBudgetRequest { Decision = "grant" },
            _ => new DecideBudgetRequest { Decision = "grant", From = budgets[random.Next(budgets.Count)].Id },
        };
        var decided = await desk.DecideAsync(s_admin, asked.Value!.Id, decision, Ct);
        if (decided.Value is null)
        {
            (await desk.WithdrawAsync(s_admin, asked.Value.Id, Ct)).Refusal.ShouldBeNull();
        }

        return decided.Value is not null;
    }

    private static void Check(DirectoryData data, string where)
    {
        var has = data.Budgets.ToDictionary(b => b.Id, b => b.Limit, StringComparer.Ordinal);
        var granted = 0L;
        foreach (var grant in data.Grants.Where(g => g.UntilMs is null))
        {
            has[grant.BudgetId] += grant.Amount;
            if (grant.LenderId is { } lender)
            {
                has[lender] -= grant.Amount;
            }
            else
            {
                granted += grant.Amount;
            }
        }

        has.Values.Sum().ShouldBe(data.Budgets.Sum(b => b.Limit) + granted, where);
        foreach (var budget in data.Budgets)
        {
            has[budget.Id].ShouldBeGreaterThanOrEqualTo(0, where);
            if (budget.ParentId is { } parent)
            {
                has.ShouldContainKey(parent, where);
            }

            if (!budget.OverAllocation)
            {
                data.Budgets.Where(b => b.ParentId == budget.Id).Sum(b => has[b.Id])
                    .ShouldBeLessThanOrEqualTo(has[budget.Id], $"{where}, {budget.Id}");
            }
        }
    }
}
