using System.Globalization;
using Assay.Ledger.Money;
using Assay.Server.Api;
using Assay.Server.Budgets;
using Assay.Server.Budgets.Forecasting;
using Assay.Server.Console.Charts;
using Assay.Server.Console.Figures;
using Assay.Server.Directory;

namespace Assay.Server.Console.MyBudget;

/// <summary>Reads the budgets that limit somebody, those that they answer for, and the requests of both.</summary>
internal sealed class BudgetReport(
    RequestDesk desk, IBudgetBalances balances, BudgetForecasts forecasts, OrgClock orgClock, TimeProvider clock)
{
    private const int RequestsMax = 12;

    // From here on a budget is worth a warning colour.
    private const decimal LowFrom = 0.8m;

    public async Task<BudgetPageView> ReadAsync(
        Caller caller, AskForm? ask, string? done, string? fault, CancellationToken ct)
    {
        var (directory, viewer) = (caller.Directory, caller.Viewer);
        var seen = directory.Data.Budgets.Where(caller.Rules.CanSeeBudget).ToList();
        var known = await balances.BalancesAsync([.. seen.Where(caller.Rules.CanSeeBalance)], ct);
        var limits = seen.Where(budget => BudgetRights.Limits(directory, viewer, budget.Scope))
            .Select(budget => (Budget: budget, Row: Row(caller, budget, known.GetValueOrDefault(budget.Id), 0)))
            .OrderByDescending(one => one.Row.Used)
            .ThenBy(one => one.Budget.Id, StringComparer.Ordinal)
            .ToList();
        var answers = seen.Where(budget => caller.Rules.SeesCompany || BudgetRights.Answers(directory, viewer, budget)).ToList();
        var mine = await desk.ListAsync(viewer, null, mine: true, inbox: false, null, RequestsMax, ct);
        var inbox = await desk.ListAsync(viewer, BudgetRequestState.Open, mine: false, inbox: true, null, RequestsMax, ct);

        // Whoever asks for more shows those who decide what is left.
        var asked = await balances.BalancesAsync(
            [.. inbox.Requests.Select(r => directory.Budgets.Find(r.BudgetId)).OfType<Budget>().Distinct()], ct);
        var tightest = limits.FirstOrDefault();
        return new BudgetPageView(
            tightest.Row,
            tightest.Budget is { } first && caller.Rules.CanSeeBalance(first) ? BurnDowns.Of(first, "How this window goes", forecasts.Find(first.Id)) : null,
            [.. limits.Select(one => one.Row)],
            [.. Tree(directory, answers).Select(one => Row(caller, one.Budget, known.GetValueOrDefault(one.Budget.Id), one.Level))],
            [.. mine.Requests.Select(request => Row(directory, request, null))],
            [.. inbox.Requests.Select(request => Row(directory, request, asked.GetValueOrDefault(request.BudgetId)))],
            ask ?? new AskForm(limits.FirstOrDefault(one => one.Row.MayAsk).Budget?.Id ?? "", "", ""),
            done,
            fault);
    }

    private BudgetRow Row(Caller caller, Budget budget, BudgetBalance? balance, int level)
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
            BudgetAmount.InputWord(budget.Unit));
    }

    private static string Shown(bool isTheirs, BudgetBalance? balance, Budget budget, long amount) =>
        !isTheirs ? "private" : balance is null ? "not known" : Rounded(budget, amount);

    private RequestRow Row(DirectorySnapshot directory, BudgetRequest request, BudgetBalance? balance)
    {
        var budget = directory.Budgets.Find(request.BudgetId);
        return new RequestRow(
            request.Id,
            directory.FindPerson(request.AskedBy)?.Name ?? request.AskedBy,
            Time(request.AskedAtMs),
            budget is null ? "a budget that is gone" : $"{BudgetWords.Scope(directory, budget.Scope)}, {BudgetWords.Every(budget.Window)}",
            BudgetAmount.Say(request.Unit, request.Amount),
            BudgetAmount.Input(request.Unit, request.Amount),
            BudgetAmount.InputWord(request.Unit),
            request.Reason,
            State(directory, request),
            request.StateAt(NowMs) == BudgetRequestState.Open,
            balance is null || budget is null ? "" : Rounded(budget, Math.Max(0, balance.Remaining)));
    }

    private string State(DirectorySnapshot directory, BudgetRequest request)
    {
        var by = request.DecidedBy is { } id ? directory.FindPerson(id)?.Name ?? id : "";
        var granted = request.GrantedAmount is { } amount ? BudgetAmount.Say(request.Unit, amount) : "";
        var what = request.StateAt(NowMs) switch
        {
            BudgetRequestState.Open => "open",
            BudgetRequestState.Granted or BudgetRequestState.Partly => $"{granted} granted by {by}",
            BudgetRequestState.Lent => $"{granted} lent by {by}",
            BudgetRequestState.Declined => $"declined by {by}",
            BudgetRequestState.Withdrawn => "withdrawn",
            _ => "expired",
        };
        return request.DecisionReason is { } reason ? $"{what}: {reason}" : what;
    }

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

    private static string Rounded(Budget budget, long amount) => budget.Unit == BudgetUnit.Usd
        ? Say.Usd(new NanoUsd(amount))
        : Say.Brief(amount) + " tokens";

    private static string Capital(string name) => name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name[1..];

    private static string Day(DateOnly day) => day.ToString("d MMMM", CultureInfo.InvariantCulture);

    private string Time(long ms) => orgClock.At(ms).ToString("d MMM, HH:mm", CultureInfo.InvariantCulture);

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
