using Assay.Server.Console.Charts;

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

/// <summary>One budget. Amounts are for people.</summary>
/// <param name="Level">How many budgets it is below the first one shown.</param>
/// <param name="Used">Posted and pending, of the limit, from 0 to 1; more is drawn as full. Null if it is not known, or not the reader's to know.</param>
/// <param name="Outlook">What the forecast says, short.</param>
/// <param name="IsLow">Whether little is left, or it will run out.</param>
/// <param name="MayAsk">Whether the reader can ask for more of it.</param>
/// <param name="LimitInput">The limit as the form holds it; null if the reader cannot change it.</param>
/// <param name="Allocated">What is passed on to budgets below; empty if nothing is.</param>
public sealed record BudgetRow(
    string Id,
    string Name,
    string Window,
    int Level,
    string Limit,
    string Spent,
    string Left,
    decimal? Used,
    string Outlook,
    bool IsLow,
    string AtLimit,
    string Additions,
    string Allocated,
    bool MayAsk,
    string? LimitInput,
    string UnitWord);

/// <summary>A request and what became of it.</summary>
/// <param name="State">As in a sentence: <c>open</c>, <c>granted $20.00 by Grace</c>.</param>
/// <param name="AmountInput">The amount as a form holds it.</param>
public sealed record RequestRow(
    string Id, string Who, string When, string Budget, string Amount, string AmountInput, string UnitWord, string Reason, string State, bool IsOpen, string Left);

/// <summary>The form to ask for more.</summary>
public sealed record AskForm(string BudgetId, string Amount, string Reason);
