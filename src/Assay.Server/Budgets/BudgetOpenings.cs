using System.Globalization;
using System.Runtime.InteropServices;
using Assay.Server.Directory;
using Assay.Server.Store;

namespace Assay.Server.Budgets;

/// <summary>Something that was spent in a budget's window before the budget was there.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Opening(long SpentAtMs, long Money, long Tokens);

/// <summary>
/// Finds what was spent in the present windows of new budgets. One question to the store for each kind of scope and
/// window, however many budgets there are.
/// </summary>
internal sealed class BudgetOpenings(IUsageStore store, BudgetWindows windows)
{
    /// <summary>By budget id; nothing for a budget in whose window nothing was spent.</summary>
    public async ValueTask<ILookup<string, Opening>> FindAsync(
        IReadOnlyCollection<Budget> budgets, TeamTree teams, long nowMs, CancellationToken ct)
    {
        var found = new List<(string BudgetId, Opening Opening)>();
        foreach (var kind in budgets.GroupBy(budget => (budget.Scope.Kind, budget.Window)))
        {
            var (scopeKind, window) = kind.Key;
            var isRolling = window == BudgetWindow.Rolling30D;
            List<UsageDimension> group = [.. Dimension(scopeKind)];
            if (isRolling)
            {
                group.Add(UsageDimension.Hour);
            }

            var rows = await store.QueryAsync(
                new UsageQuery(
                    DateTimeOffset.FromUnixTimeMilliseconds(windows.CountsFrom(window, nowMs)),
                    DateTimeOffset.FromUnixTimeMilliseconds(nowMs + 1),
                    group)
                {
                    Limit = UsageQuery.LimitMax,
                },
                ct);
            foreach (var row in rows)
            {
                var opening = new Opening(
                    isRolling ? HourOf(row.Group[^1]) : nowMs, row.Cost.Nanos, row.Counts.TotalTokens);
                found.AddRange(kind
                    .Where(budget => Counts(budget.Scope, group.Count > 0 ? row.Group[0] : "", teams))
                    .Select(budget => (budget.Id, opening)));
            }
        }

        return found.ToLookup(one => one.BudgetId, one => one.Opening, StringComparer.Ordinal);
    }

    private static IEnumerable<UsageDimension> Dimension(BudgetScopeKind kind) => kind switch
    {
        BudgetScopeKind.Org => [],
        BudgetScopeKind.Team => [UsageDimension.Team],
        BudgetScopeKind.Person => [UsageDimension.Person],
        BudgetScopeKind.Key => [UsageDimension.Key],
        BudgetScopeKind.UseCase => [UsageDimension.UseCase],
        BudgetScopeKind.Agent => [UsageDimension.Agent],
        BudgetScopeKind.Model => [UsageDimension.Model],
        BudgetScopeKind.Provider => [UsageDimension.Provider],
        _ => throw new InvalidOperationException($"Unknown kind of budget scope: {kind}."),
    };

    private static bool Counts(BudgetScope scope, string value, TeamTree teams) => scope.Kind switch
    {
        BudgetScopeKind.Org => true,
        BudgetScopeKind.Team => teams.IsWithin(value, scope.Id),
        BudgetScopeKind.Model => NamePattern.IsMatch(scope.Id, value),
        _ => scope.Id == value,
    };

    private static long HourOf(string hour) =>
        DateTimeOffset.Parse(hour, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
}
