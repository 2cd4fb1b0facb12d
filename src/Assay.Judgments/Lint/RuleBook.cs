namespace Assay.Judgments.Lint;

/// <param name="Id">As <c>JL009</c>; never given to another rule.</param>
/// <param name="Name">As SARIF shows it.</param>
public sealed record Rule(string Id, string Name, Severity Severity, string Description);

/// <summary>Every rule of <c>assay judge check</c>. docs/judgment-format.md lists the same.</summary>
public static class RuleBook
{
    public static IReadOnlyList<Rule> All { get; } =
    [
        new("JL001", "readable", Severity.Error, "The file is an entry: text, front matter and fields are as the format says."),
        new("JL002", "unique-id", Severity.Error, "The id is a UUID of version 7 that no other entry has, on any branch."),
        new("JL003", "status", Severity.Error, "The status is proposed, accepted, rejected or withdrawn."),
        new("JL004", "one-owner", Severity.Error, "An entry that was decided has one owner, who is a person."),
        new("JL005", "owner-proven", Severity.Warning, "The owner made the commit that accepted it, or stands in its Judged-by trailer."),
        new("JL006", "decided-at", Severity.Error, "The time of the decision has an offset and is neither in the future nor after its commit."),
        new("JL007", "late", Severity.Warning, "The entry was committed within a day of the decision."),
        new("JL008", "confidence", Severity.Error, "Confidence is a whole number from 0 to 100; an accepted entry has one."),
        new("JL009", "relation", Severity.Error, "Who overrode or modified a proposal says what it was and what was chosen instead."),
        new("JL010", "rejected-option", Severity.Error, "At least one option was rejected, with a reason."),
        new("JL011", "responds-to", Severity.Error, "What it responds to exists, and a sentence says why."),
        new("JL012", "supersedes", Severity.Error, "Only an accepted entry supersedes, and only accepted ones, without a circle."),
        new("JL013", "two-successors", Severity.Warning, "At most one live entry supersedes another."),
        new("JL014", "paths", Severity.Warning, "Links and affected paths lead to something. Only for entries that are not sealed."),
        new("JL015", "sections", Severity.Error, "The sections that are needed are there, and are not the template's text."),
        new("JL016", "secret", Severity.Error, "No key, token or password stands in an entry."),
        new("JL017", "file-name", Severity.Error, "The file's name begins with the day of the decision."),
        new("JL018", "review-due", Severity.Note, "The day of review has not passed without a review."),
        new("JL019", "near-duplicate", Severity.Warning, "No other entry says almost the same. Only for entries that are not sealed."),
        new("JL020", "low-confidence", Severity.Note, "An accepted entry has a confidence of 50 or more."),
        new("JL021", "review", Severity.Error, "A review, and only a review, names the accepted entry that it looks at, and a result."),
        new("JL100", "seal-edited", Severity.Error, "An entry that was accepted on the default branch is never changed."),
        new("JL101", "seal-deleted", Severity.Error, "An entry that was accepted on the default branch is never deleted."),
        new("JL102", "history", Severity.Error, "The history is whole, so that seals can be verified."),
        new("JL103", "witness", Severity.Error, "The seals are those that a witness saw before."),
        new("JL201", "dependency-undecided", Severity.Warning, "A new dependency has an entry."),
        new("JL202", "migration-undecided", Severity.Warning, "A migration of data has an entry."),
        new("JL203", "api-undecided", Severity.Warning, "A change of a public interface has an entry."),
        new("JL204", "guarded-path", Severity.Warning, "A change of what an accepted entry affects has an entry that answers it."),
        new("JL205", "ai-overridden", Severity.Warning, "An AI edit that a person threw away has an entry that says why."),
        new("JL206", "spend-undecided", Severity.Warning, "A branch that cost much has an entry."),
    ];

    private static readonly Dictionary<string, Rule> s_byId = All.ToDictionary(rule => rule.Id, StringComparer.Ordinal);

    public static Rule? Find(string id) => s_byId.GetValueOrDefault(id);
}
