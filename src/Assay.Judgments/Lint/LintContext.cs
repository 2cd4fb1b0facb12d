using Assay.Judgments.Seals;

namespace Assay.Judgments.Lint;

/// <summary>Everything that rules may look at.</summary>
/// <param name="Log">The entries of the tree that is checked.</param>
/// <param name="Now">The time of the check.</param>
/// <param name="Seals">The entries that are sealed; empty if no history was read.</param>
/// <param name="FirstSeen">The commit that each blob first came with, by blob; empty if no history was read.</param>
/// <param name="BlobOf">The blob of a path, if it is unchanged since it was committed.</param>
/// <param name="Files">Every file of the tree, sorted ordinally; null if it is not known.</param>
/// <param name="IsPart">Only what is checked and what it refers to is in the log: rules that need all of it do not run.</param>
public sealed record LintContext(
    JudgmentLog Log,
    DateTimeOffset Now,
    SealLedger Seals,
    FirstSeenTable FirstSeen,
    Func<string, string?> BlobOf,
    IReadOnlyList<string>? Files,
    bool IsPart = false)
{
    public bool IsSealed(LogEntry entry) => Seals.Find(entry.Judgment.Id) is not null;

    public static LintContext WithoutHistory(JudgmentLog log, DateTimeOffset now) =>
        new(log, now, SealLedger.Empty, FirstSeenTable.Empty, _ => null, null);
}
