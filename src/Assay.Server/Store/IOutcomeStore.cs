using System.Runtime.CompilerServices;
using Assay.Outcomes.Ladder;
using Assay.Server.Outcomes;
using Assay.Server.Outcomes.Worth;

namespace Assay.Server.Store;

/// <summary>Outcomes, what happened to them, and what ties them to sessions.</summary>
internal interface IOutcomeStore
{
    /// <summary>
    /// Takes what a delivery tells, in one transaction: adds the steps, finds what it deploys, undoes or brings back, and folds
    /// every outcome that this touches.
    /// </summary>
    /// <returns>The ids of the outcomes told of, in their order; null if the delivery was taken before.</returns>
    ValueTask<IReadOnlyList<string>?> ApplyAsync(OutcomeBatch batch, CancellationToken ct = default);

    ValueTask<Outcome?> FindAsync(string id, CancellationToken ct = default);

    /// <summary>Outcomes, newest first.</summary>
    ValueTask<IReadOnlyList<Outcome>> ListAsync(OutcomeQuery query, CancellationToken ct = default);

    /// <summary>Outcomes that something names in one way or another, newest first.</summary>
    ValueTask<IReadOnlyList<Outcome>> NamedAsync(OutcomeNames names, CancellationToken ct = default);

    /// <summary>What happened to an outcome, in the order of time.</summary>
    ValueTask<IReadOnlyList<KeptStep>> StepsAsync(string id, CancellationToken ct = default);

    /// <summary>What happened to outcomes, by outcome, in the order of time.</summary>
    ValueTask<ILookup<string, KeptStep>> StepsAsync(IReadOnlyCollection<string> ids, CancellationToken ct = default);

    /// <summary>The commits of outcomes, by outcome.</summary>
    ValueTask<ILookup<string, (string Repo, string Sha)>> CommitsAsync(IReadOnlyCollection<string> ids, CancellationToken ct = default);

    /// <summary>Anchors of a period, in the order of time.</summary>
    ValueTask<IReadOnlyList<Anchor>> AnchorsAsync(long fromMs, long toMs, CancellationToken ct = default);

    /// <summary>The anchors of an outcome's commits, in the order of time.</summary>
    ValueTask<IReadOnlyList<Anchor>> AnchorsOfAsync(string id, CancellationToken ct = default);

    /// <summary>Deployments of a period, in the order of time.</summary>
    ValueTask<IReadOnlyList<Deployment>> DeploymentsAsync(long fromMs, long toMs, CancellationToken ct = default);

    /// <summary>All spend of a period, as finely as attribution needs it, in the order of time.</summary>
    ValueTask<IReadOnlyList<SpendSlice>> SpendAsync(long fromMs, long toMs, CancellationToken ct = default);

    /// <summary>The spend of a period that may have led to one outcome, with more that did not; as finely as all spend.</summary>
    ValueTask<IReadOnlyList<SpendSlice>> SpendNearAsync(Outcome outcome, long fromMs, long toMs, CancellationToken ct = default);

    /// <summary>The anchors of some sessions within a period, in the order of time.</summary>
    ValueTask<IReadOnlyList<Anchor>> AnchorsOfAsync(IReadOnlyCollection<string> sessions, long fromMs, long toMs, CancellationToken ct = default);

    /// <summary>The outcomes of a period that some work refs name, commits belong to or people made, with others; newest first.</summary>
    ValueTask<IReadOnlyList<Outcome>> NearAsync(
        (IReadOnlyCollection<string> WorkRefs, IReadOnlyCollection<string> Commits, IReadOnlyCollection<string> People) of, long fromMs, long toMs, CancellationToken ct = default);

    /// <summary>
    /// The same in as few slices as sums allow: sessions and tickets are told apart only where attribution can tell them apart,
    /// and times within the weeks before the end only where it looks at them.
    /// </summary>
    /// <param name="names">What outcomes are called; letters may be of either case.</param>
    ValueTask<IReadOnlyList<SpendSlice>> SpendSumsAsync(long fromMs, long toMs, IReadOnlyCollection<string> names, CancellationToken ct = default);

    /// <summary>Moves with every change: what was computed at one version is right until the next.</summary>
    ValueTask<long> VersionAsync(CancellationToken ct = default);

    /// <summary>Forgets deliveries received, and commits pushed to branches, before a time.</summary>
    ValueTask<int> ForgetDeliveriesAsync(long beforeMs, CancellationToken ct = default);
}

internal static class OutcomeStores
{
    /// <summary>All outcomes that a question asks for, however many.</summary>
    public static async IAsyncEnumerable<Outcome> AllAsync(
        this IOutcomeStore store, OutcomeQuery query, [EnumeratorCancellation] CancellationToken ct)
    {
        while (true)
        {
            var page = await store.ListAsync(query with { Limit = SqlOutcomeStore.LimitMax }, ct);
            foreach (var outcome in page)
            {
                yield return outcome;
            }

            if (page.Count < SqlOutcomeStore.LimitMax)
            {
                yield break;
            }

            query = query with { Before = (page[^1].AtMs, page[^1].Id) };
        }
    }
}

/// <summary>The ways in which something can name outcomes; of each as many as <see cref="EachMax"/> count.</summary>
internal sealed record OutcomeNames
{
    public const int EachMax = 100;

    /// <summary>Whose branches are meant.</summary>
    public string Repo { get; init; } = "";

    /// <summary>Their names at any source: <c>acme/web#87</c>, <c>JRA-412</c>.</summary>
    public IReadOnlyList<string> Refs { get; init; } = [];

    public IReadOnlyList<string> Branches { get; init; } = [];

    /// <summary>Whole hashes.</summary>
    public IReadOnlyList<string> Commits { get; init; } = [];

    /// <summary>Sessions that made commits of them.</summary>
    public IReadOnlyList<string> Sessions { get; init; } = [];

    /// <summary>Tickets that they name.</summary>
    public IReadOnlyList<string> WorkRefs { get; init; } = [];
}

/// <summary>Which outcomes to list. What is null does not matter.</summary>
internal sealed record OutcomeQuery
{
    public string? Kind { get; init; }

    public string? Source { get; init; }

    public string? Repo { get; init; }

    public string? UseCase { get; init; }

    /// <summary>Those that this person made, beside those of <see cref="TeamIds"/>.</summary>
    public string? PersonId { get; init; }

    /// <summary>Only those of these teams.</summary>
    public IReadOnlyList<string>? TeamIds { get; init; }

    public OutcomeRung? Rung { get; init; }

    /// <summary>Those accepted (or else given up, or else offered) from this on.</summary>
    public long? FromMs { get; init; }

    /// <summary>Those accepted (or else given up, or else offered) before this.</summary>
    public long? ToMs { get; init; }

    /// <summary>What counts as now for <see cref="Rung"/>.</summary>
    public long NowMs { get; init; }

    /// <summary>The last of the page before: its <see cref="Outcome.AtMs"/> and id.</summary>
    public (long AtMs, string Id)? Before { get; init; }

    public int Limit { get; init; } = 100;
}
