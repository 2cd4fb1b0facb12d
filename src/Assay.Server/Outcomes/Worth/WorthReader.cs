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
    private const int KeptMax = 8;
    private static readonly TimeSpan s_kept = TimeSpan.FromMinutes(1);

    private readonly StandingAnswers<(long From, long To, bool IsWhole), WorthBook> _books = new(clock, s_kept, KeptMax);

    /// <summary>Whether books take so long that they had better be read before somebody asks.</summary>
    public bool IsCostly => _books.HasCostly;

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
        var query = new OutcomeQuery { FromMs = fromMs - AfterMs, ToMs = toMs + BeforeMs, NowMs = nowMs };
        var outcomes = await store.AllAsync(query, ct).ToListAsync(ct);
        var slices = isWhole
            ? await store.SpendAsync(fromMs, toMs, ct)
            : await store.SpendSumsAsync(fromMs, toMs, [.. outcomes.SelectMany(WorthBook.NamesOf)], ct);
        var commits = await store.CommitsAsync([.. outcomes.Select(outcome => outcome.Id)], ct);
        var anchors = await store.AnchorsAsync(fromMs - AfterMs, toMs + BeforeMs, ct);
        return new WorthBook((fromMs, toMs), nowMs, slices, anchors, outcomes, commits);
    }
}
