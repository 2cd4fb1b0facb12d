using System.Globalization;
using Assay.Ledger.Money;
using Assay.Server.Api;
using Assay.Server.Budgets;
using Assay.Server.Budgets.Forecasting;
using Assay.Server.Console.Figures;
using Assay.Server.Directory;

namespace Assay.Server.Console.Limits;

/// <summary>Makes the rows of a table of budgets: what is used, what is left, what is passed on and where it leads.</summary>
internal sealed class BudgetRows(IBudgetBalances balances, BudgetForecasts forecasts, TimeProvider clock)
{
    // From here on a budget is worth a warning colour.
    private const decimal LowFrom = 0.8m;

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The budgets of the company, or of a team and those below it, parents before what is allocated from them.</summary>
    /// <param name="teamId">The team; null for the company.</param>
    public async Task<IReadOnlyList<BudgetRow>> OfAsync(Caller caller, string? teamId, CancellationToken ct)
    {
        var directory = caller.Directory;
        var shown = directory.Data.Budgets
            .Where(budget => caller.Rules.CanSeeBudget(budget) && (teamId is null
                ? budget.Scope.Kind is not (BudgetScopeKind.Person or BudgetScopeKind.Agent or BudgetScopeKind.Key)
                : budget.Scope.Kind == BudgetScopeKind.Team && directory.Teams.PathOf(budget.Scope.Id).Contains(teamId)))
            .ToList();
        return await TreeAsync(caller, shown, ct);
    }

    /// <summary>Rows of some budgets as a tree.</summary>
    public async Task<IReadOnlyList<BudgetRow>> TreeAsync(Caller caller, IReadOnlyCollection<Budget> shown, CancellationToken ct)
    {
        var known = await balances.BalancesAsync([.. shown.Where(caller.Rules.CanSeeBalance)], ct);
        return [.. Tree(caller.Directory, shown).Select(one => Row(caller, one.Budget, known.GetValueOrDefault(one.Budget.Id), one.Level))];
    }

    public BudgetRow Row(Caller caller, Budget budget, BudgetBalance? balance, int level)
    {
        var directory = caller.Directory;
        var now = NowMs;
        var limit = directory.Budgets.EffectiveLimit(budget, now);
        var spent = balance is null ? 0 : balance.Posted + balance.Pending;
        decimal? used = balance is null ? null : limit > 0 ? (decimal)spent / limit : spent > 0 ? 1 : 0;
        var allocated = directory.Budgets.Allocated(budget.Id, now);

        // How somebody's own budget goes is theirs to know, not their manager's; docs/roles.md.
        var isTheirs = caller.Rules.CanSeeBalance(budget);
        var outlook = isTheirs ? forecasts.Find(budget.Id).Forecast : null;
        return new BudgetRow(
            budget.Id,
            Capital(BudgetWords.Scope(directory, budget.Scope)),
            BudgetWords.Every(budget.Window),
            level,
            BudgetAmount.Say(budget.Unit, limit),
            Shown(isTheirs, balance, budget, spent),
            Shown(isTheirs, balance, budget, Math.Max(0, limit - spent)),
            used,
            isTheirs ? Outlook(outlook, used) : "",
            used >= LowFrom || outlook is { RunsOut: not null },
            AtLimitWord(budget),
            Additions(directory, budget, now),
            directory.Budgets.ChildrenOf(budget.Id).Any()
                ? $"{BudgetAmount.Say(budget.Unit, allocated)}{(allocated > limit ? ", more than there is" : "")}"
                : "",
            BudgetRights.MayAsk(directory, caller.Viewer, budget),
            BudgetRights.MayAllocate(directory, caller.Viewer, budget.Scope, directory.Budgets.ParentOf(budget))
                ? BudgetAmount.Input(budget.Unit, budget.Limit)
                : null,
            BudgetAmount.InputWord(budget.Unit),
            budget.ParentId ?? "",
            BudgetAmount.Input(budget.Unit, limit));
    }

    private static string Shown(bool isTheirs, BudgetBalance? balance, Budget budget, long amount) =>
        !isTheirs ? "private" : balance is null ? "not known" : Rounded(budget, amount);

    public static string Rounded(Budget budget, long amount) => budget.Unit == BudgetUnit.Usd
        ? Say.Usd(new NanoUsd(amount))
        : Say.Brief(amount) + " tokens";

    private static string Capital(string name) => name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name[1..];

    private static string Day(DateOnly day) => day.ToString("d MMMM", CultureInfo.InvariantCulture);

    private static string Outlook(BudgetForecast? forecast, decimal? used) =>
        used >= 1 ? "Used up."
        : forecast is null ? "Not enough history for a forecast."
        : forecast.RunsOut is { } day ? $"Probably runs out on {Day(day)}."
        : forecast.RunsOutEarliest is { } earliest ? $"Lasts, probably; {Day(earliest)} at the earliest."
        : "Lasts.";

    private static string AtLimitWord(Budget budget) => budget.AtLimit switch
    {
        AtLimit.Warn => "then you are told",
        AtLimit.Reroute => $"then calls go to {budget.RerouteTo}",
        AtLimit.Throttle => "then calls wait their turn",
        _ => "then calls are refused",
    };

    private static string Additions(DirectorySnapshot directory, Budget budget, long now)
    {
        var granted = directory.Budgets.GrantsTo(budget.Id).Where(g => g.IsActiveAt(now)).Sum(g => (decimal)g.Amount);
        var lent = directory.Budgets.LoansFrom(budget.Id).Where(g => g.IsActiveAt(now)).Sum(g => (decimal)g.Amount);
        List<string> words = [];
        if (granted > 0)
        {
            words.Add($"{BudgetAmount.Say(budget.Unit, (Int128)granted)} of it granted or lent");
        }

        if (lent > 0)
        {
            words.Add($"{BudgetAmount.Say(budget.Unit, (Int128)lent)} lent away");
        }

        return string.Join(", ", words);
    }

    /// <summary>Parents before what is allocated from them, each with its depth among those shown.</summary>
    private static IEnumerable<(Budget Budget, int Level)> Tree(DirectorySnapshot directory, IReadOnlyCollection<Budget> budgets)
    {
        var shown = budgets.Select(budget => budget.Id).ToHashSet(StringComparer.Ordinal);
        return budgets
            .Where(budget => budget.ParentId is null || !shown.Contains(budget.ParentId))
            .OrderBy(budget => budget.Scope.Kind == BudgetScopeKind.Org ? 0 : 1)
            .ThenBy(budget => BudgetWords.Scope(directory, budget.Scope), StringComparer.OrdinalIgnoreCase)
            .SelectMany(budget => Below(budget, 0));

        IEnumerable<(Budget Budget, int Level)> Below(Budget budget, int level) => directory.Budgets.ChildrenOf(budget.Id)
            .Where(child => shown.Contains(child.Id))
            .SelectMany(child => Below(child, level + 1))
            .Prepend((budget, level));
    }
}
