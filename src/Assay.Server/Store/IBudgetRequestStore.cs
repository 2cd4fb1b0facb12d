using Assay.Server.Budgets;
using Assay.Server.Directory;

namespace Assay.Server.Store;

/// <summary>Requests for more of a budget. Every step of one leaves a row in the audit.</summary>
internal interface IBudgetRequestStore
{
    ValueTask<BudgetRequest?> FindAsync(string id, CancellationToken ct = default);

    /// <summary>Requests, newest first.</summary>
    ValueTask<IReadOnlyList<BudgetRequest>> ListAsync(BudgetRequestQuery query, CancellationToken ct = default);

    /// <summary>Adds an open request, unless the person has one for this budget already, which is returned then.</summary>
    ValueTask<BudgetRequest?> AddAsync(BudgetRequest request, CancellationToken ct = default);

    /// <summary>
    /// Closes an open request and makes the changes that answer it, all or nothing. Of two who decide at once, one does
    /// and the other is told what the first decided.
    /// </summary>
    /// <param name="closed">The request as it will be.</param>
    /// <param name="directoryVersion">The directory that the decision was made on; another one leaves everything undone.</param>
    /// <param name="actor">Who closes it, for the audit.</param>
    /// <exception cref="DirectoryConflictException">A change contradicts the directory; the message says how.</exception>
    ValueTask<RequestClosing> CloseAsync(
        BudgetRequest closed,
        IReadOnlyList<DirectoryChange> changes,
        long directoryVersion,
        string actor,
        CancellationToken ct = default);
}

/// <summary>Which requests to list.</summary>
/// <param name="State">As of <paramref name="NowMs"/>; null for every state.</param>
/// <param name="AskedBy">A person's id; null for everybody.</param>
/// <param name="Before">The last request of the page before.</param>
internal sealed record BudgetRequestQuery(
    long NowMs, BudgetRequestState? State, string? AskedBy, string? Before, int Limit);

internal enum RequestClosingStatus : byte
{
    Done,

    /// <summary>It was not open any more; the request says what became of it.</summary>
    Closed,

    /// <summary>The directory has changed since: look again.</summary>
    Stale,
    Missing,
}

/// <param name="Request">The request as it is now; null if there is none.</param>
internal sealed record RequestClosing(RequestClosingStatus Status, BudgetRequest? Request);
