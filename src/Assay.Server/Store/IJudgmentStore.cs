using Assay.Judgments.Seals;
using Assay.Server.Judgments;

namespace Assay.Server.Store;

/// <summary>The Judgment Log of all repositories, the witness of its seals, and what waits for git.</summary>
internal interface IJudgmentStore
{
    ValueTask<IReadOnlyList<JudgmentRepository>> RepositoriesAsync(CancellationToken ct = default);

    /// <summary>Registers a repository, or changes its branch, team and pushers; what was pushed stays. Audited.</summary>
    ValueTask PutRepositoryAsync(JudgmentRepository repository, string actor, CancellationToken ct = default);

    ValueTask<IReadOnlyList<SnapshotEntry>> EntriesAsync(string repository, CancellationToken ct = default);

    /// <summary>The witness's lines, oldest first.</summary>
    ValueTask<IReadOnlyList<WitnessLine>> ChainAsync(string repository, CancellationToken ct = default);

    /// <summary>
    /// Takes in what a repository's default branch is now, in one transaction: entries, what the witness adds, and
    /// decisions and drafts that have arrived in git.
    /// </summary>
    /// <returns>The lines that the witness added; null if there is no such repository.</returns>
    ValueTask<IReadOnlyList<WitnessLine>?> ApplyAsync(
        string repository, RepositorySnapshot snapshot, string source, CancellationToken ct = default);

    /// <summary>Drafts that are in no repository yet, oldest first.</summary>
    ValueTask<IReadOnlyList<JudgmentDraft>> DraftsAsync(string repository, CancellationToken ct = default);

    /// <summary>False if the repository has <paramref name="most"/> drafts already.</summary>
    ValueTask<bool> AddDraftAsync(JudgmentDraft draft, int most, CancellationToken ct = default);

    ValueTask<IReadOnlyList<JudgmentDecision>> DecisionsAsync(string repository, CancellationToken ct = default);

    /// <summary>Keeps a decision, audited. False if the draft was decided before.</summary>
    ValueTask<bool> DecideAsync(JudgmentDecision decision, CancellationToken ct = default);

    /// <summary>Writes down that somebody tried what is not theirs to do.</summary>
    ValueTask ForgedAsync(string actor, string subject, string what, CancellationToken ct = default);

    /// <summary>The spend of conversations and pieces of work; of one person's calls alone if one is named.</summary>
    ValueTask<IReadOnlyList<SpendRow>> SpendAsync(
        IReadOnlyCollection<string> sessions, IReadOnlyCollection<string> workRefs, string? personId, CancellationToken ct = default);

    /// <summary>The pieces of work that cost most since a time.</summary>
    ValueTask<IReadOnlyList<SpendRow>> CostliestWorkAsync(long fromMs, string? personId, int limit, CancellationToken ct = default);
}
