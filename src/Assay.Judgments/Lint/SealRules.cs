using Assay.Judgments.Entries;
using Assay.Judgments.Seals;

namespace Assay.Judgments.Lint;

/// <summary>JL100 and JL101: what the replay of the history found.</summary>
internal static class SealRules
{
    public static void Check(LintContext context, List<Finding> findings)
    {
        foreach (var broken in context.Seals.Broken)
        {
            findings.Add(Describe(broken));
        }
    }

    private static Finding Describe(BrokenSeal broken)
    {
        var seal = $"sealed in {broken.Seal.Commit[..12]} on {JudgmentWriter.Time(broken.Seal.At)[..10]}";
        var where = broken.Commit.Length == 0 ? "here" : $"in {broken.Commit[..12]}";
        var (rule, what, instead) = broken.Breach == SealBreach.Edited
            ? ("JL100", "changed", "Write a new entry that supersedes it")
            : ("JL101", "deleted", "Write a new entry that supersedes it, and keep the old one");
        var then = broken.RestoredIn switch
        {
            null => $"{instead}; `git checkout {broken.Seal.Commit[..12]} -- {broken.Seal.Path}` or the like brings it back.",
            "" => "It is back now; the history says so as well.",
            { } commit => $"It came back in {commit[..12]}; the history keeps both.",
        };
        return Linter.Report(rule, broken.Path, (1, 1), $"Entry {broken.Seal.Id:D}, {seal}, was {what} {where}. {then}");
    }
}
