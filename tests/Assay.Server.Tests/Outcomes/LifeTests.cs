using System.Globalization;
using Assay.Outcomes.Reverts;
using Assay.Server.Store;
using Assay.Server.Tests.Api;
using static Assay.Server.Tests.Outcomes.PullRequests;
using static Assay.Server.Tests.Outcomes.WebhookHost;

namespace Assay.Server.Tests.Outcomes;

/// <summary>Pull requests through their whole lives, as hosts tell them: late, twice and in any order.</summary>
public sealed class LifeTests(WebhookHost host) : IClassFixture<WebhookHost>
{
    private static CancellationToken Ct => ApiHost.Ct;

    [Fact]
    public async Task A_whole_life_with_a_revert_of_a_revert_ends_the_same_in_any_order()
    {
        string? expected = null;
        var random = new Random(5);
        for (var i = 0; i < 5; i++)
        {
            var repo = $"acme/life-{i}";
            (string Name, object Body)[] life =
            [
                ("pull_request", Opened(repo, 1, "Add a cache", 1)),
                ("pull_request", Closed(repo, 1, "Add a cache", 1, 2)),
                ("pull_request", Reopened(repo, 1, "Add a cache", 1, 3)),
                ("pull_request", Merged(repo, 1, "Add a cache", 1, 4)),
                ("deployment_status", Deployed(repo, 10, Sha(1001), 5)),
                ("deployment_status", Deployed(repo, 20, Sha(1001), 5, "failure", "staging")),
                ("pull_request", Merged(repo, 2, "Revert \"Add a cache\"", 6, 7, $"Reverts {repo}#1", "revert-1-branch-1")),
                ("pull_request", Merged(repo, 3, "Reapply \"Add a cache\"", 8, 9, $"This reverts commit {Sha(1002)}.")),
                ("deployment_status", Deployed(repo, 30, Sha(1003), 10)),
                ("pull_request", Closed(repo, 4, "Never mind", 11, 12)),
            ];
            if (i > 0)
            {
                random.Shuffle(life);
            }

            foreach (var (name, body) in life.Concat(random.GetItems(life, 3)))
            {
                (await host.GitHubAsync(name, body)).ShouldBeOneOf("taken", "known");
            }

            var fates = (await host.FatesAsync(repo)).Replace(repo, "R", StringComparison.Ordinal);
            fates.ShouldBe(expected ??= fates);
        }

        expected.ShouldBe("""
            R#1 deployed: proposed 1 accepted 4 deployed 5 restored 9
            R#2 reverted: proposed 6 accepted 7 deployed 10 reverted 9
            R#3 deployed: proposed 8 accepted 9 deployed 10
            R#4 abandoned: proposed 11 abandoned 12
            """);
    }

    [Theory]
    [InlineData("Reverts acme/rules-{0}#1", "Undo it", "x", "HostReference")]
    [InlineData("", "Undo it", "revert-1-branch-1", "HostBranch")]
    [InlineData("", "Revert \"The change\"", "x", "Title")]
    [InlineData("This reverts commit 00000000000000000000000000000000000003e9.", "Revert \"The change\"", "revert-1-x", "CommitTrailer")]
    public async Task Each_rule_finds_its_revert(string body, string title, string branch, string rule)
    {
        var name = rule.ToUpperInvariant();
        var repo = $"acme/rules-{name}";
        await host.GitHubAsync("pull_request", Merged(repo, 1, "The change", 1, 2));
        await host.GitHubAsync("pull_request", Merged(
            repo, 2, title, 3, 4, string.Format(CultureInfo.InvariantCulture, body, name), branch));

        (await host.FatesAsync(repo)).Split('\n')[0].ShouldBe($"{repo}#1 reverted: proposed 1 accepted 2 reverted 4");
        (await host.Store.ListAsync(new OutcomeQuery { Repo = repo }, Ct)).Single(o => o.Ref.EndsWith("#1", StringComparison.Ordinal))
            .RevertRule.ShouldBe(Enum.Parse<RevertRule>(rule));
    }

    [Fact]
    public async Task Pushes_bring_a_change_its_commits_and_undo_what_the_default_branch_says()
    {
        const string repo = "acme/pushes";
        await host.GitHubAsync("push", Push(repo, "cache", (Sha(1), "Half of it", 1), (Sha(2), "All of it", 2)));
        await host.GitHubAsync("pull_request", Merged(repo, 1, "JRA-12: Add a cache", 3, 4, "Closes #9", "cache"));
        await host.GitHubAsync("push", Push(repo, "main", (Sha(50), $"Revert \"x\"\n\nThis reverts commit {Sha(1001)}.", 5)));
        (await host.FatesAsync(repo)).ShouldBe("acme/pushes#1 reverted: proposed 3 accepted 4 reverted 5");

        await host.GitHubAsync("push", Push(repo, "main", (Sha(51), $"Reapply \"x\"\n\nThis reverts commit {Sha(50)}.", 6)));
        (await host.FatesAsync(repo)).ShouldBe("acme/pushes#1 accepted: proposed 3 accepted 4 restored 6");
        var change = (await host.Store.ListAsync(new OutcomeQuery { Repo = repo }, Ct)).Single();
        change.WorkRefs.ShouldBe(["JRA-12", "acme/pushes#9"]);
        (change.PersonId, change.TeamId).ShouldBe(("p_ada", "platform"));
        (await host.Store.CommitsAsync([change.Id], Ct))[change.Id].Select(c => c.Sha)
            .ShouldBe([Sha(1), Sha(2), Sha(1001), Sha(2001)], ignoreOrder: true);
    }

    [Fact]
    public async Task Merge_requests_live_the_same_lives()
    {
        const string repo = "grp/sub/app";
        await host.GitLabAsync("Merge Request Hook", MergeRequest(repo, 5, "Add a cache", "open", 1));
        await host.GitLabAsync("Merge Request Hook", MergeRequest(repo, 5, "Add a cache", "approved", 2));
        await host.GitLabAsync("Merge Request Hook", MergeRequest(repo, 5, "Add a cache", "merge", 3));
        await host.GitLabAsync("Deployment Hook", new
        {
            status = "success",
            status_changed_at = Hour(4).Replace("Z", " +0000", StringComparison.Ordinal).Replace('T', ' '),
            deployment_id = 15,
            environment = "Prod",
            commit_url = $"https://gitlab.example/{repo}/-/commit/{Sha(1005)}",
            project = new { path_with_namespace = repo },
        });
        await host.GitLabAsync("Merge Request Hook", MergeRequest(
            repo, 6, "Revert \"Add a cache\"", "merge", 5, "This reverts merge request !5", "revert-0a1b2c3d"));
        await host.GitLabAsync("Issue Hook", new
        {
            user = new { username = "somebody" },
            project = new { path_with_namespace = repo },
            object_attributes = new { iid = 5, title = "Slow", action = "close", created_at = Hour(0), updated_at = Hour(6), closed_at = Hour(6) },
        });

        (await host.FatesAsync(repo)).ShouldBe("""
            grp/sub/app!5 reverted: proposed 0 accepted 3 deployed 4 reverted 5
            grp/sub/app!6 accepted: proposed 0 accepted 5
            grp/sub/app#5 accepted: proposed 0 accepted 6
            """);
        (await host.Store.ListAsync(new OutcomeQuery { Repo = repo, Kind = "change" }, Ct)).ShouldAllBe(o => o.PersonId == "p_ada");
    }
}
