using Assay.Server.Api;
using Assay.Server.Directory;

namespace Assay.Server.Budgets;

/// <summary>A request as it will be decided, and what that changes in the directory.</summary>
internal sealed record RequestDecision(BudgetRequest Closed, IReadOnlyList<DirectoryChange> Changes);

/// <summary>
/// Works out a decision: how much, until when, from whom, and whether there is room for it. Decides nothing about who may
/// decide, and stores nothing.
/// </summary>
internal sealed class GrantTerms(IBudgetBalances balances, GrantTerm term, TimeProvider clock)
{
    public async ValueTask<DeskAnswer<RequestDecision>> DecideAsync(
        DirectorySnapshot directory,
        Viewer decider,
        BudgetRequest request,
        Budget budget,
        DecideBudgetRequest wanted,
        CancellationToken ct)
    {
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var faults = new InputFaults();
        var isGrant = wanted.Decision == "grant";
        if (!isGrant && wanted.Decision != "decline")
        {
            faults.Add("decision", $"'{InputRules.Shorten(wanted.Decision ?? "")}' is not valid: use grant or decline.");
        }

        faults.AddIf("reason", RequestText.FaultInReason(wanted.Reason, isRequired: wanted.Decision == "decline"));
        faults.AddIf("judgment", RequestText.FaultInJudgment(wanted.Judgment));
        var decided = request with
        {
            DecidedBy = decider.PersonId,
            DecidedAtMs = nowMs,
            DecisionReason = string.IsNullOrWhiteSpace(wanted.Reason) ? null : wanted.Reason.Trim(),
            Judgment = string.IsNullOrEmpty(wanted.Judgment) ? null : wanted.Judgment,
        };
        return isGrant
            ? await GrantAsync(directory, decider, decided, budget, wanted, nowMs, faults, ct)
            : Decline(decided, wanted, faults);
    }

    private static DeskAnswer<RequestDecision> Decline(BudgetRequest decided, DecideBudgetRequest wanted, InputFaults faults)
    {
        foreach (var (field, value) in new[] { ("amount", wanted.Amount), ("from", wanted.From), ("until", wanted.Until) })
        {
            faults.AddIf(field, value is null ? null : "is only for the decision grant: remove it.");
        }

        return faults.Any
            ? DeskRefusal.Invalid(faults)
            : new RequestDecision(decided with { State = BudgetRequestState.Declined }, []);
    }

    private async ValueTask<DeskAnswer<RequestDecision>> GrantAsync(
        DirectorySnapshot directory,
        Viewer decider,
        BudgetRequest decided,
        Budget budget,
        DecideBudgetRequest wanted,
        long nowMs,
        InputFaults faults,
        CancellationToken ct)
    {
        var amount = decided.Amount;
        if (wanted.Amount is not null)
        {
            faults.AddIf(
                "amount",
                BudgetAmount.FaultAboveZero(wanted.Amount, budget.Unit, out amount)
                ?? (amount > decided.Amount
                    ? $"is more than was asked for: grant at most {BudgetAmount.Write(budget.Unit, decided.Amount)}."
                    : null));
        }

        faults.AddIf("until", RequestText.FaultInUntil(wanted.Until, nowMs, out var untilMs));
        untilMs ??= decided.UntilMs ?? term.WindowEnd(budget.Window);
        var beyond = wanted.OverAllocate ?? false;
        faults.AddIf("overAllocate", beyond && untilMs is null
            ? "needs an end: give until, or set overAllocation on the parent budget."
            : null);
        Budget? lender = null;
        if (!string.IsNullOrEmpty(wanted.From))
        {
            lender = directory.Budgets.Find(wanted.From);
            faults.AddIf("from", FaultInLender(directory, decider, budget, lender, wanted.From));
        }

        if (faults.Any)
        {
            return DeskRefusal.Invalid(faults);
        }

        var grant = new BudgetGrant(
            DirectoryIds.NewGrant(clock), budget.Id, lender?.Id, amount, nowMs, untilMs, decided.Id);
        var change = new DirectoryChange.PutGrant(grant);
        if (await FaultInRoomAsync(directory, budget, lender, change, beyond, ct) is { } fault)
        {
            return new DeskRefusal(DeskRefusalKind.Conflict, "There is no room for it.", fault);
        }

        var closed = decided with
        {
            State = lender is not null ? BudgetRequestState.Lent
                : amount < decided.Amount ? BudgetRequestState.Partly
                : BudgetRequestState.Granted,
            GrantedAmount = amount,
            GrantId = grant.Id,
        };
        return new RequestDecision(closed, [change]);
    }

    private static string? FaultInLender(
        DirectorySnapshot directory, Viewer decider, Budget budget, Budget? lender, string written)
    {
        if (lender is null || !new AccessRules(directory, decider).CanSeeBudget(lender))
        {
            return $"'{InputRules.Shorten(written)}' is not a budget that you may see: give the id of the budget that lends.";
        }

        if (lender.Window != budget.Window || lender.Unit != budget.Unit)
        {
            return $"{lender.Id} has another window or unit than {budget.Id}, so that a loan would not come out even.";
        }

        if (lender.Id == budget.Id || directory.Budgets.IsBelow(lender, budget.Id) || directory.Budgets.IsBelow(budget, lender.Id))
        {
            return $"{lender.Id} and {budget.Id} are parts of each other: a loan is between budgets that stand side by side. "
                + "Grant it, or change the allocation.";
        }

        return BudgetRights.MayLend(directory, decider, lender)
            ? null
            : $"{lender.Id} is not yours to lend from: ask its owners, "
                + string.Join(", ", BudgetOwners.Of(directory, lender).Select(p => directory.FindPerson(p)?.Email ?? p)) + ".";
    }

    private async ValueTask<string?> FaultInRoomAsync(
        DirectorySnapshot directory,
        Budget budget,
        Budget? lender,
        DirectoryChange.PutGrant change,
        bool beyond,
        CancellationToken ct)
    {
        var grant = change.Grant;
        if (lender is not null)
        {
            var known = await balances.BalancesAsync([lender], ct);
            if (known.GetValueOrDefault(lender.Id) is { } balance && grant.Amount > balance.Remaining)
            {
                return $"{ScopeText.Write(lender.Scope, directory)} has {BudgetAmount.Say(lender.Unit, Math.Max(0, balance.Remaining))} "
                    + "left in this window: lend at most that.";
            }
        }

        // Room must be there for the whole time of the grant. What its owner allows beyond the whole is left out of the sum.
        var parent = directory.Budgets.ParentOf(budget);
        var before = directory.Budgets;
        if (beyond && parent is not null)
        {
            before = before.After([new DirectoryChange.PutBudget(parent with { OverAllocation = true })]);
        }

        return Allocation.FaultInChanges(
            before,
            before.After([change]),
            [change],
            grant.FromMs,
            b => $"{ScopeText.Write(b.Scope, directory)} ({b.Id})");
    }
}
