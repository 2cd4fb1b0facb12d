namespace Assay.Judgments.Seals;

/// <summary>An entry as it stands on the default branch, and the commit that brought it.</summary>
/// <param name="Blob">Git's name of the content, which whoever is given the text can check.</param>
/// <param name="Author">The e-mail address of that commit's author.</param>
/// <param name="JudgedBy">The values of its <c>Judged-by</c> trailers.</param>
public sealed record SnapshotEntry(
    string Path, string Blob, string Text, string Commit, DateTimeOffset CommittedAt, string Author, IReadOnlyList<string> JudgedBy);

/// <param name="Breach"><c>edited</c> or <c>deleted</c>.</param>
public sealed record SnapshotBreach(Guid Id, string Breach, string Commit, string Path);

/// <summary>What a keeper outside of git is told of a repository: the entries of its default branch, and the seals.</summary>
/// <param name="Head">The commit of the default branch.</param>
/// <param name="Unreadable">Files that are no text; they are not among the entries.</param>
public sealed record RepositorySnapshot(
    string Head,
    IReadOnlyList<SnapshotEntry> Entries,
    IReadOnlyList<Seal> Seals,
    IReadOnlyList<SnapshotBreach> Breaches,
    int Unreadable);
