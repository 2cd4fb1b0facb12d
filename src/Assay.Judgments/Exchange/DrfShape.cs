using Assay.Judgments.Shapes;

namespace Assay.Judgments.Exchange;

/// <summary>
/// The shape of a document in the Decision Reasoning Format 0.3.1: every object closed but for <c>x_</c>, and times asserted,
/// which the format's own tools did not do for two releases.
/// </summary>
internal static class DrfShape
{
    public const string Version = "0.3.1";

    private static readonly TextShape s_text = new(1, 100_000);
    private static readonly TextShape s_uuid = new(36, 36, TextForm.Uuid);
    private static readonly TextShape s_time = new(20, 40, TextForm.DateTime);
    private static readonly WholeNumberShape s_percent = new(0, 100);
    private static readonly FlagShape s_flag = new();

    public static IReadOnlyList<string> Statuses { get; } = ["draft", "review", "approved", "rejected", "superseded", "archived"];

    public static MapShape Root { get; } = new(
        [
            new("drf_version", new TextShape(5, 30, TextForm.SemanticVersion), IsRequired: true),
            new("decision", new MapShape(
                [
                    new("id", s_uuid, IsRequired: true),
                    new("title", new TextShape(1, 200), IsRequired: true),
                    new("domain", s_text),
                    new("intent", s_text, IsRequired: true),
                    new("related_decisions", new ListShape(new MapShape(
                        [
                            new("id", s_uuid, IsRequired: true),
                            new("relationship", OneOf("supersedes", "superseded_by", "depends_on", "dependency_of", "triggers", "triggered_by", "related_to", "conflicts_with"), IsRequired: true),
                            new("description", s_text),
                        ],
                        "related_decisions"))),
                ],
                "decision"),
                IsRequired: true),
            new("context", new MapShape(
                [
                    new("constraints", new ListShape(new MapShape(
                        [new("description", s_text, IsRequired: true), new("source", s_text), new("negotiable", s_flag)], "constraints")), IsRequired: true),
                    new("objectives", new ListShape(new MapShape(
                        [new("description", s_text, IsRequired: true), new("priority", OneOf("must_have", "should_have", "nice_to_have")), new("measurable", s_flag)], "objectives")), IsRequired: true),
                    new("environment", new MapShape([new("technical", s_text), new("organizational", s_text), new("temporal", s_text)], "environment")),
                ],
                "context"),
                IsRequired: true),
            new("cognitive_state", new MapShape(
                [
                    new("phase", OneOf("exploration", "analysis", "synthesis", "decision"), IsRequired: true),
                    new("confidence", s_percent, IsRequired: true),
                    new("phase_notes", s_text),
                ],
                "cognitive_state"),
                IsRequired: true),
            new("reasoning", new MapShape(
                [
                    new("patterns_applied", new ListShape(OneOf(
                        "operational", "risk_based", "counterfactual", "contrafactual", "comparative", "cost_benefit", "intuitive", "deliberative",
                        "heuristic", "systematic", "creative", "consensus", "authority", "delegation", "voting", "escalation"), Distinct: true)),
                    new("notes", s_text),
                ],
                "reasoning")),
            new("interventions", new ListShape(new MapShape(
                [
                    new("id", new TextShape(1, 200, TextForm.Slug), IsRequired: true),
                    new("type", OneOf("question", "challenge", "constraint", "insight", "external_input"), IsRequired: true),
                    new("content", s_text, IsRequired: true),
                    new("source", s_text),
                    new("timestamp", s_time),
                    new("impact", s_text),
                ],
                "interventions"))),
            new("assumptions", new ListShape(new MapShape(
                [new("description", s_text, IsRequired: true), new("validated", s_flag, IsRequired: true), new("confidence", s_percent), new("source", s_text)],
                "assumptions"))),
            new("unresolved_tensions", new ListShape(new MapShape(
                [
                    new("description", s_text, IsRequired: true), new("impact", OneOf("low", "medium", "high", "critical"), IsRequired: true),
                    new("mitigation", s_text), new("accepted_by", s_text),
                ],
                "unresolved_tensions"))),
            new("synthesis", new MapShape(
                [
                    new("decision", s_text, IsRequired: true),
                    new("rationale", s_text, IsRequired: true),
                    new("follow_ups", new ListShape(new MapShape(
                        [new("action", s_text, IsRequired: true), new("owner", s_text), new("due_date", new TextShape(10, 10, TextForm.Date))], "follow_ups"))),
                    new("alternatives", new ListShape(new MapShape(
                        [
                            new("decision", s_text, IsRequired: true), new("rationale_against", s_text, IsRequired: true),
                            new("conditions_for_reconsideration", s_text), new("retracted_by", new TextShape(1, 200, TextForm.Slug)),
                        ],
                        "alternatives"))),
                ],
                "synthesis")),
            new("context_validation", new AnyShape()),
            new("meta", new MapShape(
                [
                    new("created_at", s_time, IsRequired: true),
                    new("updated_at", s_time),
                    new("status", new TextShape(OneOf: Statuses), IsRequired: true),
                    new("actors", new ListShape(new MapShape(
                        [
                            new("name", s_text, IsRequired: true),
                            new("role", OneOf("author", "reviewer", "approver", "contributor", "stakeholder"), IsRequired: true),
                            new("email", new TextShape(1, 254, TextForm.Email)),
                        ],
                        "actors"))),
                    new("source", s_text),
                    new("tags", new ListShape(new TextShape(1, 200), Distinct: true)),
                ],
                "meta"),
                IsRequired: true),
        ],
        "a DRF document");

    private static TextShape OneOf(params string[] words) => new(OneOf: words);
}
