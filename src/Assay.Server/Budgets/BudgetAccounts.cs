namespace Assay.Server.Budgets;

/// <summary>
/// The names of the ledger's accounts: a budget in one window is one account. The name says which, so that whoever has
/// only the name knows how it counts.
/// </summary>
internal static class BudgetAccounts
{
    /// <summary>The key of the window that moves on by the hour.</summary>
    public const string Rolling = "rolling30d";

    private const int HoursRolling = 30 * 24;

    /// <param name="windowKey">As in <see cref="BudgetSpan.Key"/>.</param>
    public static string Name(string budgetId, string windowKey) => $"{budgetId}@{windowKey}";

    /// <summary>The budget that an account belongs to.</summary>
    public static string BudgetOf(string account) => account[..account.IndexOf('@', StringComparison.Ordinal)];

    /// <summary>Over how many hours an account of this name counts; 0 for one that counts all that was ever posted to it.</summary>
    public static int RollingHours(string account) => account.EndsWith(Rolling, StringComparison.Ordinal) ? HoursRolling : 0;
}
