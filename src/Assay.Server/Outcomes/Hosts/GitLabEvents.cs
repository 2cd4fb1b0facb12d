using System.Text.Json;
using Assay.Outcomes.Ladder;
using Assay.Outcomes.Reverts;

namespace Assay.Server.Outcomes.Hosts;

/// <summary>What GitLab's events say of outcomes.</summary>
internal static class GitLabEvents
{
    public static OutcomeBatch Read(string name, JsonElement body, OutcomeSource source, OutcomeSources sources)
    {
        if (body.Text("project", "path_with_namespace") is not { Length: > 0 } repo)
        {
            return new OutcomeBatch();
        }

        return name switch
        {
            "Merge Request Hook" => MergeRequest(repo, body, source),
            "Issue Hook" => Issue(repo, body, source),
            "Deployment Hook" => Deployment(repo, body, sources),
            "Pipeline Hook" => Pipeline(repo, body, sources),
            "Push Hook" => Pushes.Read(repo, body.Text("ref"), body.Text("project", "default_branch"), body.All("commits")),
            _ => new OutcomeBatch(),
        };
    }

    private static OutcomeBatch MergeRequest(string repo, JsonElement body, OutcomeSource source)
    {
        if (body.At("object_attributes") is not { } request || request.Number("iid") is not { } number)
        {
            return new OutcomeBatch();
        }

        var action = request.Text("action");
        var updatedMs = request.Time("updated_at") ?? request.Time("created_at");
        var steps = new List<OutcomeStep>();
        var evidence = Evidence.Of(("action", action), ("by", body.Text("user", "username")));
        Add(OutcomeEvent.Proposed, request.Time("created_at"));

        // The payload has no time of the merge or of the closing: it is the update that this event tells of.
        Add(
            action switch
            {
                "merge" => OutcomeEvent.Accepted,
                "close" => OutcomeEvent.Abandoned,
                "reopen" => OutcomeEvent.Proposed,
                "approved" or "approval" => OutcomeEvent.Approved,
                _ => null,
            },
            request.Time("merged_at") ?? updatedMs);
        var isMerged = request.Text("state") == "merged";
        string[] commits =
        [
            .. new[]
            {
                request.Text("last_commit", "id"), request.Text("oldrev"), isMerged ? request.Text("merge_commit_sha") : null,
                isMerged ? request.Text("squash_commit_sha") : null,
            }.OfType<string>().Where(HostFields.IsSha).Distinct(StringComparer.Ordinal),
        ];
        return new OutcomeBatch
        {
            Outcomes =
            [
                new OutcomeReport
                {
                    Kind = OutcomeKind.Change,
                    Source = OutcomeWords.GitLab,
                    Ref = $"{repo}!{number}",
                    FactsMs = updatedMs ?? 0,
                    Title = request.Text("title"),
                    Url = request.Text("url"),
                    Repo = repo,
                    Branch = request.Text("source_branch"),
                    BaseBranch = request.Text("target_branch"),

                    // Who did it is whoever acts now; the author is known by the last commit.
                    Author = request.Text("last_commit", "author", "email") ?? (action == "open" ? body.Text("user", "username") : null),
                    TeamOtherwise = source.Team,
                    UseCase = source.UseCase,
                    WorkRefs = HostFields.WorkRefs(repo, '#', request.Text("source_branch"), request.Text("title"), request.Text("description")),
                    Commits = commits,
                    Steps = steps,
                    Reverts = RevertReader.Read(request.Text("title") ?? "", request.Text("description") ?? "", request.Text("source_branch"), []),
                },
            ],
        };

        void Add(OutcomeEvent? what, long? atMs)
        {
            if (what is { } happened && atMs is { } at)
            {
                steps.Add(new OutcomeStep(happened, at, evidence));
            }
        }
    }

    private static OutcomeBatch Issue(string repo, JsonElement body, OutcomeSource source)
    {
        if (body.At("object_attributes") is not { } issue || issue.Number("iid") is not { } number)
        {
            return new OutcomeBatch();
        }

        var action = issue.Text("action");
        var updatedMs = issue.Time("updated_at") ?? issue.Time("created_at");
        var evidence = Evidence.Of(("action", action), ("by", body.Text("user", "username")));
        var steps = new List<OutcomeStep>();
        if (issue.Time("created_at") is { } createdMs)
        {
            steps.Add(new(OutcomeEvent.Proposed, createdMs, evidence));
        }

        if (action == "close" && (issue.Time("closed_at") ?? updatedMs) is { } closedMs)
        {
            steps.Add(new(OutcomeEvent.Accepted, closedMs, evidence));
        }
        else if (action == "reopen" && updatedMs is { } reopenedMs)
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
                    Source = OutcomeWords.GitLab,
                    Ref = $"{repo}#{number}",
                    FactsMs = updatedMs ?? 0,
                    Title = issue.Text("title"),
                    Url = issue.Text("url"),
                    Repo = repo,
                    Author = body.All("assignees").Select(a => a.Text("username")).FirstOrDefault()
                        ?? (action == "open" ? body.Text("user", "username") : null),
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
        // Only the address of the commit has the whole hash.
        var sha = body.Text("commit_url")?.Split('/')[^1];
        var environment = body.Text("environment") ?? "";
        if (body.Text("status") is not ("success" or "failed") || !HostFields.IsSha(sha) || body.Number("deployment_id") is not { } id
            || body.Time("status_changed_at") is not { } atMs)
        {
            return new OutcomeBatch();
        }

        var isSuccess = body.Text("status") == "success";
        return new OutcomeBatch
        {
            Deployments =
            [
                new(
                    OutcomeWords.GitLab, $"{repo}/deployments/{id}/{(isSuccess ? "success" : "failure")}", repo, sha!, environment,
                    body.Text("environment_tier") == "production" || sources.IsProduction(environment), isSuccess, atMs),
            ],
        };
    }

    private static OutcomeBatch Pipeline(string repo, JsonElement body, OutcomeSources sources)
    {
        if (body.At("object_attributes") is not { } pipeline || pipeline.Text("name") is not { } name || !sources.IsDeployWorkflow(name)
            || pipeline.Text("status") is not ("success" or "failed") || pipeline.Text("ref") != body.Text("project", "default_branch")
            || !HostFields.IsSha(pipeline.Text("sha")) || pipeline.Number("id") is not { } id || pipeline.Time("finished_at") is not { } atMs)
        {
            return new OutcomeBatch();
        }

        return new OutcomeBatch
        {
            Deployments =
            [
                new(
                    OutcomeWords.GitLab, $"{repo}/pipelines/{id}", repo, pipeline.Text("sha")!, name, true,
                    pipeline.Text("status") == "success", atMs),
            ],
        };
    }
}
