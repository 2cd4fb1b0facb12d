using Assay.Judgments.Entries;

namespace Assay.Judgments.Lint;

/// <summary>JL006, JL007, JL017 and JL018: when it was decided, committed, named and due.</summary>
internal static class TimeRules
{
    // Clocks of two machines differ; more than this is no difference of clocks.
    private static readonly TimeSpan s_clockSkewMax = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_lateAfter = TimeSpan.FromHours(24);

    public static void Check(LintContext context, LogEntry entry, List<Finding> findings)
    {
        var judgment = entry.Judgment;
        if (judgment.DecidedAt > context.Now + s_clockSkewMax)
        {
            Linter.Report(findings, "JL006", entry, "decided_at", $"decided_at {JudgmentWriter.Time(judgment.DecidedAt)} is in the future.");
        }
        else if (context.FirstSeen.Find(context.BlobOf(entry.Path)) is { } commit)
        {
            if (judgment.DecidedAt > commit.At + s_clockSkewMax)
            {
                Linter.Report(findings, "JL006", entry, "decided_at",
                    $"decided_at is after the commit that brought it ({commit.Id[..12]}, {JudgmentWriter.Time(commit.At)}).");
            }
            else if (judgment.Origin is null && commit.At - judgment.DecidedAt > s_lateAfter)
            {
                Linter.Report(findings, "JL007", entry, "decided_at",
                    $"It was committed {(int)(commit.At - judgment.DecidedAt).TotalHours} hours after the decision: it is shown as retroactive.");
            }
        }

        if (FileName.DayOf(entry.Path) != DateOnly.FromDateTime(judgment.DecidedAt.DateTime))
        {
            Linter.Report(findings, "JL017", entry, "decided_at",
                $"The file's name must begin with the day of the decision: {JudgmentWriter.Date(DateOnly.FromDateTime(judgment.DecidedAt.DateTime))}-.");
        }

        if (context.Log.IsReviewOverdue(entry, context.Now))
        {
            Linter.Report(findings, "JL018", entry, "review_by",
                $"Its review was due on {JudgmentWriter.Date(judgment.ReviewBy!.Value)}: `assay judge review {JudgmentId.Tail(judgment.Id)}`.");
        }
    }
}
