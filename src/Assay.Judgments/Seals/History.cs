namespace Assay.Judgments.Seals;

/// <param name="OldBlob">Null if the path was added.</param>
/// <param name="NewBlob">Null if the path was deleted.</param>
public sealed record HistoryChange(string Path, string? OldBlob, string? NewBlob);

/// <param name="Id">The commit's hash; empty for what is not committed yet.</param>
/// <param name="JudgedBy">The values of its <c>Judged-by</c> trailers.</param>
public sealed record HistoryCommit(
    string Id,
    DateTimeOffset At,
    string AuthorEmail,
    IReadOnlyList<string> JudgedBy,
    IReadOnlyList<HistoryChange> Changes);
