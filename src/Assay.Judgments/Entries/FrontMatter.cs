using Assay.Judgments.Shapes;

namespace Assay.Judgments.Entries;

/// <summary>The shape of an entry's front matter, version 1. docs/judgment.schema.json is written from it.</summary>
public static class FrontMatter
{
    public const int Version = 1;
    public const int TitleMax = 200;

    private static readonly TextShape s_uuid = new(36, 36, TextForm.Uuid);

    public static MapShape Shape { get; } = new(
        [
            new("judgment", new WholeNumberShape(Version, Version), IsRequired: true, "The version of the format."),
            new("id", s_uuid, IsRequired: true, "A UUID of version 7. It never changes; an imported entry keeps its own."),
            new("title", new TextShape(1, TitleMax), IsRequired: true, "The decision as a headline."),
            new("summary", new TextShape(1, 200), Description: "One line that says enough without the body."),
            new("status", new TextShape(OneOf: JudgmentWords.Statuses), IsRequired: true,
                "Superseded is no status: it follows from the entry that supersedes."),
            new("stage", new TextShape(OneOf: JudgmentWords.Stages), IsRequired: true,
                "Where in the cycle of a change the decision was made."),
            new("decided_at", new TextShape(20, 40, TextForm.DateTime), IsRequired: true,
                "When it was decided, with an offset."),
            new("owner", new TextShape(1, 254), Description: "The one person who answers for it: an e-mail address or a handle."),
            new("confidence", new WholeNumberShape(0, 100), Description: "How sure the owner was at that moment."),
            new("ai", new MapShape(
                [
                    new("role", new TextShape(OneOf: JudgmentWords.Roles), IsRequired: true, "What an AI had to do with it."),
                    new("relation", new TextShape(OneOf: JudgmentWords.Relations), IsRequired: true,
                        "What the human did with what it proposed."),
                    new("tool", new TextShape(1, 100), Description: "The program, as claude-code."),
                    new("model", new TextShape(1, 200), Description: "The model."),
                    new("sessions", new ListShape(new TextShape(1, 200), 50, Distinct: true), Description: "The conversations."),
                ],
                "ai")),
            new("responds_to", new ListShape(
                new MapShape(
                    [
                        new("id", s_uuid, IsRequired: true, "The entry that this one answers."),
                        new("because", new TextShape(1, 1000), IsRequired: true, "Why, in one sentence."),
                    ],
                    "responds_to"),
                50)),
            new("supersedes", new ListShape(s_uuid, 50, Distinct: true), Description: "Accepted entries that this one replaces."),
            new("affects", new ListShape(new TextShape(1, 300), 100, Distinct: true),
                Description: "Patterns of paths from the root of the repository, as src/Checkout/**."),
            new("refs", new ListShape(new TextShape(1, 500), 100, Distinct: true),
                Description: "Tickets, pull requests, branches, addresses: JRA-412, pr:owner/repo#87, branch:name, adr:path."),
            new("reversibility", new TextShape(OneOf: JudgmentWords.Reversibilities), Description: "Can it be taken back?"),
            new("deadline", new TextShape(20, 40, TextForm.DateTime), Description: "What it had to be decided for by: pressure can be seen later."),
            new("review_by", new TextShape(10, 10, TextForm.Date), Description: "The day on which the outcome is looked at."),
            new("tags", new ListShape(new TextShape(1, 60), 50, Distinct: true)),
            new("prior", new MapShape(
                [
                    new("choice", new TextShape(1, 500), IsRequired: true, "What the owner would have done without the AI."),
                    new("confidence", new WholeNumberShape(0, 100)),
                    new("recorded_at", new TextShape(20, 40, TextForm.DateTime)),
                ],
                "prior")),
            new("reviews", s_uuid, Description: "With stage review: the entry that is looked back at."),
            new("result", new TextShape(OneOf: JudgmentWords.Results), Description: "With stage review: how it turned out."),
            new("evidence", new ListShape(new TextShape(1, 500), 50), Description: "With stage review: what shows it."),
            new("origin", new MapShape(
                [
                    new("format", new TextShape(OneOf: ["drf", "madr", "nygard"]), IsRequired: true),
                    new("ref", new TextShape(1, 500), Description: "The file that it was imported from."),
                ],
                "origin"),
                Description: "What an imported entry was made from."),
        ],
        "a judgment");
}
