namespace Assay.Server.Console.Limits;

/// <summary>One budget. Amounts are for people.</summary>
/// <param name="Level">How many budgets it is below the first one shown.</param>
/// <param name="Used">Posted and pending, of the limit, from 0 to 1; more is drawn as full. Null if it is not known, or not the reader's to know.</param>
/// <param name="Outlook">What the forecast says, short.</param>
/// <param name="IsLow">Whether little is left, or it will run out.</param>
/// <param name="MayAsk">Whether the reader can ask for more of it.</param>
/// <param name="LimitInput">The limit as the form holds it; null if the reader cannot change it.</param>
/// <param name="Allocated">What is passed on to budgets below; empty if nothing is.</param>
/// <param name="ParentId">The budget that it is allocated from; empty if none.</param>
/// <param name="LimitNumber">The limit with its grants and loans as a plain number, for the page to reckon with.</param>
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
    string UnitWord,
    string ParentId,
    string LimitNumber);
