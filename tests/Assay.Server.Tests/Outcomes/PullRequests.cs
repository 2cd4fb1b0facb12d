using System.Globalization;
using static Assay.Server.Tests.Outcomes.WebhookHost;

namespace Assay.Server.Tests.Outcomes;

/// <summary>Events of synthetic lives, with the fields that hosts send. Times are hours after their beginning.</summary>
internal static class PullRequests
{
    public static object Opened(string repo, int number, string title, int hour, string body = "", string? branch = null) =>
        Event("opened", repo, number, title, hour, hour, body, branch);

    public static object Merged(string repo, int number, string title, int opened, int merged, string body = "", string? branch = null) =>
        Event("closed", repo, number, title, opened, merged, body, branch, isMerged: true);

    public static object Closed(string repo, int number, string title, int opened, int closed) =>
        Event("closed", repo, number, title, opened, closed, "", null, isClosed: true);

    public static object Reopened(string repo, int number, string title, int opened, int reopened) =>
        Event("reopened", repo, number, title, opened, reopened, "", null);

    /// <summary>The merge of a pull request is commit 1000 + its number, its head is 2000 + its number.</summary>
    public static object Event(
        string action, string repo, int number, string title, int opened, int hour, string body, string? branch, bool isMerged = false,
        bool isClosed = false) => new
        {
            action,
            number,
            pull_request = new
            {
                number,
                state = isMerged || isClosed ? "closed" : "open",
                title,
                body,
                html_url = $"https://github.example/{repo}/pull/{number}",
                user = new { login = "octo-ada" },
                created_at = Hour(opened),
                updated_at = Hour(hour),
                closed_at = isMerged || isClosed ? Hour(hour) : null,
                merged_at = isMerged ? Hour(hour) : null,
                merged = isMerged,
                merge_commit_sha = Sha(1000 + number),
                head = new { @ref = branch ?? $"branch-{number}", sha = Sha(2000 + number) },
                @base = new { @ref = "main" },
                additions = 10,
                deletions = 2,
            },
            repository = new { full_name = repo, default_branch = "main" },
            sender = new { login = "octo-ada" },
        };

    public static object Deployed(string repo, int id, string sha, int hour, string state = "success", string environment = "production") => new
    {
        action = "created",
        deployment = new { id, sha, environment },
        deployment_status = new { id = id + 1, state, created_at = Hour(hour), environment },
        repository = new { full_name = repo },
    };

    public static object Push(string repo, string branch, params (string Sha, string Message, int Hour)[] commits) => new
    {
        @ref = "refs/heads/" + branch,
        repository = new { full_name = repo, default_branch = "main" },
        commits = commits.Select(c => new { id = c.Sha, message = c.Message, timestamp = Hour(c.Hour) }),
    };

    public static object MergeRequest(
        string repo, int number, string title, string action, int hour, string description = "", string branch = "feature") => new
        {
            object_kind = "merge_request",
            user = new { username = "somebody" },
            project = new { path_with_namespace = repo, default_branch = "main" },
            object_attributes = new
            {
                iid = number,
                title,
                description,
                action,
                state = action switch { "merge" => "merged", "close" => "closed", _ => "opened" },
                source_branch = branch,
                target_branch = "main",
                created_at = GitLabTime(0),
                updated_at = GitLabTime(hour),
                url = $"https://gitlab.example/{repo}/-/merge_requests/{number}",
                merge_commit_sha = action == "merge" ? Sha(1000 + number) : null,
                last_commit = new { id = Sha(2000 + number), author = new { email = "ada@example.com" } },
            },
        };

    public static object Jira(string key, int hour, string category, string? resolution = null, string? takenBack = null) => new
    {
        timestamp = Milliseconds(hour),
        webhookEvent = hour == 1 && category == "new" ? "jira:issue_created" : "jira:issue_updated",
        user = new { displayName = "Somebody" },
        issue = new
        {
            self = "https://acme.atlassian.net/rest/api/2/10002",
            key,
            fields = new
            {
                summary = "The printer is on fire",
                project = new { key = key.Split('-')[0] },
                created = Hour(0).Replace("Z", ".000+0000", StringComparison.Ordinal),
                updated = Hour(hour).Replace("Z", ".000+0000", StringComparison.Ordinal),
                status = new { name = category, statusCategory = new { key = category } },
                resolution = resolution is null ? null : new { name = resolution },
                resolutiondate = category == "done" ? Hour(hour).Replace("Z", ".000+0000", StringComparison.Ordinal) : null,
                assignee = new { emailAddress = "Ada@example.com", displayName = "Ada" },
            },
        },
        changelog = takenBack is null ? null : new { items = new[] { new { field = "resolution", fromString = takenBack, toString = (string?)null } } },
    };

    private static long Milliseconds(int hour) =>
        DateTimeOffset.Parse(Hour(hour), CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    private static string GitLabTime(int hour) => Hour(hour).Replace("T", " ", StringComparison.Ordinal).Replace("Z", " UTC", StringComparison.Ordinal);
}
