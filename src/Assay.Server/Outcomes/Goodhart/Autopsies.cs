using Assay.Outcomes.Goodhart;
using Assay.Outcomes.Worth;
using Assay.Server.Outcomes.Worth;
using Assay.Server.Store;

namespace Assay.Server.Outcomes.Goodhart;

/// <summary>
/// What a leaderboard of tokens would have rewarded in a period, and missed. Of a company so large that looking takes long, it
/// stands for some minutes.
/// </summary>
internal sealed class Autopsies(IStore store, WorthReader worth, TimeProvider clock)
{
    private readonly StandingAnswers<(DateTimeOffset From, DateTimeOffset To, int Places), PreparedAutopsy> _prepared = new(clock, TimeSpan.Zero);

    /// <summary>
    /// Dissects. Spend counts as leading to nothing where it is attributed to no outcome; so does what is older than single
    /// calls are kept for, of which nothing can be known.
    /// </summary>
    public async ValueTask<Standing<LeaderboardAutopsy>> OfAsync(
        DateTimeOffset from, DateTimeOffset to, int places, string reader, CancellationToken ct)
    {
        var (prepared, madeAt) = await _prepared.AskAsync(
            (from, to, places), async stop => new PreparedAutopsy(await RowsAsync(from, to, stop), places), ct);
        return new(prepared.For(reader), madeAt);
    }

    private async Task<IReadOnlyList<AutopsyRow>> RowsAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var rows = new Dictionary<string, AutopsyRow>(StringComparer.Ordinal);
        foreach (var row in await store.Usage.QueryAllAsync(new UsageQuery(from, to, [UsageDimension.Person]), ct))
        {
            var person = row.Group[0];
            if (person.Length > 0)
            {
                var sum = rows.GetValueOrDefault(person, new AutopsyRow(person, 0, 0, 0, 0, 0));
                rows[person] = sum with
                {
                    Tokens = sum.Tokens + row.InputTokens + row.CacheReadTokens + row.CacheWriteTokens + row.OutputTokens,
                    Nanos = sum.Nanos + row.Cost.Nanos,
                };
            }
        }

        var query = new OutcomeQuery { FromMs = from.ToUnixTimeMilliseconds(), ToMs = to.ToUnixTimeMilliseconds(), NowMs = now };
        await foreach (var outcome in store.Outcomes.AllAsync(query, ct))
        {
            if (rows.TryGetValue(outcome.PersonId, out var sum))
            {
                rows[outcome.PersonId] = WorthBook.FateOf(outcome, now) switch
                {
                    Fate.Settled => sum with { Settled = sum.Settled + 1 },
                    Fate.Provisional => sum,
                    _ => sum with { Lost = sum.Lost + 1 },
                };
            }
        }

        var known = await KnownAsync(from, to, ct);
        return [.. rows.Values.Select(r => r with { UnattributedNanos = Math.Max(0, r.Nanos - known.GetValueOrDefault(r.Person)) })];
    }

    // What is known to have led somewhere, by person.
    private async Task<Dictionary<string, long>> KnownAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var book = await worth.ReadAsync(from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds(), ct);
        var sums = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var part in book.Attribution.Parts)
        {
            if (part.Outcome >= 0)
            {
                var person = book.Slices[part.Call].PersonId;
                sums[person] = sums.GetValueOrDefault(person) + part.Nanos;
            }
        }

        return sums;
    }
}
