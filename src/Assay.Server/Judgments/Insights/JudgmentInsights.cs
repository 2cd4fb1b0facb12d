using Assay.Judgments.Entries;
using Assay.Server.Directory;

namespace Assay.Server.Judgments.Insights;

/// <summary>Why an entry is on the list of what to pay down.</summary>
internal enum DebtReason
{
    /// <summary>Its owner was not sure, and nobody looked again.</summary>
    UnsureAndUnreviewed,

    ReviewOverdue,

    /// <summary>Its owner is not here any more.</summary>
    NobodyOwnsIt,

    /// <summary>It says what would change the decision, and nobody checked for months.</summary>
    AssumptionUnchecked,
}

internal sealed record DebtItem(FoundEntry Found, IReadOnlyList<DebtReason> Reasons);

/// <summary>A band of stated confidence, and what became of the decisions in it.</summary>
/// <param name="Stated">The mean of what was stated; 0 if there are none.</param>
internal sealed record ConfidenceBand(int From, int To, double Stated, Reviewed Outcome);

/// <param name="OnTime">Written down within a day of the decision.</param>
internal sealed record MomentMonth(DateOnly Month, Wilson OnTime);

/// <summary>What the log tells when it is looked at as a whole. All of it is about decisions, none of it ranks a person.</summary>
internal sealed class JudgmentInsights
{
    public const int UnsureBelow = 50;
    public static readonly TimeSpan Pressure = TimeSpan.FromHours(24);
    public static readonly TimeSpan Moment = TimeSpan.FromHours(24);

    private const int AssumptionDays = 90;
    private const int MonthsMax = 12;

    private static readonly (int From, int To)[] s_bands = [(0, 39), (40, 59), (60, 79), (80, 100)];

    private readonly DirectorySnapshot _directory;
    private readonly DateTimeOffset _now;
    private readonly List<FoundEntry> _decisions = [];
    private readonly List<FoundEntry> _live = [];

    public JudgmentInsights(IReadOnlyList<RepositoryLog> logs, DirectorySnapshot directory, DateTimeOffset now)
    {
        (_directory, _now) = (directory, now);
        foreach (var log in logs)
        {
            foreach (var entry in log.Log.Entries)
            {
                if (entry.Judgment is { Status: JudgmentStatus.Accepted, IsReview: false })
                {
                    var found = new FoundEntry(log, entry);
                    _decisions.Add(found);
                    if (log.Log.IsLive(entry))
                    {
                        _live.Add(found);
                    }
                }
            }
        }
    }

    public int Decisions => _decisions.Count;

    /// <summary>What is to be paid down, the most reasons first, then the oldest.</summary>
    public IReadOnlyList<DebtItem> Debt() =>
    [
        .. _live.Select(found => new DebtItem(found, [.. ReasonsOf(found)])).Where(item => item.Reasons.Count > 0)
            .OrderByDescending(item => item.Reasons.Count).ThenBy(item => item.Found.Judgment.DecidedAt.UtcTicks),
    ];

    /// <summary>Decided within a day of a deadline by somebody who was not sure.</summary>
    public IReadOnlyList<FoundEntry> UnderPressure() =>
    [
        .. _live.Where(f => f.Judgment.Confidence < UnsureBelow && f.Judgment.Deadline is { } deadline
                && deadline - f.Judgment.DecidedAt <= Pressure && deadline >= f.Judgment.DecidedAt - Pressure)
            .OrderByDescending(f => f.Judgment.DecidedAt.UtcTicks),
    ];

    /// <summary>Live decisions that name nothing they were chosen over.</summary>
    public IReadOnlyList<FoundEntry> WithoutAlternative() =>
    [
        .. _live.Where(f => f.Judgment.Stage != JudgmentStage.Signal && f.Judgment.Rejected.Count == 0)
            .OrderByDescending(f => f.Judgment.DecidedAt.UtcTicks),
    ];

    public IReadOnlyList<FoundEntry> Overrides() =>
        [.. _decisions.Where(f => f.Judgment.Ai.Relation == AiRelation.Overrode).OrderByDescending(f => f.Judgment.DecidedAt.UtcTicks)];

    /// <summary>How decisions turned out by what the human did with the AI's proposal.</summary>
    public IReadOnlyList<(AiRelation Relation, Reviewed Outcome)> ByRelation() =>
        [.. Enum.GetValues<AiRelation>().Select(r => (r, Reviewed.Of(_decisions.Where(f => f.Judgment.Ai.Relation == r))))];

    public IReadOnlyList<ConfidenceBand> Calibration() =>
    [
        .. s_bands.Select(band =>
        {
            var within = _decisions.Where(f => f.Judgment.Confidence is { } sure && sure >= band.From && sure <= band.To).ToList();
            return new ConfidenceBand(
                band.From, band.To, within.Count == 0 ? 0 : within.Average(f => f.Judgment.Confidence!.Value), Reviewed.Of(within));
        }),
    ];

    /// <summary>The share written down within a day of the decision, for the last months with decisions, oldest first.</summary>
    public IReadOnlyList<MomentMonth> AtTheMoment() =>
    [
        .. _decisions.Where(f => f.Log.CommitOf(f.Entry) is not null && f.Judgment.Origin is null)
            .GroupBy(f => new DateOnly(f.Judgment.DecidedAt.Year, f.Judgment.DecidedAt.Month, 1))
            .OrderByDescending(g => g.Key).Take(MonthsMax)
            .Select(g => new MomentMonth(
                g.Key,
                new Wilson(g.Count(f => f.Log.CommitOf(f.Entry)!.CommittedAt - f.Judgment.DecidedAt <= Moment), g.Count())))
            .Reverse(),
    ];

    private IEnumerable<DebtReason> ReasonsOf(FoundEntry found)
    {
        var judgment = found.Judgment;
        var isReviewed = found.Log.Log.ReviewsOf(judgment.Id).Count > 0;
        if (judgment.Confidence < UnsureBelow && !isReviewed)
        {
            yield return DebtReason.UnsureAndUnreviewed;
        }

        if (found.Log.Log.IsReviewOverdue(found.Entry, _now))
        {
            yield return DebtReason.ReviewOverdue;
        }

        if (IsOrphan(judgment.Owner))
        {
            yield return DebtReason.NobodyOwnsIt;
        }

        if (!isReviewed && (_now - judgment.DecidedAt).TotalDays > AssumptionDays
            && (judgment.Text(SectionNames.ChangeOfMind).Length > 0 || judgment.Rejected.Any(r => r.Reconsider is not null)))
        {
            yield return DebtReason.AssumptionUnchecked;
        }
    }

    /// <summary>A handle is known to the code host, not to this directory, so that nothing follows from not finding it.</summary>
    private bool IsOrphan(string? owner) => owner is null
        || (owner.Contains('@', StringComparison.Ordinal) && !owner.StartsWith('@')
            && (_directory.FindPersonByEmail(owner) is not { } person || person.DisabledAtMs <= _now.ToUnixTimeMilliseconds()));
}
