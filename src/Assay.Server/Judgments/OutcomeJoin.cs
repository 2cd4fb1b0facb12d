using Assay.Judgments.Lint;
using Assay.Server.Directory;
using Assay.Server.Outcomes;
using Assay.Server.Store;

namespace Assay.Server.Judgments;

/// <summary>An outcome that an entry leads to, and what says so.</summary>
internal sealed record JoinedOutcome(Outcome Outcome, string By);

/// <summary>
/// Joins entries to outcomes: those that an entry names by pull request, ticket, branch or commit, those that the commit which
/// brought it belongs to, and those that its sessions made commits of. Whoever sees the entry sees the outcomes of its repository;
/// others are seen by those who see their team (docs/roles.md).
/// </summary>
internal sealed class OutcomeJoin(IStore store)
{
    public async ValueTask<IReadOnlyList<JoinedOutcome>> OfAsync(RepositoryLog log, LogEntry entry, AccessRules rules, CancellationToken ct)
    {
        var names = NamesOf(log, entry);
        var found = (await store.Outcomes.NamedAsync(names, ct)).Where(o => MaySee(o, names.Repo, rules)).ToList();
        if (found.Count == 0)
        {
            return [];
        }

        var brought = log.CommitOf(entry)?.Commit;
        var commits = await store.Outcomes.CommitsAsync([.. found.Select(o => o.Id)], ct);
        return [.. found.Select(o => new JoinedOutcome(o, By(o, names, commits[o.Id].Select(c => c.Sha), brought)))];
    }

    internal static OutcomeNames NamesOf(RepositoryLog log, LogEntry entry)
    {
        var repo = log.Repository.Name;
        var (refs, branches, commits, work) = (new List<string>(), new List<string>(), new List<string>(), new List<string>());
        foreach (var reference in entry.Judgment.Refs)
        {
            var cut = reference.IndexOf(':', StringComparison.Ordinal);
            var name = reference[(cut + 1)..];
            switch (cut > 0 ? reference[..cut] : "")
            {
                case "pr":
                    // pr:#87 is one of its own repository.
                    refs.Add(name.StartsWith('#') || name.StartsWith('!') ? repo + name : name);
                    break;
                case "branch" when !SpendJoin.IsCommon(name):
                    branches.Add(name);
                    break;
                case "commit":
                    commits.Add(name);
                    break;
                case "":
                    refs.Add(reference);
                    work.Add(reference);
                    break;
            }
        }

        if (log.CommitOf(entry) is { } brought)
        {
            commits.Add(brought.Commit);
        }

        return new OutcomeNames
        {
            Repo = repo,
            Refs = refs,
            Branches = branches,
            Commits = commits,
            Sessions = entry.Judgment.Ai.Sessions,
            WorkRefs = work,
        };
    }

    private static bool MaySee(Outcome outcome, string repository, AccessRules rules) =>
        outcome.Repo == repository || rules.CanSeeOutcome(outcome.PersonId, outcome.TeamId)
        || (outcome.TeamId.Length > 0 && rules.CanSeeTeam(outcome.TeamId));

    private static string By(Outcome outcome, OutcomeNames names, IEnumerable<string> commits, string? brought) =>
        names.Refs.Contains(outcome.Ref, StringComparer.Ordinal) ? "its name in the entry"
        : names.WorkRefs.FirstOrDefault(w => outcome.WorkRefs.Contains(w, StringComparer.Ordinal)) is { } work ? $"{work}, which both name"
        : outcome.Repo == names.Repo && names.Branches.Contains(outcome.Branch, StringComparer.Ordinal) ? $"its branch {outcome.Branch} in the entry"
        : commits.FirstOrDefault(c => names.Commits.Contains(c, StringComparer.Ordinal)) is { } commit
            ? commit == brought ? "the commit that brought the entry" : $"its commit {commit[..Math.Min(12, commit.Length)]} in the entry"
        : "a session of the entry, which made a commit of it";
}
