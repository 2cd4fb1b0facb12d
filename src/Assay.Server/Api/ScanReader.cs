using Assay.Outcomes.Ladder;
using Assay.Outcomes.Measures;
using Assay.Outcomes.Reverts;
using Assay.Server.Judgments;
using Assay.Server.Outcomes;
using Assay.Server.Outcomes.Hosts;

namespace Assay.Server.Api;

/// <summary>Checks what a scan found and turns it into what the desk takes.</summary>
internal static class ScanReader
{
    private const int ChangesMax = 500;
    private const int AnchorsMax = 2000;
    private const int CommitsMax = 500;
    private const int ClaimsMax = 50;
    private const int FaultsMax = 20;
    private const int TextMax = 400;

    /// <summary>Null if something is wrong with it.</summary>
    public static OutcomeBatch? Read(ReportScan told, InputFaults faults)
    {
        var wrong = 0;
        if (RepositoryRules.FaultInName(told.Repository) is { } fault)
        {
            faults.Add("repository", fault);
            return null;
        }

        var repo = told.Repository!;
        Count("changes", told.Changes?.Count, ChangesMax);
        Count("reverts", told.Reverts?.Count, ChangesMax);
        Count("anchors", told.Anchors?.Count, AnchorsMax);
        if (faults.Any)
        {
            return null;
        }

        var changes = new List<OutcomeReport>();
        foreach (var (i, change) in (told.Changes ?? []).Index())
        {
            if (change?.Ref is not { Length: > 0 and <= TextMax } reference || !reference.StartsWith(repo, StringComparison.Ordinal)
                || !Rfc3339.TryParse(change.At, out var at) || (change.Commits ?? []).Count > CommitsMax || !(change.Commits ?? []).All(HostFields.IsSha)
                || Claims(change.Reverts) is not { } claims || (Lines(change.Lines) is { } lines && !lines.IsPossible()))
            {
                Fault(
                    $"changes[{i}]",
                    "must have ref (beginning with the repository), at, and full hashes as commits; reverts have rule and target; lines added, and no more alive than before.");
                continue;
            }

            var atMs = at.ToUnixTimeMilliseconds();
            changes.Add(new OutcomeReport
            {
                Kind = OutcomeKind.Change,
                Source = OutcomeWords.Git,
                Ref = reference,
                FactsMs = atMs,
                Title = change.Title,
                Repo = repo,
                Branch = change.Branch,
                BaseBranch = change.BaseBranch is { } name && name.StartsWith("origin/", StringComparison.Ordinal) ? name["origin/".Length..] : change.BaseBranch,
                Author = change.Author,
                WorkRefs = HostFields.WorkRefs(repo, '#', change.Branch, change.Title, null),
                Commits = [.. (change.Commits ?? []).OfType<string>()],
                Steps = [new OutcomeStep(OutcomeEvent.Accepted, atMs, Evidence.Of(("source", "scan"), ("commit", change.Commits is [{ } first, ..] ? first : null)))],
                Reverts = claims,
                CountedLines = Lines(change.Lines),
            });
        }

        var reverts = new List<RevertCommit>();
        foreach (var (i, revert) in (told.Reverts ?? []).Index())
        {
            if (revert is null || !HostFields.IsSha(revert.Commit) || !Rfc3339.TryParse(revert.At, out var at) || Claims(revert.Claims) is not { } claims)
            {
                Fault($"reverts[{i}]", "must have commit, at, and claims with rule and target.");
                continue;
            }

            reverts.Add(new RevertCommit(repo, revert.Commit!, at.ToUnixTimeMilliseconds(), claims));
        }

        var anchors = new List<Anchor>();
        foreach (var (i, anchor) in (told.Anchors ?? []).Index())
        {
            if (anchor?.Session is not { Length: > 0 and <= 200 } session || !HostFields.IsSha(anchor.Commit) || !Rfc3339.TryParse(anchor.At, out var at)
                || anchor.Evidence is not ("trailer" or "git-ai") || anchor.Lines < 0)
            {
                Fault($"anchors[{i}]", "must have session, commit, at, and evidence (trailer or git-ai).");
                continue;
            }

            anchors.Add(new Anchor(session, repo, anchor.Commit!, at.ToUnixTimeMilliseconds(), "", anchor.Evidence, anchor.Lines));
        }

        return faults.Any ? null : new OutcomeBatch { Outcomes = changes, Reverts = reverts, Anchors = anchors };

        void Count(string field, int? count, int most)
        {
            if (count > most)
            {
                faults.Add(field, $"has {count}: send at most {most} in one request.");
            }
        }

        void Fault(string field, string message)
        {
            if (wrong++ < FaultsMax)
            {
                faults.Add(field, message);
            }
        }
    }

    private static CountedLines? Lines(ScannedLines? told) => told is null ? null : new CountedLines(told.Added ?? 0, told.Alive14, told.Alive30);

    private static List<RevertClaim>? Claims(IReadOnlyList<ScannedClaim?>? told)
    {
        var claims = new List<RevertClaim>();
        foreach (var claim in told ?? [])
        {
            if (claim?.Rule is null || !OutcomeWords.RevertRules.TryGetValue(claim.Rule, out var rule) || claim.Target is not { Length: > 0 and <= TextMax }
                || claims.Count >= ClaimsMax)
            {
                return null;
            }

            claims.Add(new RevertClaim(rule, claim.Target));
        }

        return claims;
    }
}
