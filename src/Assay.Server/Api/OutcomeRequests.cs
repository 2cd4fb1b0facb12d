using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Assay.Server.Api;

/// <summary>That something happened to an outcome.</summary>
public sealed record ReportOutcome
{
    [Required]
    [Description("A kind that is built in or declared under outcomes.kinds: change, ticket, document, deal, campaign, recap.")]
    public string? Kind { get; init; }

    [Required]
    [Description("Its name where it lives, as in SUP-412 or deal/2026-118; the same name is the same outcome.")]
    public string? Ref { get; init; }

    [Required]
    [Description("proposed, accepted, deployed, held, failed, abandoned, reopened, incident, reverted, restored, approved or changes-requested.")]
    public string? Event { get; init; }

    [Description("When it happened (RFC 3339); now if absent.")]
    public string? At { get; init; }

    [Description("What it is, in at most 400 characters.")]
    public string? Title { get; init; }

    [Description("Where it can be looked at: an http or https address.")]
    public string? Url { get; init; }

    [Description("The e-mail address of the person who made it.")]
    public string? Person { get; init; }

    [Description("The team's id; the person's team if absent.")]
    public string? Team { get; init; }

    [Description("The use case whose spend it came from.")]
    public string? UseCase { get; init; }

    [Description("What it is worth in its kind's unit of value, as a decimal string.")]
    public string? Value { get; init; }

    [Description("The repository, as in acme/web.")]
    public string? Repo { get; init; }

    [Description("The branch that it comes from.")]
    public string? Branch { get; init; }

    [Description("The branch that it goes to.")]
    public string? BaseBranch { get; init; }

    [Description("Hashes of commits that belong to it.")]
    public IReadOnlyList<string?>? Commits { get; init; }

    [Description("Tickets and the like that it serves: what calls name in x-assay-work.")]
    public IReadOnlyList<string?>? WorkRefs { get; init; }

    public long? LinesAdded { get; init; }

    public long? LinesRemoved { get; init; }

    [Description("What says so, in at most 500 characters.")]
    public string? Evidence { get; init; }
}
