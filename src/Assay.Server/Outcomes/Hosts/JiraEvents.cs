using System.Text.Json;
using Assay.Outcomes.Ladder;

namespace Assay.Server.Outcomes.Hosts;

/// <summary>What Jira's webhooks say of outcomes: <c>jira:issue_created</c> and <c>jira:issue_updated</c>.</summary>
internal static class JiraEvents
{
    // As Jira comes; a resolution that says that nothing was done accepts nothing.
    private static readonly string[] s_givenUp =
        ["Won't Do", "Won't Fix", "Duplicate", "Cannot Reproduce", "Incomplete", "Declined", "Rejected", "Not a Bug", "Abandoned"];

    public static OutcomeBatch Read(JsonElement body, OutcomeSource source)
    {
        if (body.Text("webhookEvent") is not ("jira:issue_created" or "jira:issue_updated")
            || body.At("issue") is not { } issue || issue.Text("key") is not { Length: > 0 } key || issue.At("fields") is not { } fields)
        {
            return new OutcomeBatch();
        }

        var toldMs = body.Number("timestamp") ?? fields.Time("updated") ?? fields.Time("created") ?? 0;
        var resolution = fields.Text("resolution", "name");
        var isDone = fields.Text("status", "statusCategory", "key") == "done";
        var steps = new List<OutcomeStep>();
        var evidence = Evidence.Of(("status", fields.Text("status", "name")), ("resolution", resolution), ("by", body.Text("user", "displayName")));
        if (fields.Time("created") is { } createdMs)
        {
            steps.Add(new(OutcomeEvent.Proposed, createdMs, evidence));
        }

        if (isDone)
        {
            var isGivenUp = resolution is not null && s_givenUp.Contains(resolution, StringComparer.OrdinalIgnoreCase);
            steps.Add(new(isGivenUp ? OutcomeEvent.Abandoned : OutcomeEvent.Accepted, fields.Time("resolutiondate") ?? toldMs, evidence));
        }
        else if (body.All("changelog", "items").Any(IsReopening))
        {
            steps.Add(new(OutcomeEvent.Proposed, toldMs, evidence));
            steps.Add(new(OutcomeEvent.Reopened, toldMs, evidence));
        }

        return new OutcomeBatch
        {
            Outcomes =
            [
                new OutcomeReport
                {
                    Kind = OutcomeKind.Ticket,
                    Source = OutcomeWords.Jira,
                    Ref = key,
                    FactsMs = toldMs,
                    Title = fields.Text("summary"),
                    Url = issue.Text("self") is { } self && Uri.TryCreate(self, UriKind.Absolute, out var address)
                        ? $"{address.GetLeftPart(UriPartial.Authority)}/browse/{key}"
                        : null,
                    Author = fields.Text("assignee", "emailAddress") ?? fields.Text("assignee", "displayName"),
                    TeamOtherwise = source.Team,
                    UseCase = source.UseCase,
                    WorkRefs = [key],
                    Steps = steps,
                },
            ],
        };
    }

    /// <summary>The resolution was taken back, or the status says so. Which statuses are done is not told of the one before.</summary>
    private static bool IsReopening(JsonElement item) =>
        (item.Text("field") == "resolution" && item.Text("fromString") is { Length: > 0 } && item.Text("toString") is null or "")
        || (item.Text("field") == "status" && item.Text("toString") is { } to && to.StartsWith("Reopen", StringComparison.OrdinalIgnoreCase));
}
