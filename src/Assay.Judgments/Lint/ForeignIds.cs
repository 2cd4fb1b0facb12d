using Assay.Judgments.Entries;
using Assay.Judgments.Seals;

namespace Assay.Judgments.Lint;

/// <summary>
/// JL002 across branches. A check of each branch alone cannot see that two of them use one id, and git merges both files
/// without a conflict. The same entry on two branches is no finding: it has the same path, the same blob or the same title.
/// </summary>
internal static class ForeignIds
{
    public static void Check(
        LintContext context, IReadOnlyList<ForeignBlob> foreign, Func<string, ReadEntry?> read, List<Finding> findings)
    {
        var reported = new HashSet<Guid>();
        foreach (var other in foreign)
        {
            if (read(other.Blob)?.Entry is { } theirs
                && context.Log.Find(theirs.Id) is { } ours
                && ours.Path != other.Path
                && context.BlobOf(ours.Path) != other.Blob
                && ours.Judgment.Title != theirs.Title
                && ours.Judgment.DecidedAt != theirs.DecidedAt
                && reported.Add(theirs.Id))
            {
                Linter.Report(findings, "JL002", ours, "id",
                    $"{other.Path} on {other.Ref} has this id as well: give the newer of the two a new one before they are merged.");
            }
        }
    }
}
