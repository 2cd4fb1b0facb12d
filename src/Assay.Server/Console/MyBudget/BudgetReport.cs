using System.Globalization;
using Assay.Server.Api;
using Assay.Server.Budgets;
using Assay.Server.Budgets.Forecasting;
using Assay.Server.Console.Charts;
using Assay.Server.Console.Figures;
using Assay.Server.Console.Limits;
using Assay.Server.Directory;

namespace Assay.Server.Console.MyBudget;

/// <summary>Reads the budgets that limit somebody, those that they answer for, and the requests of both.</summary>
internal sealed class BudgetReport(
    RequestDesk desk, BudgetRows rows, IBudgetBalances balances, BudgetForecasts forecasts, OrgClock orgClock, TimeProvider clock)
{
    private const int RequestsMax = 12;

    public async Task<BudgetPageView> ReadAsync(
        Caller caller, AskForm? ask, string? done, string? fault, CancellationToken ct)
    {
        var (directory, viewer) = (caller.Directory, caller.Viewer);
        var seen = directory.Data.Budgets.Where(caller.Rules.CanSeeBudget).ToList();
        var known = await balances.BalancesAsync([.. seen.Where(caller.Rules.CanSeeBalance)], ct);
        var limits = seen.Where(budget => BudgetRights.Limits(directory, viewer, budget.Scope))
            .Select(budget => (Budget: budget, Row: rows.Row(caller, budget, known.GetValueOrDefault(budget.Id), 0)))
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
            await rows.TreeAsync(caller, answers, ct),
            [.. mine.Requests.Select(request => Row(directory, request, null))],
            [.. inbox.Requests.Select(request => Row(directory, request, asked.GetValueOrDefault(request.BudgetId)))],
            ask ?? new AskForm(limits.FirstOrDefault(one => one.Row.MayAsk).Budget?.Id ?? "", "", ""),
            done,
            fault);
    }

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
            balance is null || budget is null ? "" : BudgetRows.Rounded(budget, Math.Max(0, balance.Remaining)));
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

    private string Time(long ms) => orgClock.At(ms).ToString("d MMM, HH:mm", CultureInfo.InvariantCulture);

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
