using Assay.Server.Console.Charts;
using Assay.Server.Console.Limits;

namespace Assay.Server.Console.MyBudget;

/// <summary>What the page of budgets shows.</summary>
/// <param name="Tightest">The budget that runs out first; null if no budget limits the reader.</param>
/// <param name="Chart">How its window goes; null if nothing is known of it.</param>
/// <param name="Limits">The budgets that limit the reader, the tightest first.</param>
/// <param name="Answers">The budgets that the reader answers for, parents before what is allocated from them.</param>
/// <param name="Mine">The reader's own requests, newest first.</param>
/// <param name="Inbox">Requests that are the reader's to decide.</param>
public sealed record BudgetPageView(
    BudgetRow? Tightest,
    BurnDownChart? Chart,
    IReadOnlyList<BudgetRow> Limits,
    IReadOnlyList<BudgetRow> Answers,
    IReadOnlyList<RequestRow> Mine,
    IReadOnlyList<RequestRow> Inbox,
    AskForm Ask,
    string? Done,
    string? Fault);

/// <summary>A request and what became of it.</summary>
/// <param name="State">As in a sentence: <c>open</c>, <c>granted $20.00 by Grace</c>.</param>
/// <param name="AmountInput">The amount as a form holds it.</param>
public sealed record RequestRow(
    string Id, string Who, string When, string Budget, string Amount, string AmountInput, string UnitWord, string Reason, string State, bool IsOpen, string Left);

/// <summary>The form to ask for more.</summary>
public sealed record AskForm(string BudgetId, string Amount, string Reason);
