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

    private readonly CostlyAnswers<string, IReadOnlyList<SpendRow>> _costliest = new(clock, TimeSpan.FromSeconds(1));

    private static readonly string[] s_common = ["main", "master", "trunk", "develop", "HEAD"];

    /// <param name="logs">All logs, also those that the reader may not see: a decision in one of them is a decision.</param>
    public async ValueTask<(IReadOnlyList<ShadowWork> Without, int Looked)> FindAsync(
        IReadOnlyList<RepositoryLog> logs, AccessRules rules, CancellationToken ct)
    {
        var named = logs.SelectMany(l => l.Log.Entries).SelectMany(e => SpendJoin.WorkOf(e.Judgment)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var from = clock.GetUtcNow().AddDays(-Days).ToUnixTimeMilliseconds();
        var person = SpendJoin.PersonOf(rules);
        var work = (await _costliest.AskAsync(person ?? "", stop => store.Judgments.CostliestWorkAsync(from, person, WorkMax, stop), ct))
            .Where(w => !s_common.Contains(w.WorkRef, StringComparer.Ordinal)).ToList();
        return (
            [.. work.Where(w => !named.Contains(w.WorkRef)).Select(w => new ShadowWork(w.WorkRef, w.Requests, w.Tokens, new NanoUsd(w.CostNanos), w.LastAtMs))],
            work.Count);
    }
}
