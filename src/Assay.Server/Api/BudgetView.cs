using Assay.Server.Budgets;
using Assay.Server.Budgets.Forecasting;
using Assay.Server.Directory;

namespace Assay.Server.Api;

/// <summary>The budget that another is allocated from.</summary>
internal sealed record ParentBudgetView(string Id, string Scope);

/// <summary>An addition to a budget that counts now.</summary>
/// <param name="From">The lender's scope if it is a loan.</param>
internal sealed record GrantView(string Id, string Amount, string? From, string Since, string? Until, string? Request);

/// <summary>What a budget lends now.</summary>
internal sealed record LoanView(string Id, string Amount, string To, string Since, string? Until);

/// <param name="ForecastReason">Why there is no forecast; null if there is one, or if it is not the caller's to know.</param>
/// <param name="Allocated">What the budgets allocated from it may spend together.</param>
/// <param name="EffectiveLimit">The limit with grants and loans.</param>
/// <param name="Owners">Who answers for it.</param>
/// <param name="AskFor">Whom a request of the caller for more goes to.</param>
internal sealed record BudgetView(
    string Id,
    string Scope,
    string Window,
    string Unit,
    string Limit,
    string AtLimit,
    string? RerouteTo,
    string? Posted,
    string? Pending,
    string? Remaining,
    ForecastView? Forecast,
    string? ForecastReason,
    ParentBudgetView? Parent,
    bool OverAllocation,
    string Allocated,
    string EffectiveLimit,
    IReadOnlyList<GrantView> Grants,
    IReadOnlyList<LoanView> Loans,
    IReadOnlyList<string> Owners,
    IReadOnlyList<string> AskFor)
{
    public static BudgetView Of(
        Budget budget, BudgetBalance? balance, DirectorySnapshot directory, Viewer viewer, long nowMs, BudgetOutlook? outlook = null)
    {
        var tree = directory.Budgets;
        return new(
            budget.Id,
            ScopeText.Write(budget.Scope, directory),
            DirectoryWords.Word(budget.Window),
            DirectoryWords.Word(budget.Unit),
            BudgetAmount.Write(budget.Unit, budget.Limit),
            DirectoryWords.Word(budget.AtLimit),
            budget.RerouteTo,
            Amount(budget, balance?.Posted),
            Amount(budget, balance?.Pending),
            Amount(budget, balance?.Remaining),
            ForecastView.Of(budget, outlook),
            ForecastView.ReasonOf(outlook),
            tree.ParentOf(budget) is { } parent
                ? new ParentBudgetView(parent.Id, ScopeText.Write(parent.Scope, directory))
                : null,
            budget.OverAllocation,
            BudgetAmount.Write(budget.Unit, tree.Allocated(budget.Id, nowMs)),
            BudgetAmount.Write(budget.Unit, tree.EffectiveLimit(budget, nowMs)),
            [
                .. tree.GrantsTo(budget.Id).Where(g => g.IsActiveAt(nowMs)).Select(g => new GrantView(
                    g.Id,
                    BudgetAmount.Write(budget.Unit, g.Amount),
                    g.LenderId is { } lender ? ScopeOf(lender, directory) : null,
                    Rfc3339.FormatMs(g.FromMs),
                    Rfc3339.FormatMs(g.UntilMs),
                    g.RequestId)),
            ],
            [
                .. tree.LoansFrom(budget.Id).Where(g => g.IsActiveAt(nowMs)).Select(g => new LoanView(
                    g.Id,
                    BudgetAmount.Write(budget.Unit, g.Amount),
                    ScopeOf(g.BudgetId, directory),
                    Rfc3339.FormatMs(g.FromMs),
                    Rfc3339.FormatMs(g.UntilMs))),
            ],
            Emails(BudgetOwners.Of(directory, budget), directory),
            Emails(BudgetOwners.DecidersOf(directory, budget, viewer.PersonId), directory));
    }

    private static string ScopeOf(string budgetId, DirectorySnapshot directory) =>
        directory.Budgets.Find(budgetId) is { } budget ? ScopeText.Write(budget.Scope, directory) : budgetId;

    private static List<string> Emails(IReadOnlyList<string> people, DirectorySnapshot directory) =>
        [.. people.Select(id => directory.FindPerson(id)?.Email ?? id)];

    private static string? Amount(Budget budget, long? amount) =>
        amount is { } value ? BudgetAmount.Write(budget.Unit, value) : null;
}
