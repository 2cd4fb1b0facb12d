using System.Data.Common;
using Assay.Server.Budgets;
using Assay.Server.Directory;
using Dapper;

namespace Assay.Server.Store;

/// <summary>
/// Checks within the transaction that changes leave the parts of every budget within the whole, so that two nodes, or a
/// node and <c>assay apply</c>, cannot break together what neither breaks alone. Grants and loans with an end are left to
/// those who decide about them (see <see cref="Allocation.ForGood"/>).
/// </summary>
internal sealed class AllocationGuard
{
    // Beyond this many, reading everything is less work than picking.
    private const int PickMax = 500;

    private readonly IReadOnlyList<DirectoryChange> _changes;
    private readonly HashSet<string> _ids;
    private readonly BudgetTree _before;

    private AllocationGuard(IReadOnlyList<DirectoryChange> changes, HashSet<string> ids, BudgetTree before)
    {
        _changes = changes;
        _ids = ids;
        _before = before;
    }

    /// <summary>Null if the changes cannot break anything.</summary>
    public static async ValueTask<AllocationGuard?> BeforeAsync(
        DbTransaction transaction, IReadOnlyList<DirectoryChange> changes, CancellationToken ct)
    {
        var ids = Allocation.Touched(changes).ToHashSet(StringComparer.Ordinal);
        foreach (var put in changes.OfType<DirectoryChange.PutBudget>())
        {
            // The parents as they will be; those that there are now are found in the database.
            if (put.Budget.ParentId is { } parentId)
            {
                ids.Add(parentId);
            }
        }

        return ids.Count == 0 ? null : new AllocationGuard(changes, ids, await ReadAsync(transaction, ids, ct));
    }

    /// <exception cref="DirectoryConflictException">The changes break something; the message says what and by how much.</exception>
    public async ValueTask AfterAsync(DbTransaction transaction, CancellationToken ct)
    {
        var after = await ReadAsync(transaction, _ids, ct);
        foreach (var removed in _changes.OfType<DirectoryChange.RemoveBudget>())
        {
            if (after.Find(removed.BudgetId) is null && after.ChildrenOf(removed.BudgetId).FirstOrDefault() is { } child)
            {
                throw new DirectoryConflictException(
                    $"Budget {child.Id} is allocated from budget {removed.BudgetId}: remove it, or allocate it from another budget, first.");
            }
        }

        if (Allocation.FaultInChanges(_before, after, _changes, Allocation.ForGood, b => $"budget {b.Id} of {b.Scope}") is { } fault)
        {
            throw new DirectoryConflictException(fault);
        }
    }

    /// <summary>The budgets, the ones above and below them, and all grants of those.</summary>
    private static async ValueTask<BudgetTree> ReadAsync(
        DbTransaction transaction, HashSet<string> ids, CancellationToken ct)
    {
        if (ids.Count > PickMax)
        {
            return new BudgetTree(
                await DirectoryTables.Budgets.LoadAsync(transaction, ct),
                await DirectoryTables.Grants.LoadAsync(transaction, ct));
        }

        var (ours, parameters) = List(ids);
        var parents = await transaction.Connection!.QueryAsync<string>(new CommandDefinition(
            $"select parent_id from budget where id in ({ours}) and parent_id is not null",
            parameters,
            transaction,
            cancellationToken: ct));
        (ours, parameters) = List(ids.Union(parents, StringComparer.Ordinal));
        var family = $"id in ({ours}) or parent_id in ({ours})";
        return new BudgetTree(
            await DirectoryTables.Budgets.LoadWhereAsync(transaction, family, parameters, ct),
            await DirectoryTables.Grants.LoadWhereAsync(
                transaction,
                $"budget_id in (select id from budget where {family}) or lender_id in (select id from budget where {family})",
                parameters,
                ct));
    }

    // Dapper expands a list for SQLite, but hands it to PostgreSQL as an array.
    private static (string Names, DynamicParameters Values) List(IEnumerable<string> ids)
    {
        var values = new DynamicParameters();
        var names = new List<string>();
        foreach (var id in ids)
        {
            var name = $"id{names.Count}";
            names.Add("@" + name);
            values.Add(name, id);
        }

        return (string.Join(", ", names), values);
    }
}
