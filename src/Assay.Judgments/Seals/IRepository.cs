namespace Assay.Judgments.Seals;

/// <param name="Root">The folder of the working tree.</param>
/// <param name="GitDirectory">Where git keeps this working tree's own files.</param>
/// <param name="CommonDirectory">Where git keeps what all working trees of the repository share.</param>
/// <param name="Head">The commit that is checked out; null if there is none yet.</param>
/// <param name="DefaultRef">The default branch as git names it, as <c>refs/remotes/origin/main</c>; null if there is no commit.</param>
/// <param name="DefaultTip">The commit of the default branch; null if there is none.</param>
public sealed record RepositoryFacts(
    string Root, string GitDirectory, string CommonDirectory, bool IsShallow, string? Head, string? DefaultRef, string? DefaultTip);

/// <param name="Blob">The blob in the index; null if the file on disk differs from it, or is not tracked.</param>
public sealed record TreeFile(string Path, string? Blob);

/// <param name="Main">The commits along the first parents of the default branch that touch entries, oldest first.</param>
/// <param name="All">All commits that touch entries, oldest first, without merges.</param>
public sealed record RepositoryHistory(IReadOnlyList<HistoryCommit> Main, IReadOnlyList<HistoryCommit> All);

/// <param name="Added">Lines that came, of files in which names of dependencies stand; empty for others.</param>
/// <param name="Removed">Lines that went.</param>
public sealed record ChangedFile(string Path, bool IsDeleted, IReadOnlyList<string> Added, IReadOnlyList<string> Removed);

/// <param name="Files">Everything that changed.</param>
/// <param name="Judgments">The values of <c>Judgment</c> trailers of the commits in it.</param>
public sealed record ChangedRange(IReadOnlyList<ChangedFile> Files, IReadOnlyList<string> Judgments);

/// <summary>An entry on another branch.</summary>
/// <param name="Ref">The branch by which the commit was found.</param>
public sealed record ForeignBlob(string Ref, string Path, string Blob);

/// <summary>
/// What the log asks of git. Each call is a few processes at most, however many files and commits there are.
/// </summary>
public interface IRepository
{
    /// <param name="defaultBranch">The default branch's name if the configuration says it.</param>
    Task<RepositoryFacts> DescribeAsync(string? defaultBranch, CancellationToken cancellation);

    /// <summary>All files of the index, or of the working tree with those that are not tracked.</summary>
    Task<IReadOnlyList<TreeFile>> FilesAsync(bool staged, CancellationToken cancellation);

    /// <summary>The contents of blobs, in the order asked for; null for one that is missing.</summary>
    Task<IReadOnlyList<byte[]?>> BlobsAsync(IReadOnlyList<string> blobs, CancellationToken cancellation);

    /// <summary>A file of the working tree, limited in size; null if it cannot be read.</summary>
    byte[]? ReadFile(string path, int bytesMax);

    /// <summary>The blobs that files of the working tree would have if they were added.</summary>
    Task<IReadOnlyList<string>> HashAsync(IReadOnlyList<string> paths, CancellationToken cancellation);

    /// <summary>Every change of entries that leads to the default branch and to HEAD.</summary>
    Task<RepositoryHistory> HistoryAsync(RepositoryFacts facts, CancellationToken cancellation);

    /// <summary>What the index or the working tree changed in entries since it left a branch.</summary>
    Task<IReadOnlyList<HistoryChange>> ChangesSinceAsync(string revision, bool staged, CancellationToken cancellation);

    /// <summary>What changed since HEAD left a revision, or, if that is null, what the next commit would change.</summary>
    Task<ChangedRange> RangeAsync(string? since, CancellationToken cancellation);

    /// <summary>Entries that other branches brought and HEAD does not have.</summary>
    Task<IReadOnlyList<ForeignBlob>> ForeignAsync(CancellationToken cancellation);
}
