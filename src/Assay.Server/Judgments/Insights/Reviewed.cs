using Assay.Judgments.Entries;

namespace Assay.Server.Judgments.Insights;

/// <summary>How decisions turned out, as far as somebody looked.</summary>
internal sealed record Reviewed(int Decisions, int Held, int Partly, int Failed, int Moot)
{
    public int Looked => Held + Partly + Failed + Moot;

    public int Open => Decisions - Looked;

    /// <summary>The share that held; moot ones say nothing about it.</summary>
    public Wilson Share => new(Held, Held + Partly + Failed);

    public static Reviewed Of(IEnumerable<FoundEntry> entries)
    {
        var (decisions, counts) = (0, new int[4]);
        foreach (var entry in entries)
        {
            decisions++;
            if (ResultOf(entry) is { } result)
            {
                counts[(int)result]++;
            }
        }

        return new Reviewed(decisions, counts[0], counts[1], counts[2], counts[3]);
    }

    /// <summary>What the newest accepted review says; null if there is none.</summary>
    public static ReviewResult? ResultOf(FoundEntry found) => found.Log.Log.ReviewsOf(found.Judgment.Id)
        .Where(r => r.Judgment is { Status: JudgmentStatus.Accepted, Result: not null })
        .OrderBy(r => r.Judgment.DecidedAt.UtcTicks).LastOrDefault()?.Judgment.Result;
}
