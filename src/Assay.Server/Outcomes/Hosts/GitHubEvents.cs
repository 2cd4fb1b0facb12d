using System.Text.Json;
using Assay.Outcomes.Ladder;
using Assay.Outcomes.Reverts;

namespace Assay.Server.Outcomes.Hosts;

/// <summary>What GitHub's events say of outcomes. An event that says nothing of them is an empty batch.</summary>
internal static class GitHubEvents
{
    public static OutcomeBatch Read(string name, JsonElement body, OutcomeSource source, OutcomeSources sources)
    {
        if (body.Text("repository", "full_name") is not { Length: > 0 } repo)
        {
            return new OutcomeBatch();
        }

        return name switch
        {
            "pull_request" => PullRequest(repo, body, source),
            "pull_request_review" => Review(repo, body, source),
            "issues" => Issue(repo, body, source),
            "deployment_status" => Deployment(repo, body, sources),
            "workflow_run" => Workflow(repo, body, sources),
            "push" => Push(repo, body),
            _ => new OutcomeBatch(),
        };
    }

    private static OutcomeBatch PullRequest(string repo, JsonElement body, OutcomeSource source)
    {
        if (Change(repo, body, source) is not { } change || body.At("pull_request") is not { } pull)
        {
            return new OutcomeBatch();
        }

        var steps = new List<OutcomeStep>();
        var evidence = Evidence.Of(("action", body.Text("action")), ("by", body.Text("sender", "login")));
        Add(OutcomeEvent.Proposed, pull.Time("created_at"));
        if (pull.Is("merged"))
        {
            Add(OutcomeEvent.Accepted, pull.Time("merged_at") ?? pull.Time("closed_at"));
        }
        else if (pull.Text("state") == "closed")
        {
            Add(OutcomeEvent.Abandoned, pull.Time("closed_at"));
        }
        else if (body.Text("action") == "reopened")
        {
            Add(OutcomeEvent.Proposed, pull.Time("updated_at"));
        }

        return new OutcomeBatch
        {
            Outcomes =
            [
                change with
                {
                    Steps = steps,
                    Commits = Shas(
                        pull.Text("head", "sha"),
                        body.Text("action") == "synchronize" ? body.Text("before") : null,
                        body.Text("action") == "synchronize" ? body.Text("after") : null,

                        // Before the merge it names a trial that nobody keeps.
                        pull.Is("merged") ? pull.Text("merge_commit_sha") : null),
                    Reverts = RevertReader.Read(change.Title ?? "", pull.Text("body") ?? "", change.Branch, []),
                },
            ],
        };

        void Add(OutcomeEvent what, long? atMs)
        {
            if (atMs is { } at)
            {
                steps.Add(new OutcomeStep(what, at, evidence));
            }
        }
    }

    private static OutcomeBatch Review(string repo, JsonElement body, OutcomeSource source)
    {
        var verdict = body.Text("review", "state")?.ToUpperInvariant() switch
        {
            "APPROVED" => OutcomeEvent.Approved,
            "CHANGES_REQUESTED" => OutcomeEvent.ChangesRequested,
            _ => (OutcomeEvent?)null,
        };
        if (body.Text("action") != "submitted" || verdict is not { } what || body.At("review")?.Time("submitted_at") is not { } atMs
            || Change(repo, body, source) is not { } change)
        {
            return new OutcomeBatch();
        }

        return new OutcomeBatch
        {
            Outcomes = [change with { Steps = [new(what, atMs, Evidence.Of(("by", body.Text("review", "user", "login"))))] }],
        };
    }

    private static OutcomeReport? Change(string repo, JsonElement body, OutcomeSource source) =>
        body.At("pull_request") is not { } pull || pull.Number("number") is not { } number ? null : new OutcomeReport
        {
            Kind = OutcomeKind.Change,
            Source = OutcomeWords.GitHub,
            Ref = $"{repo}#{number}",
            FactsMs = pull.Time("updated_at") ?? pull.Time("created_at") ?? 0,
            Title = pull.Text("title"),
            Url = pull.Text("html_url"),
            Repo = repo,
            Branch = pull.Text("head", "ref"),
            BaseBranch = pull.Text("base", "ref"),
            Author = pull.Text("user", "login"),
            TeamOtherwise = source.Team,
            UseCase = source.UseCase,
            LinesAdded = pull.Number("additions"),
            LinesRemoved = pull.Number("deletions"),
            WorkRefs = HostFields.WorkRefs(repo, '#', pull.Text("head", "ref"), pull.Text("title"), pull.Text("body")),
        };

    private static OutcomeBatch Issue(string repo, JsonElement body, OutcomeSource source)
    {
        if (body.At("issue") is not { } issue || issue.Number("number") is not { } number || issue.At("pull_request") is not null)
        {
            return new OutcomeBatch();
        }

        var steps = new List<OutcomeStep>();
        var reason = issue.Text("state_reason");
        var evidence = Evidence.Of(("action", body.Text("action")), ("reason", reason), ("by", body.Text("sender", "login")));
        if (issue.Time("created_at") is { } createdMs)
        {
            steps.Add(new(OutcomeEvent.Proposed, createdMs, evidence));
        }

        if (issue.Text("state") == "closed" && issue.Time("closed_at") is { } closedMs)
        {
            steps.Add(new(reason is "not_planned" or "duplicate" ? OutcomeEvent.Abandoned : OutcomeEvent.Accepted, closedMs, evidence));
        }

        if (body.Text("action") == "reopened" && issue.Time("updated_at") is { } reopenedMs)
        {
            steps.Add(new(OutcomeEvent.Proposed, reopenedMs, evidence));
            steps.Add(new(OutcomeEvent.Reopened, reopenedMs, evidence));
        }

        return new OutcomeBatch
        {
            Outcomes =
            [
                new OutcomeReport
                {
                    Kind = OutcomeKind.Ticket,
                    Source = OutcomeWords.GitHub,
                    Ref = $"{repo}#{number}",
                    FactsMs = issue.Time("updated_at") ?? issue.Time("created_at") ?? 0,
                    Title = issue.Text("title"),
                    Url = issue.Text("html_url"),
                    Repo = repo,
                    Author = issue.Text("assignee", "login") ?? issue.Text("user", "login"),
                    TeamOtherwise = source.Team,
                    UseCase = source.UseCase,
                    WorkRefs = [$"{repo}#{number}"],
                    Steps = steps,
                },
            ],
        };
    }

    private static OutcomeBatch Deployment(string repo, JsonElement body, OutcomeSources sources)
    {
        var state = body.Text("deployment_status", "state");
        var sha = body.Text("deployment", "sha");
        var environment = body.Text("deployment_status", "environment") ?? body.Text("deployment", "environment") ?? "";
        if (state is not ("success" or "failure" or "error") || !HostFields.IsSha(sha) || body.Number("deployment", "id") is not { } id
            || body.At("deployment_status")?.Time("created_at") is not { } atMs)
        {
            return new OutcomeBatch();
        }

        var isSuccess = state == "success";
        return new OutcomeBatch
        {
            Deployments =
            [
                new(
                    OutcomeWords.GitHub, $"{repo}/deployments/{id}/{(isSuccess ? "success" : "failure")}", repo, sha!, environment,
                    body.Is("deployment", "production_environment") || sources.IsProduction(environment), isSuccess, atMs),
            ],
        };
    }

    private static OutcomeBatch Workflow(string repo, JsonElement body, OutcomeSources sources)
    {
        if (body.At("workflow_run") is not { } run || body.Text("action") != "completed"
            || run.Text("name") is not { } name || !sources.IsDeployWorkflow(name)
            || run.Text("head_branch") != body.Text("repository", "default_branch") || run.Text("event") == "pull_request"
            || run.Text("conclusion") is not ("success" or "failure") || !HostFields.IsSha(run.Text("head_sha"))
            || run.Number("id") is not { } id || run.Time("updated_at") is not { } atMs)
        {
            return new OutcomeBatch();
        }

        return new OutcomeBatch
        {
            Deployments =
            [
                new(
                    OutcomeWords.GitHub, $"{repo}/runs/{id}/{run.Number("run_attempt") ?? 1}", repo, run.Text("head_sha")!, name, true,
                    run.Text("conclusion") == "success", atMs),
            ],
        };
    }

    private static OutcomeBatch Push(string repo, JsonElement body) =>
        Pushes.Read(repo, body.Text("ref"), body.Text("repository", "default_branch"), body.All("commits"));

    private static List<string> Shas(params ReadOnlySpan<string?> shas)
    {
        var good = new List<string>();
        foreach (var sha in shas)
        {
            // All zeros is how a branch begins.
            if (sha is not null && HostFields.IsSha(sha) && sha.AsSpan().ContainsAnyExcept('0') && !good.Contains(sha, StringComparer.Ordinal))
            {
                good.Add(sha);
            }
        }

        return good;
    }
}
