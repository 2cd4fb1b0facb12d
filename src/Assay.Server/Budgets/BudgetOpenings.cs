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
            List<UsageDimension> group = [.. BudgetScopes.Dimension(scopeKind)];
            if (isRolling)
            {
                group.Add(UsageDimension.Hour);
            }

            var rows = await store.QueryAllAsync(
                new UsageQuery(
                    DateTimeOffset.FromUnixTimeMilliseconds(windows.CountsFrom(window, nowMs)),
                    DateTimeOffset.FromUnixTimeMilliseconds(nowMs + 1),
                    group),
                ct);
            var find = BudgetScopes.Finder([.. kind], budget => budget.Scope, scopeKind, teams);
            foreach (var row in rows)
            {
                var opening = new Opening(
                    isRolling ? HourOf(row.Group[^1]) : nowMs, row.Cost.Nanos, row.Counts.TotalTokens);
                found.AddRange(find(scopeKind == BudgetScopeKind.Org ? "" : row.Group[0])
                    .Select(budget => (budget.Id, opening)));
            }
        }

        return found.ToLookup(one => one.BudgetId, one => one.Opening, StringComparer.Ordinal);
    }

    private static long HourOf(string hour) =>
        DateTimeOffset.Parse(hour, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
}
