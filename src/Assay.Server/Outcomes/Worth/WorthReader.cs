using Assay.Server.Store;

namespace Assay.Server.Outcomes.Worth;

/// <summary>
/// Reads a period's spend and outcomes and joins them. Pages share what one of them read: a book is kept for a minute, and
/// as long as no outcome changed it differs from a new one by that minute's calls only.
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

    private readonly Lock _lock = new();
    private readonly Dictionary<(long From, long To), (DateTimeOffset ReadAt, Task<WorthBook> Book)> _books = [];

    /// <summary>The book of a period, in Unix ms, without its end.</summary>
    public async ValueTask<WorthBook> ReadAsync(long fromMs, long toMs, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fromMs, toMs);
        if (toMs - fromMs > DaysMax * DayMs)
        {
            throw new ArgumentOutOfRangeException(nameof(toMs), toMs, $"A book spans at most {DaysMax} days.");
        }

        Task<WorthBook> book;
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            foreach (var old in _books.Where(b => now - b.Value.ReadAt >= s_kept || now < b.Value.ReadAt || b.Value.Book.IsFaulted).Where(b => b.Value.Book.IsCompleted).ToList())
            {
                _books.Remove(old.Key);
            }

            if (_books.TryGetValue((fromMs, toMs), out var kept))
            {
                book = kept.Book;
            }
            else
            {
                if (_books.Count >= KeptMax)
                {
                    _books.Remove(_books.MinBy(b => b.Value.ReadAt).Key);
                }

                // Whoever waits may leave; what is read is for the others, too.
                book = Task.Run(
                    async () =>
                    {
                        var made = await MakeAsync(fromMs, toMs, CancellationToken.None);
                        Keep((fromMs, toMs));
                        return made;
                    },
                    CancellationToken.None);
                _books[(fromMs, toMs)] = (now, book);
            }
        }

        return await book.WaitAsync(ct);
    }

    // A book that takes long to read is kept from its end on, or those who come back for it would never find it.
    private void Keep((long From, long To) period)
    {
        lock (_lock)
        {
            if (_books.TryGetValue(period, out var kept))
            {
                _books[period] = (clock.GetUtcNow(), kept.Book);
            }
        }
    }

    /// <summary>Reads a book anew; for what looks at each once.</summary>
    public async Task<WorthBook> MakeAsync(long fromMs, long toMs, CancellationToken ct)
    {
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var slices = await store.SpendAsync(fromMs, toMs, ct);
        var query = new OutcomeQuery { FromMs = fromMs - AfterMs, ToMs = toMs + BeforeMs, NowMs = nowMs };
        var outcomes = await store.AllAsync(query, ct).ToListAsync(ct);
        var commits = await store.CommitsAsync([.. outcomes.Select(outcome => outcome.Id)], ct);
        var anchors = await store.AnchorsAsync(fromMs - AfterMs, toMs + BeforeMs, ct);
        return new WorthBook((fromMs, toMs), nowMs, slices, anchors, outcomes, commits);
    }
}
