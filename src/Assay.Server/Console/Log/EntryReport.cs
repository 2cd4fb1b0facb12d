using System.Globalization;
using Assay.Judgments.Entries;
using Assay.Judgments.Lint;
using Assay.Judgments.Search;
using Assay.Server.Api;
using Assay.Server.Console.Figures;
using Assay.Server.Directory;
using Assay.Server.Judgments;
using Assay.Server.Judgments.Insights;
using Assay.Server.Outcomes;

namespace Assay.Server.Console.Log;

/// <summary>One entry with everything that is known about it.</summary>
internal sealed class EntryReport(JudgmentLibrary library, SpendJoin join, OutcomeJoin outcomes, OrgClock clock)
{
    // These have a place of their own on the page.
    private static readonly string[] s_placed =
        [SectionNames.Decision, SectionNames.Proposed, SectionNames.Chosen, SectionNames.Rejected];

    public async ValueTask<(RepositoryLog Log, LogEntry Entry)?> FindAsync(Caller caller, Guid id, CancellationToken ct)
    {
        foreach (var log in await library.ForAsync(caller.Rules, ct))
        {
            if (log.Log.Find(id) is { } entry)
            {
                return (log, entry);
            }
        }

        return null;
    }

    public async ValueTask<EntryView> ReadAsync(
        Caller caller, RepositoryLog log, LogEntry entry, string? confidence, string? fault, string? done, CancellationToken ct)
    {
        var judgment = entry.Judgment;
        var found = new FoundEntry(log, entry);
        var spend = (await join.OfAsync([judgment], caller.Rules, ct))[judgment.Id];
        var chosen = judgment.Text(SectionNames.Chosen);
        var proposed = judgment.Text(SectionNames.Proposed);
        return new EntryView(
            LogWords.Tabs(""),
            judgment.Id.ToString("D"),
            judgment.Title,
            found.Status,
            log.Log.IsLive(entry),
            Lead(judgment, caller),
            Warning(found),
            [.. log.Log.SuccessorsOf(judgment.Id).Select(s => (LogWords.Href(s.Judgment.Id), s.Judgment.Title))],
            judgment.Confidence,
            MarkdownText.Render(judgment.IsReview ? judgment.Text(SectionNames.WhatHappened) : judgment.Text(SectionNames.Decision)),
            proposed.Length > 0 ? MarkdownText.Render(proposed) : null,
            judgment.Ai.Model ?? judgment.Ai.Tool ?? "the AI",
            proposed.Length > 0 ? MarkdownText.Render(chosen.Length > 0 ? chosen : judgment.Text(SectionNames.Decision)) : null,
            [.. judgment.Rejected.Select(r => new RejectedRow(Plain(r.Option), MarkdownText.Render(r.Reason), r.Reconsider))],
            [
                .. judgment.Sections.Where(s => s.Text.Length > 0 && !s_placed.Contains(s.Heading, StringComparer.OrdinalIgnoreCase)
                        && !(judgment.IsReview && s.Heading == SectionNames.WhatHappened))
                    .Select(s => new EntrySection(s.Heading.Length > 0 ? s.Heading : "Before the first heading", MarkdownText.Render(s.Text))),
            ],
            [.. JudgmentChain.Of(log.Log, entry).Select(step => Row(log, step, entry))],
            [.. Facts(judgment, caller)],
            [.. Git(log, entry)],
            Say.Usd(spend.Cost),
            SpendNote(judgment, spend),
            Outcome(found),
            [.. (await outcomes.OfAsync(log, entry, caller.Rules, ct)).Select(joined => CameTo(caller.Rules, joined))],
            DecisionDesk.MayDecide(log, entry, caller.Directory, caller.Viewer)
                ? new DecisionForm(LogWords.Href(judgment.Id), confidence ?? "", fault, !judgment.IsReview)
                : null,
            Waiting(log, entry, caller),
            done);
    }

    private WorkRow CameTo(AccessRules rules, JoinedOutcome joined) => new(
        joined.Outcome.Ref,
        rules.CanSeeOutcome(joined.Outcome.PersonId, joined.Outcome.TeamId) ? $"/worth/outcomes/{joined.Outcome.Id}"
            : Uri.TryCreate(joined.Outcome.Url, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" ? url.AbsoluteUri : null,
        joined.Outcome.Title,
        OutcomeStanding.Say(joined.Outcome.State, clock.Now.ToUnixTimeMilliseconds(), ms => clock.At(ms).ToString("d MMMM yyyy", CultureInfo.InvariantCulture)),
        joined.By);

    private static string Lead(Judgment judgment, Caller caller)
    {
        var who = judgment.Owner is null ? "Nobody has decided it yet" : $"{LogWords.Owner(judgment.Owner, caller.Directory)} decided";
        var what = judgment.Status == JudgmentStatus.Proposed ? "Drafted" : who;
        return $"{what} on {LogWords.Moment(judgment.DecidedAt)}, at the stage of {judgment.Stage.Word()}.";
    }

    private static string? Warning(FoundEntry found) => found.Status switch
    {
        "superseded" => "It does not hold any more. In its place stands:",
        "rejected" => "It was decided against this.",
        "withdrawn" => "It was withdrawn.",
        _ => null,
    };

    private static ChainRow Row(RepositoryLog log, ChainStep step, LogEntry here)
    {
        var judgment = step.Entry.Judgment;
        var note = log.Log.StatusWord(step.Entry)
            + (judgment.Confidence is { } sure ? string.Create(CultureInfo.InvariantCulture, $", confidence {sure}") : "")
            + (judgment.Result is { } result ? ", " + result.Word() : "");
        return new ChainRow(
            Math.Min(step.Depth, 5), step.Link, LogWords.Href(judgment.Id), judgment.Title, note, step.Because, step.Entry == here);
    }

    private static IEnumerable<(string, string)> Facts(Judgment judgment, Caller caller)
    {
        yield return ("Owner", judgment.Owner is null && judgment.Status == JudgmentStatus.Proposed ? "nobody yet" : LogWords.Owner(judgment.Owner, caller.Directory));
        yield return ("AI", judgment.Ai.IsNone
            ? "took no part"
            : string.Join(", ", new[] { judgment.Ai.Role.Word(), judgment.Ai.Relation == AiRelation.None ? null : "its proposal was " + LogWords.Passive(judgment.Ai.Relation), judgment.Ai.Tool, judgment.Ai.Model }.OfType<string>()));
        if (judgment.Prior is { } prior)
        {
            yield return ("Before asking an AI", prior.Choice + (prior.Confidence is { } sure ? $" ({sure})" : ""));
        }

        if (judgment.Affects.Count > 0)
        {
            yield return ("Affects", string.Join(", ", judgment.Affects));
        }

        if (judgment.Refs.Count > 0)
        {
            yield return ("Refers to", string.Join(", ", judgment.Refs));
        }

        if (judgment.Deadline is { } deadline)
        {
            yield return ("Deadline", LogWords.Moment(deadline));
        }

        if (judgment.ReviewBy is { } day)
        {
            yield return ("To be reviewed by", day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture));
        }

        if (judgment.Reversibility is { } way)
        {
            yield return ("Can be taken back", way switch { Reversibility.TwoWay => "yes", Reversibility.OneWay => "no", _ => "not known" });
        }

        if (judgment.Evidence.Count > 0)
        {
            yield return ("Evidence", string.Join(", ", judgment.Evidence));
        }

        if (judgment.Tags.Count > 0)
        {
            yield return ("Tags", string.Join(", ", judgment.Tags));
        }
    }

    private static IEnumerable<(string, string)> Git(RepositoryLog log, LogEntry entry)
    {
        yield return ("Repository", log.Repository.Name);
        if (log.CommitOf(entry) is { } commit)
        {
            yield return ("File", entry.Path);
            yield return ("Commit", $"{commit.Commit[..12]} by {commit.Author}");
            yield return ("Written down", commit.CommittedAt - entry.Judgment.DecidedAt <= JudgmentInsights.Moment
                ? "at the moment"
                : $"{Math.Floor((commit.CommittedAt - entry.Judgment.DecidedAt).TotalDays).ToString("0", CultureInfo.InvariantCulture)} days later");
        }
        else
        {
            yield return ("File", "none yet: handed in by " + (log.DraftOf(entry)?.DraftedBy ?? "somebody"));
        }

        yield return ("Seal", log.SealOf(entry.Judgment.Id) is { } seal
            ? $"since {LogWords.Moment(seal.SealedAt)}; line {seal.Number} of the witness"
            : "none: it is not accepted on the default branch");
    }

    private static string SpendNote(Judgment judgment, EntrySpend spend)
    {
        var names = judgment.Ai.Sessions.Count + SpendJoin.WorkOf(judgment).Count();
        return names == 0
            ? "It names no session, ticket or branch, so no spend can be joined to it."
            : spend.Requests == 0
                ? "No call names its sessions, tickets or branches" + (spend.IsOwn ? ", among your own." : ".")
                : $"{Say.Many(spend.Requests, "call", "calls")} and {Say.Brief(spend.Tokens)} tokens, by the sessions, tickets and branches that it names."
                + (spend.IsOwn ? " Only your own calls are counted here." : "");
    }

    private string? Outcome(FoundEntry found) => Reviewed.ResultOf(found) is { } result
        ? $"Reviewed: {result.Word()}."
        : found.Log.Log.IsReviewOverdue(found.Entry, clock.Now) ? "Its review is overdue." : null;

    private string? Waiting(RepositoryLog log, LogEntry entry, Caller caller)
    {
        if (entry.Judgment.Status != JudgmentStatus.Proposed)
        {
            return null;
        }

        if (log.DecisionOf(entry.Judgment.Id) is { } decision)
        {
            return $"{LogWords.Owner(decision.Owner, caller.Directory)} {(decision.Decision == "accepted" ? $"accepted it with a confidence of {decision.Confidence}" : "rejected it")} "
                + $"on {LogWords.Moment(clock.At(decision.AtMs))}. It waits to be carried into git: `assay judge pull`, then a commit.";
        }

        var decider = DecisionDesk.DeciderOf(log, entry, caller.Directory);
        return decider is null
            ? "It has no owner here who could accept it: accept it in the repository, with `assay judge accept`."
            : decider.Id == caller.Viewer.PersonId && caller.Viewer.AgentId.Length == 0 ? null : $"It waits for {decider.Name}, who alone can accept it.";
    }

    private static string Plain(string option) => option.Replace("**", "", StringComparison.Ordinal);
}
