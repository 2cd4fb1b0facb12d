using System.Text.Json;
using Assay.Outcomes.Ladder;
using Assay.Server.Store;
using Assay.Server.Tests.Api;
using static Assay.Server.Tests.Outcomes.WebhookHost;

namespace Assay.Server.Tests.Outcomes;

/// <summary>Who is believed, and that what is told twice counts once.</summary>
public sealed class WebhookTests(WebhookHost host) : IClassFixture<WebhookHost>
{
    private static CancellationToken Ct => ApiHost.Ct;

    [Fact]
    public async Task GitHubs_own_samples_are_taken_for_what_they_say()
    {
        (await host.GitHubAsync("issues", Sample("github.issues.opened"))).ShouldBe("taken");
        (await host.GitHubAsync("pull_request", Sample("github.pull_request.opened"))).ShouldBe("taken");
        (await host.GitHubAsync("pull_request", Sample("github.pull_request.synchronize"))).ShouldBe("taken");
        (await host.GitHubAsync("pull_request_review", Sample("github.pull_request_review.submitted"))).ShouldBe("ignored"); // a comment
        (await host.GitHubAsync("pull_request_review", Sample("github.pull_request_review.submitted").Replace("\"commented\"", "\"approved\"", StringComparison.Ordinal)))
            .ShouldBe("taken");
        (await host.GitHubAsync("pull_request", Sample("github.pull_request.closed"))).ShouldBe("taken");
        (await host.GitHubAsync("issues", Sample("github.issues.reopened"))).ShouldBe("taken");
        (await host.GitHubAsync("deployment_status", Sample("github.deployment_status.created"))).ShouldBe("taken");
        (await host.GitHubAsync("workflow_run", Sample("github.workflow_run.completed"))).ShouldBe("ignored"); // no deployment
        (await host.GitHubAsync("workflow_run", Sample("github.workflow_run.completed").Replace("\"name\":\"\"", "\"name\":\"Deploy\"", StringComparison.Ordinal)))
            .ShouldBe("taken");
        (await host.GitHubAsync("push", Sample("github.push"))).ShouldBe("ignored"); // undoes nothing
        (await host.GitHubAsync("ping", """{"zen":"Design for failure.","organization":{"login":"Codertocat"}}""")).ShouldBe("ignored");

        var all = await host.Store.ListAsync(new OutcomeQuery { Repo = "Codertocat/Hello-World" }, Ct);
        var change = all.Single(o => o.Kind == "change");
        (change.Ref, change.Title, change.Author, change.Branch, change.LinesAdded, change.UseCase)
            .ShouldBe(("Codertocat/Hello-World#2", "Update the README with new information.", "Codertocat", "changes", 1, "coding"));
        change.State.Rung(long.MaxValue).ShouldBe(OutcomeRung.Abandoned);
        (await host.Store.CommitsAsync([change.Id], Ct))[change.Id].Select(c => c.Sha)
            .ShouldBe(["ec26c3e57ca3a959ca5aad62de7213c562f8c821", "f95f852bd8fca8fcc58a9a2d6c842781e32a215e"], ignoreOrder: true);
        (await host.Store.StepsAsync(change.Id, Ct)).Select(s => s.What)
            .ShouldBe([OutcomeEvent.Proposed, OutcomeEvent.Approved, OutcomeEvent.Abandoned]);
        all.Single(o => o.Kind == "ticket").State.Rung(long.MaxValue).ShouldBe(OutcomeRung.Proposed);
        (await host.Store.DeploymentsAsync(0, long.MaxValue, Ct)).Select(d => (d.Environment, d.IsProduction, d.IsSuccess))
            .ShouldBe([("production", true, true), ("Deploy", true, true)]);
    }

    [Fact]
    public async Task What_is_not_signed_by_the_right_secret_is_refused()
    {
        var body = JsonSerializer.Serialize(PullRequests.Opened("acme/closed", 1, "A", 1));

        (await host.GitHubAsync("pull_request", body)).ShouldBe("Unauthorized");
        (await host.GitHubAsync("pull_request", body, secret: "another secret")).ShouldBe("taken");
        (await host.SendAsync("github", body, _ => { })).ShouldBe("Unauthorized");
        (await host.SendAsync("github", body, h => h.Add("X-Hub-Signature-256", "sha256="))).ShouldBe("Unauthorized");
        (await host.SendAsync("gitlab", """{"project":{"path_with_namespace":"old/app"}}""", h => h.Add("X-Gitlab-Token", "guess"))).ShouldBe("Unauthorized");
        (await host.SendAsync("gitlab", """{"project":{"path_with_namespace":"old/app"}}""", h => h.Add("X-Gitlab-Token", Secret))).ShouldBe("ignored");
        (await host.SendAsync("gitlab", """{"project":{"path_with_namespace":"new/app"}}""", h => h.Add("X-Gitlab-Token", host.SigningSecret)))
            .ShouldBe("Unauthorized", "a signing secret is no token");
        (await host.SendAsync("jira", """{"issue":{"fields":{"project":{"key":"SUP"}}}}""", _ => { })).ShouldBe("Unauthorized");
        (await host.SendAsync("jira", """{"issue":{"fields":{"project":{"key":"XX"}}}}""", _ => { })).ShouldBe("Unauthorized");
        (await host.SendAsync("github", "[]", _ => { })).ShouldBe("Unauthorized");
        (await host.SendAsync("github", "nonsense", _ => { })).ShouldBe("BadRequest");
        (await host.SendAsync("github", new string(' ', 8 * 1024 * 1024) + "{}", _ => { })).ShouldBe("RequestEntityTooLarge");
    }

    [Fact]
    public async Task A_body_that_was_changed_on_the_way_is_refused()
    {
        var body = JsonSerializer.Serialize(PullRequests.Merged("acme/tamper", 1, "A", 1, 2));
        var changed = body.Replace("\"A\"", "\"B\"", StringComparison.Ordinal);
        string? signature = null;
        await host.GitHubAsync("pull_request", body); // a good one first, so that the repository is known
        using (var hmac = new System.Security.Cryptography.HMACSHA256(System.Text.Encoding.UTF8.GetBytes(Secret)))
        {
            signature = "sha256=" + Convert.ToHexStringLower(hmac.ComputeHash(System.Text.Encoding.UTF8.GetBytes(body)));
        }

        (await host.SendAsync("github", changed, h =>
        {
            h.Add("X-GitHub-Event", "pull_request");
            h.Add("X-Hub-Signature-256", signature);
        })).ShouldBe("Unauthorized");
    }

    [Fact]
    public async Task A_delivery_that_comes_again_changes_nothing_even_under_a_new_id()
    {
        var merged = PullRequests.Merged("acme/twice", 1, "A", 1, 2);
        (await host.GitHubAsync("pull_request", merged, "d-1")).ShouldBe("taken");
        (await host.GitHubAsync("pull_request", merged, "d-1")).ShouldBe("known");
        (await host.GitHubAsync("pull_request", merged, "d-2")).ShouldBe("known");
        (await host.GitHubAsync("pull_request", PullRequests.Opened("acme/twice", 2, "B", 3), "d-1")).ShouldBe("known");

        var at = TimeProvider.System.GetUtcNow();
        var body = PullRequests.MergeRequest("grp/twice", 3, "C", "open", 1);
        (await host.GitLabAsync("Merge Request Hook", body, at, "m-1")).ShouldBe("taken");
        (await host.GitLabAsync("Merge Request Hook", body, at, "m-1")).ShouldBe("known");
        (await host.GitLabAsync("Merge Request Hook", body, at.AddMinutes(-6), "m-2")).ShouldBe("Unauthorized");
        (await host.GitLabAsync("Merge Request Hook", body, at.AddMinutes(6), "m-3")).ShouldBe("Unauthorized");

        (await host.FatesAsync("acme/twice")).ShouldBe("acme/twice#1 accepted: proposed 1 accepted 2");
    }

    [Fact]
    public async Task Jiras_tickets_are_resolved_reopened_and_given_up()
    {
        (await host.JiraAsync(PullRequests.Jira("SUP-7", 1, "new"))).ShouldBe("taken");
        (await host.JiraAsync(PullRequests.Jira("SUP-7", 2, "done", "Done"))).ShouldBe("taken");
        var ticket = (await host.Store.ListAsync(new OutcomeQuery { Source = "jira" }, Ct)).Single();
        (ticket.Ref, ticket.Title, ticket.PersonId, ticket.TeamId, ticket.UseCase, ticket.Url)
            .ShouldBe(("SUP-7", "The printer is on fire", "p_ada", "platform", "support", "https://acme.atlassian.net/browse/SUP-7"));
        ticket.State.Rung(ticket.State.AcceptedMs!.Value).ShouldBe(OutcomeRung.Accepted);

        (await host.JiraAsync(PullRequests.Jira("SUP-7", 3, "new", takenBack: "Done"))).ShouldBe("taken");
        (await host.JiraAsync(PullRequests.Jira("SUP-8", 1, "done", "Won't Do"))).ShouldBe("taken");
        (await host.JiraAsync(new { webhookEvent = "comment_created", issue = new { fields = new { project = new { key = "SUP" } } } })).ShouldBe("ignored");

        var all = await host.Store.ListAsync(new OutcomeQuery { Source = "jira" }, Ct);
        all.Single(o => o.Ref == "SUP-7").State.Rung(0).ShouldBe(OutcomeRung.Reopened);
        all.Single(o => o.Ref == "SUP-8").State.Rung(0).ShouldBe(OutcomeRung.Abandoned);
    }
}
