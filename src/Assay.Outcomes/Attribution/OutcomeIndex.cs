namespace Assay.Outcomes.Attribution;

/// <summary>Finds outcomes by what may be known of them.</summary>
internal sealed class OutcomeIndex
{
    private readonly Dictionary<(string Repo, string Commit), int> _byCommit = [];
    private readonly Dictionary<string, int> _byHash = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<int>> _byRef = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(string Repo, string Author), List<int>> _byAuthor = [];
    private readonly HashSet<string> _repos = new(StringComparer.Ordinal);

    public OutcomeIndex(IReadOnlyList<OutcomeRow> outcomes)
    {
        for (var i = 0; i < outcomes.Count; i++)
        {
            var outcome = outcomes[i];
            foreach (var name in outcome.WorkRefs.Append(outcome.Branch ?? "").Where(n => n.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase))
            {
                Of(_byRef, name).Add(i);
            }

            if (outcome.Repo is not { Length: > 0 } repo)
            {
                continue;
            }

            _repos.Add(repo);
            foreach (var commit in outcome.Commits)
            {
                // A commit in two outcomes is a stacked branch: it belongs to the one that had it first.
                if (!_byCommit.TryGetValue((repo, commit), out var other) || outcome.AtMs < outcomes[other].AtMs)
                {
                    _byCommit[(repo, commit)] = i;
                }

                if (!_byHash.TryGetValue(commit, out other) || outcome.AtMs < outcomes[other].AtMs)
                {
                    _byHash[commit] = i;
                }
            }

            if (outcome.Author is { Length: > 0 } author)
            {
                Of(_byAuthor, (repo, author)).Add(i);
            }
        }

        foreach (var list in _byAuthor.Values)
        {
            list.Sort((a, b) => outcomes[a].AtMs.CompareTo(outcomes[b].AtMs));
        }
    }

    /// <summary>Whose commit it is. Telemetry does not say in which repository it was made; the hash alone tells that.</summary>
    public int? WithCommit(string repo, string commit) =>
        commit.Length == 0 ? null
        : repo.Length == 0 ? _byHash.TryGetValue(commit, out var anywhere) ? anywhere : null
        : _byCommit.TryGetValue((repo, commit), out var outcome) ? outcome : null;

    public IReadOnlyList<int> Named(string? workRef) =>
        workRef is { Length: > 0 } && _byRef.TryGetValue(workRef, out var outcomes) ? outcomes : [];

    public IReadOnlyList<int> By(string repo, string author) => _byAuthor.TryGetValue((repo, author), out var outcomes) ? outcomes : [];

    public bool Knows(string repo) => _repos.Contains(repo);

    private static List<int> Of<T>(Dictionary<T, List<int>> lists, T key)
        where T : notnull
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists[key] = list = [];
        }

        return list;
    }
}
