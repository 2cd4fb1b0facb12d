using Assay.Server.Directory;

namespace Assay.Server.Budgets;

/// <summary>A budget has used so much of its limit. Told once for each budget, window and share, but again after a restart.</summary>
/// <param name="WindowKey">Names the window, as in <see cref="BudgetSpan.Key"/>.</param>
/// <param name="WindowEndMs">When it renews, in Unix milliseconds; <see cref="long.MaxValue"/> for never.</param>
/// <param name="Percent">
/// The share that was passed: 50, 80, 95, or 100 when a call found no room, or for a budget that only warns when all of it
/// is used.
/// </param>
/// <param name="Posted">In the budget's unit.</param>
/// <param name="Limit">The effective limit, in the budget's unit.</param>
/// <param name="People">The people who spend it, by id: for a person's, agent's or key's budget; else none.</param>
/// <param name="Owners">Those who answer for it, by id.</param>
internal sealed record BudgetAlert(
    Budget Budget,
    string WindowKey,
    long WindowEndMs,
    int Percent,
    long Posted,
    long Limit,
    IReadOnlyList<string> People,
    IReadOnlyList<string> Owners);

/// <summary>Told when budgets run low. What it throws is logged, and the alert is tried again.</summary>
internal interface IBudgetAlerts
{
    ValueTask RaiseAsync(BudgetAlert alert, CancellationToken ct = default);

    /// <summary>The limit was raised: what was said about the lower one, and nobody has heard yet, need not be said.</summary>
    ValueTask EaseAsync(Budget budget, CancellationToken ct = default);
}

/// <summary>What stands in while nobody listens.</summary>
internal sealed class NoBudgetAlerts : IBudgetAlerts
{
    public ValueTask RaiseAsync(BudgetAlert alert, CancellationToken ct = default) => ValueTask.CompletedTask;

    public ValueTask EaseAsync(Budget budget, CancellationToken ct = default) => ValueTask.CompletedTask;
}
