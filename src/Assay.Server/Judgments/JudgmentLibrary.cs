using Assay.Server.Directory;
using Assay.Server.Store;

namespace Assay.Server.Judgments;

/// <summary>
/// The logs in memory, each as of its version in the store, so that a page, the API and an agent search without asking the
/// database for texts. Another node's push is seen by the next reader.
/// </summary>
internal sealed class JudgmentLibrary(IStore store) : IDisposable
{
    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile IReadOnlyList<RepositoryLog> _logs = [];

    /// <summary>Every repository's log.</summary>
    public async ValueTask<IReadOnlyList<RepositoryLog>> AllAsync(CancellationToken ct)
    {
        var repositories = await store.Judgments.RepositoriesAsync(ct);
        if (IsCurrent(repositories))
        {
            return _logs;
        }

        await _reading.WaitAsync(ct);
        try
        {
            if (!IsCurrent(repositories))
            {
                var known = _logs.ToDictionary(l => l.Repository.Name, StringComparer.Ordinal);
                var logs = new List<RepositoryLog>(repositories.Count);
                foreach (var repository in repositories)
                {
                    logs.Add(known.TryGetValue(repository.Name, out var log) && log.Repository.Version == repository.Version
                        ? log
                        : await ReadAsync(repository, ct));
                }

                _logs = logs;
            }

            return _logs;
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>The logs that somebody may read.</summary>
    public async ValueTask<IReadOnlyList<RepositoryLog>> ForAsync(AccessRules rules, CancellationToken ct) =>
        [.. (await AllAsync(ct)).Where(log => MaySee(rules, log.Repository))];

    public static bool MaySee(AccessRules rules, JudgmentRepository repository) => rules.CanSeeTeam(repository.TeamId);

    public void Dispose() => _reading.Dispose();

    private bool IsCurrent(IReadOnlyList<JudgmentRepository> repositories)
    {
        var logs = _logs;
        return logs.Count == repositories.Count
            && logs.Zip(repositories).All(pair => pair.First.Repository.Name == pair.Second.Name
                && pair.First.Repository.Version == pair.Second.Version);
    }

    private async ValueTask<RepositoryLog> ReadAsync(JudgmentRepository repository, CancellationToken ct) => new(
        repository,
        await store.Judgments.EntriesAsync(repository.Name, ct),
        await store.Judgments.DraftsAsync(repository.Name, ct),
        await store.Judgments.DecisionsAsync(repository.Name, ct),
        await store.Judgments.ChainAsync(repository.Name, ct));
}
