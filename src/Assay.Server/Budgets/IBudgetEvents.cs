using Assay.Server.Directory;

namespace Assay.Server.Budgets;

/// <summary>
/// Told about requests after they are stored. What it throws is logged and changes nothing: the decision stands.
/// </summary>
internal interface IBudgetEvents
{
    /// <summary>Somebody asked for more.</summary>
    /// <param name="deciders">The people who can decide, by id.</param>
    ValueTask RequestedAsync(
        BudgetRequest request, Budget budget, IReadOnlyList<string> deciders, CancellationToken ct = default);

    /// <summary>A request was granted, in part or whole, lent, or declined; the request says how. Not called for a withdrawal.</summary>
    ValueTask DecidedAsync(BudgetRequest request, Budget budget, CancellationToken ct = default);

    /// <summary>A grant or loan ends soon. Told more than once after a restart and by each node of a fleet.</summary>
    ValueTask EndingAsync(EndingGrant ending, CancellationToken ct = default);
}

/// <summary>What stands in while nobody listens.</summary>
internal sealed class NoBudgetEvents : IBudgetEvents
{
    public ValueTask EndingAsync(EndingGrant ending, CancellationToken ct = default) => ValueTask.CompletedTask;

    public ValueTask RequestedAsync(
        BudgetRequest request, Budget budget, IReadOnlyList<string> deciders, CancellationToken ct = default) =>
        ValueTask.CompletedTask;

    public ValueTask DecidedAsync(BudgetRequest request, Budget budget, CancellationToken ct = default) =>
        ValueTask.CompletedTask;
}
