using Assay.Ledger.Money;
using Assay.Server.Directory;
using Assay.Server.Store;

namespace Assay.Server.Judgments.Insights;

/// <summary>A piece of work with much AI in it, and no decision that names it.</summary>
internal sealed record ShadowWork(string WorkRef, long Requests, long Tokens, NanoUsd Cost, long LastAtMs);

/// <summary>The shadow archive: what was decided with an AI and never written down, as far as spend shows it.</summary>
internal sealed class ShadowArchive(IStore store, TimeProvider clock)
{
    public const int Days = 30;
    private const int WorkMax = 200;

    private readonly StandingAnswers<string, IReadOnlyList<SpendRow>> _costliest = new(clock, TimeSpan.Zero);

    private static readonly string[] s_common = ["main", "master", "trunk", "develop", "HEAD"];

    /// <param name="logs">All logs, also those that the reader may not see: a decision in one of them is a decision.</param>
    /// <returns>Work without a decision, how much work was looked at, and when: on a large company's month that takes seconds.</returns>
    public async ValueTask<(IReadOnlyList<ShadowWork> Without, int Looked, DateTimeOffset At)> FindAsync(
        IReadOnlyList<RepositoryLog> logs, AccessRules rules, CancellationToken ct)
    {
        var named = logs.SelectMany(l => l.Log.Entries).SelectMany(e => SpendJoin.WorkOf(e.Judgment)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var (spend, at) = await CostliestAsync(SpendJoin.PersonOf(rules), ct);
        var work = spend
            .Where(w => !s_common.Contains(w.WorkRef, StringComparer.Ordinal)).ToList();
        return (
            [.. work.Where(w => !named.Contains(w.WorkRef)).Select(w => new ShadowWork(w.WorkRef, w.Requests, w.Tokens, new NanoUsd(w.CostNanos), w.LastAtMs))],
            work.Count,
            at);
    }

    /// <summary>The work that most was spent on: of everybody, or of one person.</summary>
    public ValueTask<Standing<IReadOnlyList<SpendRow>>> CostliestAsync(string? person, CancellationToken ct) => _costliest.AskAsync(
        person ?? "",
        stop => store.Judgments.CostliestWorkAsync(clock.GetUtcNow().AddDays(-Days).ToUnixTimeMilliseconds(), person, WorkMax, stop),
        ct);
}
