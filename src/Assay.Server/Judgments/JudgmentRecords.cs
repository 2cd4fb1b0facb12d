namespace Assay.Server.Judgments;

/// <summary>A repository whose decisions are kept.</summary>
/// <param name="Branch">Its default branch.</param>
/// <param name="TeamId">Who may read it: this team, those below and above it, and company-wide roles. The org: everybody.</param>
/// <param name="Pushers">Who may push beside administrators: <c>agent:ci</c> or a person's e-mail address.</param>
/// <param name="Head">The commit that was pushed last; empty if none was.</param>
/// <param name="Source">How it was pushed last: <c>push</c> or <c>fetch</c>.</param>
/// <param name="Unreadable">Entry files of that commit that are no text.</param>
/// <param name="Version">Moves with everything that readers see of it.</param>
internal sealed record JudgmentRepository(
    string Name, string Branch, string TeamId, IReadOnlyList<string> Pushers, string Head, string Source, int Unreadable, long? PushedAtMs, long Version)
{
    public static JudgmentRepository New(string name, string branch, string teamId, IReadOnlyList<string> pushers) =>
        new(name, branch, teamId, pushers, "", "", 0, null, 0);
}

/// <summary>A draft that an agent handed in, and that is in no repository yet.</summary>
/// <param name="PersonId">Who may accept it: the person behind the key.</param>
/// <param name="DraftedBy">The agent, or the person's key.</param>
internal sealed record JudgmentDraft(Guid Id, string Repository, string Content, string PersonId, string DraftedBy, long AtMs);

/// <summary>What an owner decided about a draft on a page. It ends in git: somebody pulls and commits it.</summary>
/// <param name="Blob">Git's name of the draft as they saw it.</param>
/// <param name="Content">The entry as decided, which is to be committed.</param>
/// <param name="Decision"><c>accepted</c> or <c>rejected</c>.</param>
/// <param name="CommitId">The commit that carried it into the default branch; null while it waits.</param>
internal sealed record JudgmentDecision(
    Guid EntryId,
    string Repository,
    string Blob,
    string Content,
    string PersonId,
    string Owner,
    string Decision,
    int? Confidence,
    long AtMs,
    string? CommitId = null,
    long? DoneAtMs = null);

/// <summary>What spend a join found: one row for each conversation, piece of work and person.</summary>
internal sealed record SpendRow(string Session, string WorkRef, string PersonId, long Requests, long Tokens, long CostNanos, long LastAtMs);
