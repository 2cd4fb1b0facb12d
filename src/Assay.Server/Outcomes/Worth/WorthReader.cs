using System.Runtime.CompilerServices;
using Assay.Outcomes.Attribution;
using Assay.Server.Store;

namespace Assay.Server.Outcomes.Worth;

/// <summary>
/// Reads a period's spend and outcomes and joins them. Pages share what one of them read: a book is kept for a minute, and
/// as long as no outcome changed it differs from a new one by that minute's calls only. A book of a large company takes long
/// to read: it stands for longer, and is read anew while pages still show the one before (<see cref="StandingAnswers{TQuestion, TAnswer}"/>).
/// </summary>
internal sealed class WorthReader(IOutcomeStore store, TimeProvider clock)
{
    /// <summary>Work can begin so long before it is accepted.</summary>
    public const long BeforeMs = 21 * DayMs;

    /// <summary>And go on for so long after.</summary>
    public const long AfterMs = 2 * DayMs;

    /// <summary>How many days a book may span.</summary>
    public const int DaysMax = 400;

    private const long DayMs = 24L * 60 * 60 * 1000;
    private const long HourMs = 60L * 60 * 1000;
    private const int KeptMax = 8;
    private static readonly TimeSpan s_kept = TimeSpan.FromMinutes(1);

    private readonly StandingAnswers<(long From, long To, bool IsWhole), WorthBook> _books = new(clock, s_kept, KeptMax);

    /// <summary>
    /// The book of a period, in Unix ms, without its end. Its sums are exact; calls that agree in all that sums are made of
    /// are one slice, also if they are of several sessions.
    /// </summary>
    public ValueTask<WorthBook> ReadAsync(long fromMs, long toMs, CancellationToken ct) => ReadAsync(fromMs, toMs, false, ct);

    /// <summary>The same with every session, ticket and hour; for what shows those.</summary>
    public ValueTask<WorthBook> ReadWholeAsync(long fromMs, long toMs, CancellationToken ct) => ReadAsync(fromMs, toMs, true, ct);

    private async ValueTask<WorthBook> ReadAsync(long fromMs, long toMs, bool isWhole, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fromMs, toMs);
        if (toMs - fromMs > DaysMax * DayMs)
        {
            throw new ArgumentOutOfRangeException(nameof(toMs), toMs, $"A book spans at most {DaysMax} days.");
        }

        return (await _books.AskAsync((fromMs, toMs, isWhole), async stop => await MakeAsync(fromMs, toMs, stop, isWhole), ct)).Answer;
    }

    /// <summary>Reads a book anew; for what looks at each once.</summary>
    public async Task<WorthBook> MakeAsync(long fromMs, long toMs, CancellationToken ct, bool isWhole = true)
    {
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var (outcomes, commits, anchors) = await AroundAsync(fromMs, toMs, nowMs, ct);
        var slices = isWhole
            ? await store.SpendAsync(fromMs, toMs, ct)
            : await store.SpendSumsAsync(fromMs, toMs, [.. outcomes.SelectMany(outcome => outcome.Names)], ct);
        return new WorthBook((fromMs, toMs), nowMs, slices, anchors, outcomes, commits);
    }

    /// <summary>
    /// A book with only what one outcome depends on: the spend of sessions that have to do with it and of calls that name it, and
    /// whatever else these may have served. What it says of the outcome is what the whole book of the period says; of anything else
    /// it says nothing that is right.
    /// </summary>
    public async Task<WorthBook> MakeOfAsync(Outcome outcome, long fromMs, long toMs, CancellationToken ct)
    {
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var (from, to) = (fromMs - AfterMs, toMs + BeforeMs);
        var slices = await store.SpendNearAsync(outcome, fromMs, toMs, ct);
        var anchors = await store.AnchorsOfAsync(Of(slices.Select(slice => slice.Session)), from, to, ct);
        var outcomes = await store.NearAsync(
            ([.. Of(slices.Select(slice => slice.WorkRef)), outcome.Ref], Of(anchors.Select(anchor => anchor.Sha)), Of(slices.Select(slice => slice.PersonId))), from, to, ct);
        var commits = await store.CommitsAsync([.. outcomes.Select(o => o.Id)], ct);
        return new WorthBook((fromMs, toMs), nowMs, slices, anchors, outcomes, commits);

        static IReadOnlyCollection<string> Of(IEnumerable<string> values) => values.Where(value => value.Length > 0).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>
    /// The parts of a period's spend in the order of time, the same as a book of it has. Outcomes and commits are kept in memory
    /// meanwhile, spend only an hour at a time.
    /// </summary>
    public async IAsyncEnumerable<AttributedPart> PartsAsync(long fromMs, long toMs, [EnumeratorCancellation] CancellationToken ct)
    {
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var (outcomes, commits, anchors) = await AroundAsync(fromMs, toMs, nowMs, ct);
        var attribution = new CallAttribution(
            [.. anchors.Select(WorthRowsOf.Anchor)], [.. outcomes.Select(outcome => WorthRowsOf.Outcome(outcome, [.. commits[outcome.Id].Select(c => c.Sha)]))]);
        for (var at = fromMs; at < toMs; at += HourMs)
        {
            // By the hour of the org, as the groups of calls are: none is cut in two.
            foreach (var slice in await store.SpendAsync(at, Math.Min(at + HourMs, toMs), ct))
            {
                foreach (var part in attribution.Of(WorthRowsOf.Call(slice)))
                {
                    yield return new AttributedPart(slice, part, part.Outcome < 0 ? null : outcomes[part.Outcome], nowMs);
                }
            }
        }
    }

    private async Task<(List<Outcome> Outcomes, ILookup<string, (string Repo, string Sha)> Commits, IReadOnlyList<Anchor> Anchors)> AroundAsync(
        long fromMs, long toMs, long nowMs, CancellationToken ct)
    {
        var query = new OutcomeQuery { FromMs = fromMs - AfterMs, ToMs = toMs + BeforeMs, NowMs = nowMs };
        var outcomes = await store.AllAsync(query, ct).ToListAsync(ct);
        return (outcomes, await store.CommitsAsync([.. outcomes.Select(outcome => outcome.Id)], ct), await store.AnchorsAsync(fromMs - AfterMs, toMs + BeforeMs, ct));
    }
}

/// <summary>A part of what was spent, and what it went to.</summary>
internal sealed record AttributedPart(SpendSlice Slice, SpendPart Part, Outcome? Outcome, long NowMs);
