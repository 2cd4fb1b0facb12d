using System.Globalization;
using Assay.Server.Api;
using Assay.Server.Budgets;
using Assay.Server.Console.Figures;
using Assay.Server.Directory;

namespace Assay.Server.Console.Decide;

/// <summary>Reads what a link is about, for the person whose link it is.</summary>
internal sealed class DecideReport(
    BudgetLinks links,
    RequestDesk desk,
    DirectorySnapshots snapshots,
    IBudgetBalances balances,
    GrantTerm term,
    OrgClock orgClock,
    TimeProvider clock)
{
    public (LinkStatus Status, LinkClaim? Claim) Read(string token) => links.TryRead(token);

    /// <summary>The link's person as the directory knows them now; null if they are nobody any more.</summary>
    public Viewer? ViewerOf(LinkClaim claim) =>
        snapshots.Current.FindPerson(claim.PersonId) is { } person && !(person.DisabledAtMs <= NowMs)
            ? new Viewer(person.Id, "", "", person.TeamId, person.Role)
            : null;

    /// <summary>Null if the request is not the viewer's to see any more.</summary>
    public async Task<DecideView?> ViewAsync(
        Viewer viewer, string requestId, DecideForm? form, CancellationToken ct)
    {
        var answer = await desk.FindAsync(viewer, requestId, ct);
        if (answer.Value is not { } request)
        {
            return null;
        }

        var directory = snapshots.Current;
        var budget = directory.Budgets.Find(request.BudgetId);
        var who = directory.FindPerson(request.AskedBy)?.Name ?? request.AskedBy;
        var amount = BudgetAmount.Say(request.Unit, request.Amount);
        if (budget is null || request.StateAt(NowMs) != BudgetRequestState.Open)
        {
            return new DecideView(who, amount, request.Reason, Facts(directory, request, budget, null), Closed(directory, request), null);
        }

        var known = await balances.BalancesAsync([budget], ct);
        return new DecideView(
            who,
            amount,
            request.Reason,
            Facts(directory, request, budget, known.GetValueOrDefault(budget.Id)),
            null,
            BudgetRights.MayDecide(directory, viewer, budget, request.AskedBy) ? form ?? New(request) : null);
    }

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The form before anybody filled it: all that was asked for.</summary>
    private static DecideForm New(BudgetRequest request) => new(
        "",
        BudgetAmount.Input(request.Unit, request.Amount),
        BudgetAmount.InputWord(request.Unit),
        "",
        null);

    private List<(string Name, string Value)> Facts(
        DirectorySnapshot directory, BudgetRequest request, Budget? budget, BudgetBalance? balance)
    {
        var facts = new List<(string, string)>();
        if (budget is not null)
        {
            var now = directory.Budgets.EffectiveLimit(budget, NowMs);
            facts.Add(("Budget", $"{BudgetWords.Scope(directory, budget.Scope)}, {BudgetAmount.Say(budget.Unit, now)} {BudgetWords.Every(budget.Window)}"));
            facts.Add(("Left of it now", balance is null ? "not known" : BudgetAmount.Say(budget.Unit, balance.Remaining)));
            if (directory.Budgets.ParentOf(budget) is { } parent)
            {
                var free = directory.Budgets.EffectiveLimit(parent, NowMs) - directory.Budgets.Allocated(parent.Id, NowMs);
                facts.Add((
                    "Not yet allocated above",
                    $"{BudgetAmount.Say(parent.Unit, Math.Max(0, free))} of {BudgetWords.Scope(directory, parent.Scope)}"));
            }
        }

        facts.Add(("Asked", Time(request.AskedAtMs)));
        if (request.UntilMs is { } needed)
        {
            facts.Add(("Needed until", Time(needed)));
        }
        else if (budget is not null && request.State == BudgetRequestState.Open)
        {
            facts.Add(("A grant would last", term.WindowEnd(budget.Window) is { } end ? $"until {Time(end)}" : "for good"));
        }

        return facts;
    }

    private string Closed(DirectorySnapshot directory, BudgetRequest request)
    {
        var by = request.DecidedBy is { } id ? directory.FindPerson(id)?.Name ?? id : "";
        var granted = request.GrantedAmount is { } amount ? BudgetAmount.Say(request.Unit, amount) : "";
        var what = request.StateAt(NowMs) switch
        {
            BudgetRequestState.Granted or BudgetRequestState.Partly => $"{by} granted {granted}",
            BudgetRequestState.Lent => $"{by} answered with a loan of {granted}",
            BudgetRequestState.Declined => $"{by} declined",
            BudgetRequestState.Withdrawn => $"{by} withdrew the request",
            _ => "The request expired before anybody decided",
        };
        var when = request.DecidedAtMs is { } at ? $" on {Time(at)}" : "";
        return request.DecisionReason is { } reason ? $"{what}{when}: {reason}" : $"{what}{when}.";
    }

    private string Time(long ms) =>
        orgClock.At(ms).ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture) + " " + orgClock.ZoneName;
}
