using Assay.Server.Directory;

namespace Assay.Server.Budgets;

/// <summary>What a call is held on.</summary>
/// <param name="Accounts">One account for each line of the set, in their order. Shared by calls: never changed.</param>
/// <param name="Enforced">A bit for each account, the lowest for the first: whether its limit may refuse.</param>
/// <param name="FromMs">From when the accounts are the right ones, in Unix milliseconds.</param>
/// <param name="UntilMs">Until when: the first end of a window.</param>
internal sealed record BudgetHold(string[] Accounts, uint Enforced, long FromMs, long UntilMs)
{
    public static readonly BudgetHold Nothing = new([], 0, 0, long.MaxValue);
}

/// <summary>
/// The budgets that limit one kind of call: those of its key, agent, person, teams, org, use case, model and provider,
/// the narrowest first. Worked out once and shared by all calls of the kind.
/// </summary>
internal sealed class BudgetSet(BudgetLine[] lines)
{
    private BudgetHold? _hold = lines.Length == 0 ? BudgetHold.Nothing : null;

    public static BudgetSet Empty { get; } = new([]);

    public IReadOnlyList<BudgetLine> Lines => lines;

    /// <summary>Whether a budget stands that ends calls when it is used up: then usage must be known.</summary>
    public bool IsHard { get; } = Array.Exists(lines, line => line.Budget.AtLimit == AtLimit.Block);

    /// <summary>The accounts for a call that began at a time; null if they have to be worked out anew.</summary>
    public BudgetHold? HoldAt(long ms) =>
        Volatile.Read(ref _hold) is { } hold && hold.FromMs <= ms && ms < hold.UntilMs ? hold : null;

    public void Remember(BudgetHold hold) => Volatile.Write(ref _hold, hold);

    /// <summary>The line that an account of a hold belongs to.</summary>
    public BudgetLine Find(BudgetHold hold, string account) => lines[Array.IndexOf(hold.Accounts, account)];
}
