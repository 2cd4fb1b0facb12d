using Assay.Judgments.Entries;
using Assay.Judgments.Seals;
using Assay.Judgments.Search;
using Assay.Server.Judgments;
using Assay.Server.Outcomes;

namespace Assay.Server.Api;

/// <summary>An entry in a list.</summary>
/// <param name="Live">Accepted and not superseded.</param>
/// <param name="SealedAt">Since when it cannot change; null for what is not accepted on the default branch.</param>
internal sealed record JudgmentView(
    string Id,
    string Repository,
    string? Path,
    string Title,
    string Status,
    bool Live,
    IReadOnlyList<string> SupersededBy,
    string Stage,
    string DecidedAt,
    string? Owner,
    int? Confidence,
    string Role,
    string Relation,
    string? Result,
    bool ReviewOverdue,
    IReadOnlyList<string> Affects,
    IReadOnlyList<string> Refs,
    IReadOnlyList<string> Tags,
    string? SealedAt)
{
    public static JudgmentView Of(FoundEntry found, DateTimeOffset now)
    {
        var (log, entry) = (found.Log, found.Entry);
        var judgment = entry.Judgment;
        return new(
            judgment.Id.ToString("D"),
            log.Repository.Name,
            log.DraftOf(entry) is null ? entry.Path : null,
            judgment.Title,
            found.Status,
            log.Log.IsLive(entry),
            [.. log.Log.SuccessorsOf(judgment.Id).Select(s => s.Judgment.Id.ToString("D"))],
            judgment.Stage.Word(),
            Rfc3339.Format(judgment.DecidedAt),
            judgment.Owner,
            judgment.Confidence,
            judgment.Ai.Role.Word(),
            judgment.Ai.Relation.Word(),
            judgment.Result?.Word(),
            log.Log.IsReviewOverdue(entry, now),
            judgment.Affects,
            judgment.Refs,
            judgment.Tags,
            log.SealOf(judgment.Id) is { } seal ? Rfc3339.Format(seal.SealedAt) : null);
    }
}

internal sealed record JudgmentPage(IReadOnlyList<JudgmentView> Judgments, int Found, string? NextCursor);

/// <summary>A step of a chain.</summary>
internal sealed record ChainStepView(int Depth, string Id, string Title, string Status, string Link, string Because)
{
    public static ChainStepView Of(RepositoryLog log, ChainStep step) => new(
        step.Depth, step.Entry.Judgment.Id.ToString("D"), step.Entry.Judgment.Title, log.Log.StatusWord(step.Entry), step.Link, step.Because);
}

/// <param name="Own">Only the caller's own calls are in it (docs/roles.md).</param>
internal sealed record JudgmentSpendView(long Requests, long Tokens, string CostUsd, bool Own)
{
    public static JudgmentSpendView Of(EntrySpend spend) => new(spend.Requests, spend.Tokens, spend.Cost.ToString(), spend.IsOwn);
}

/// <summary>Something that the work of an entry led to.</summary>
/// <param name="State">How far it has come: proposed, accepted, deployed, settled, reviewed, abandoned, reverted, reopened.</param>
/// <param name="By">What joins it to the entry.</param>
internal sealed record JudgmentOutcomeView(string Id, string Kind, string Ref, string Title, string? Url, string State, string At, string By)
{
    public static JudgmentOutcomeView Of(JoinedOutcome joined, DateTimeOffset now) => new(
        joined.Outcome.Id,
        joined.Outcome.Kind,
        joined.Outcome.Ref,
        joined.Outcome.Title,
        joined.Outcome.Url.Length > 0 ? joined.Outcome.Url : null,
        OutcomeWords.Word(joined.Outcome.State.Rung(now.ToUnixTimeMilliseconds())),
        Rfc3339.FormatMs(joined.Outcome.AtMs),
        joined.By);
}

/// <summary>An entry with its text, its chain, the spend that it names, and the outcomes that it led to.</summary>
internal sealed record JudgmentDetail(
    JudgmentView Judgment,
    string Text,
    string? Commit,
    string? Author,
    IReadOnlyList<ChainStepView> Chain,
    JudgmentSpendView Spend,
    IReadOnlyList<JudgmentOutcomeView> Outcomes);

/// <summary>A repository, and what the witness of its seals saw.</summary>
/// <param name="Sealed">Entries that were ever sealed.</param>
/// <param name="Witness"><c>intact</c>, or <c>broken</c> if a line was changed since.</param>
/// <param name="Alarms">What the witness saw besides new seals: rewritten, missing, returned, edited, deleted.</param>
internal sealed record RepositoryView(
    string Name,
    string Branch,
    string Team,
    IReadOnlyList<string> Pushers,
    string? Head,
    string? PushedAt,
    int Entries,
    int Unreadable,
    int Sealed,
    string Witness,
    IReadOnlyList<WitnessLineView> Alarms)
{
    public static RepositoryView Of(RepositoryLog log) => new(
        log.Repository.Name,
        log.Repository.Branch,
        log.Repository.TeamId,
        log.Repository.Pushers,
        log.Repository.Head.Length > 0 ? log.Repository.Head : null,
        Rfc3339.FormatMs(log.Repository.PushedAtMs),
        log.Log.Entries.Count(e => log.DraftOf(e) is null),
        log.Repository.Unreadable,
        log.Chain.Count(l => l.Kind == WitnessKind.Sealed),
        log.ChainBrokenAt is null ? "intact" : "broken",
        [.. log.Alarms.Select(WitnessLineView.Of)]);
}

internal sealed record RepositoryList(IReadOnlyList<RepositoryView> Repositories);

/// <summary>One line of the witness.</summary>
internal sealed record WitnessLineView(
    string Id, string Blob, string Commit, string At, string Path, long Number, string Kind, string SeenAt, string Source, string Hash)
{
    public static WitnessLineView Of(WitnessLine line) => new(
        line.Id.ToString("D"),
        line.Blob,
        line.Commit,
        Rfc3339.Format(line.SealedAt),
        line.Path,
        line.Number,
        WitnessLine.Word(line.Kind),
        Rfc3339.Format(line.SeenAt),
        line.Source,
        line.Hash);
}

/// <summary>A push as it was taken in.</summary>
/// <param name="Added">Lines that the witness added.</param>
internal sealed record PushView(string Repository, string Head, int Entries, IReadOnlyList<WitnessLineView> Added);

/// <summary>A draft that is in no repository yet.</summary>
internal sealed record PendingDraft(string Id, string Content, string? For, string DraftedBy, string At);

/// <summary>What an owner decided on a page, to be carried into git.</summary>
internal sealed record PendingDecision(
    string Id, string Decision, string Owner, int? Confidence, string At, string DraftBlob, string Content);

internal sealed record PendingList(string Repository, IReadOnlyList<PendingDraft> Drafts, IReadOnlyList<PendingDecision> Decisions);
