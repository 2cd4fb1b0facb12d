using Assay.Server.Directory;

namespace Assay.Server.Store;

/// <summary>Teams, people, agents, keys and budgets, and who changed them.</summary>
internal interface IDirectoryStore
{
    /// <summary>Moves in the same transaction as every change; nodes watch it. 0 for an empty directory.</summary>
    ValueTask<long> VersionAsync(CancellationToken ct = default);

    /// <summary>The whole directory at one version.</summary>
    ValueTask<DirectoryData> LoadAsync(CancellationToken ct = default);

    /// <summary>
    /// Makes all the changes or none, writes who changed what from what to what, and returns the new version. Changes
    /// that change nothing leave no audit row, and if none of them changes anything the version stays.
    /// </summary>
    /// <param name="actor">Who asked for it: a person's id, or a word such as <c>setup</c>.</param>
    /// <exception cref="DirectoryConflictException">A change contradicts the directory; the message says how.</exception>
    ValueTask<long> ChangeAsync(
        IReadOnlyList<DirectoryChange> changes, string actor, CancellationToken ct = default);

    /// <summary>Who changed what, newest first.</summary>
    /// <param name="after">The last entry of the page before.</param>
    ValueTask<IReadOnlyList<AuditEntry>> AuditAsync(long? after, int limit, CancellationToken ct = default);
}

/// <summary>One change of the directory as it was recorded.</summary>
/// <param name="Version">The directory's version after it.</param>
/// <param name="Action">The kind of change, as in <c>PutTeam</c>.</param>
/// <param name="Subject">What was changed, as in <c>team:platform</c>.</param>
/// <param name="Before">The record before, as JSON without secrets; null if there was none.</param>
/// <param name="After">The record after; null if it was removed.</param>
internal sealed record AuditEntry(
    long Id, long AtMs, long Version, string Actor, string Action, string Subject, string? Before, string? After);
