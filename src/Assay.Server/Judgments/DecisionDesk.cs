using System.Text;
using Assay.Judgments.Drafts;
using Assay.Judgments.Entries;
using Assay.Judgments.Lint;
using Assay.Judgments.Seals;
using Assay.Server.Directory;
using Assay.Server.Store;

namespace Assay.Server.Judgments;

/// <summary>Why a draft was not decided.</summary>
internal enum DecisionRefusal
{
    None,
    NotYours,
    NotADraft,
    DecidedBefore,
    NoConfidence,
}

/// <summary>
/// Drafts are decided here by the one person whose they are, and by nobody else. The decision is kept until somebody carries
/// it into git; until then the entry stays proposed.
/// </summary>
internal sealed class DecisionDesk(IStore store, JudgmentLibrary library, TimeProvider clock)
{
    /// <summary>Who may decide a draft: its owner, or the person for whom it was drafted; null if that is nobody here.</summary>
    public static Person? DeciderOf(RepositoryLog log, LogEntry entry, DirectorySnapshot directory)
    {
        if (entry.Judgment.Owner is { } owner)
        {
            return directory.FindPersonByEmail(owner);
        }

        return log.DraftOf(entry) is { } draft
            ? directory.FindPerson(draft.PersonId)
            : log.CommitOf(entry) is { } commit ? directory.FindPersonByEmail(commit.Author) : null;
    }

    public static bool MayDecide(RepositoryLog log, LogEntry entry, DirectorySnapshot directory, Viewer viewer) =>
        entry.Judgment.Status == JudgmentStatus.Proposed
        && log.DecisionOf(entry.Judgment.Id) is null
        && viewer.AgentId.Length == 0
        && DeciderOf(log, entry, directory)?.Id == viewer.PersonId;

    public async ValueTask<DecisionRefusal> DecideAsync(
        RepositoryLog log, LogEntry entry, DirectorySnapshot directory, Viewer viewer, bool accept, int? confidence, CancellationToken ct)
    {
        var id = entry.Judgment.Id;
        if (viewer.AgentId.Length > 0 || DeciderOf(log, entry, directory)?.Id != viewer.PersonId)
        {
            await store.Judgments.ForgedAsync(
                viewer.AgentId.Length > 0 ? "agent:" + viewer.AgentId : viewer.PersonId, $"judgment:{id:D}", "decided a draft of somebody else", ct);
            return DecisionRefusal.NotYours;
        }

        if (entry.Judgment.Status != JudgmentStatus.Proposed)
        {
            return DecisionRefusal.NotADraft;
        }

        if (accept && confidence is not (>= 0 and <= 100) && !entry.Judgment.IsReview)
        {
            return DecisionRefusal.NoConfidence;
        }

        var person = directory.FindPerson(viewer.PersonId)!;
        var now = clock.GetUtcNow();
        var status = accept ? JudgmentStatus.Accepted : JudgmentStatus.Rejected;
        var text = log.TextOf(entry);
        var decided = DraftDecision.Apply(
            text.ReplaceLineEndings("\n"), status, person.Email, accept ? confidence : null, now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond)));
        var isKept = await store.Judgments.DecideAsync(
            new JudgmentDecision(
                id,
                log.Repository.Name,
                log.CommitOf(entry)?.Blob ?? BlobName.Of(Encoding.UTF8.GetBytes(text)),
                decided,
                person.Id,
                person.Email,
                status.Word(),
                accept ? confidence : null,
                now.ToUnixTimeMilliseconds()),
            ct);
        await library.AllAsync(ct);
        return isKept ? DecisionRefusal.None : DecisionRefusal.DecidedBefore;
    }
}
