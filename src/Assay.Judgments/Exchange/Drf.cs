using System.Text;
using Assay.Judgments.Entries;
using Assay.Judgments.Lint;
using Assay.Judgments.Shapes;
using Assay.Judgments.Yaml;

namespace Assay.Judgments.Exchange;

/// <summary>
/// Entries as DRF documents and back. What DRF has a place for is put there; the entry's own text goes along in
/// <c>x_judgment_text</c>, so that nothing is lost. It is only believed while the document still says the same.
/// </summary>
public static class Drf
{
    private const string OwnText = "x_judgment_text";
    private const string ForeignParts = "x_drf";
    private const int BytesMax = 1024 * 1024;
    private const string AiIntervention = "ai-1";
    private const string NotSaid = "Not recorded.";
    private static readonly YamlLimits s_limits = new(DepthMax: 12, NodesMax: 20_000);

    // What an imported document has and an entry has no place for; kept whole, and put back.
    private static readonly string[] s_foreign = ["context", "reasoning", "interventions", "assumptions", "unresolved_tensions", "context_validation"];

    public static string Write(Judgment entry, bool isSuperseded)
    {
        var text = new StringBuilder();
        YamlText.Block(text, Document(entry, isSuperseded, withText: true), indent: 0);
        return text.ToString();
    }

    /// <summary>The entry that a document tells of, or null and what is wrong with the document.</summary>
    public static Judgment? Read(ReadOnlySpan<byte> bytes, string? origin, out IReadOnlyList<Fault> faults)
    {
        if (bytes.Length > BytesMax)
        {
            faults = [new Fault(1, 1, $"The document has {bytes.Length} bytes, and {BytesMax} are allowed.")];
            return null;
        }

        var text = SourceText.Read(bytes, BytesMax, out var fault);
        var root = text is null ? null : YamlTreeReader.Read(text, 1, s_limits, out fault);
        if (root is null)
        {
            faults = [fault!];
            return null;
        }

        var found = FaultsIn(root);
        faults = found;
        return found.Count > 0 ? null : Make((YamlMap)root, origin);
    }

    /// <summary>What keeps a tree from being a DRF 0.3.1 document.</summary>
    public static IReadOnlyList<Fault> FaultsIn(YamlNode root)
    {
        var faults = new List<Fault>();
        ShapeCheck.Check(root, DrfShape.Root, "", faults);
        if (faults.Count > 0)
        {
            return faults;
        }

        var map = new FieldValues((YamlMap)root);
        var (phase, status) = (map.Map("cognitive_state")!.Value.Text("phase"), map.Map("meta")!.Value.Text("status"));
        if (map.Map("synthesis") is null && (phase is "synthesis" or "decision" || status is "approved" or "rejected" or "superseded"))
        {
            faults.Add(new Fault(1, 1, $"In phase {phase} and status {status} a document has a synthesis: add it."));
        }

        // retracted_by_resolves
        var interventions = map.Maps("interventions").Select(i => i.Text("id")!).ToHashSet(StringComparer.Ordinal);
        foreach (var option in map.Map("synthesis")?.Maps("alternatives") ?? [])
        {
            if (option.Text("retracted_by") is { } by && !interventions.Contains(by))
            {
                faults.Add(new Fault(1, 1, $"synthesis.alternatives[].retracted_by '{by}' is no intervention.", "synthesis"));
            }
        }

        return faults;
    }

    private static YamlMap Document(Judgment entry, bool isSuperseded, bool withText)
    {
        var foreign = entry.Extensions.FirstOrDefault(f => f.Name == ForeignParts)?.Value as YamlMap;
        YamlNode? Kept(string name) => foreign?.Find(name);
        var decision = entry.Text(SectionNames.Decision) is { Length: > 0 } said ? said
            : entry.Text(SectionNames.WhatHappened) is { Length: > 0 } happened ? happened : entry.Title;
        return Tree.Map(
            ("drf_version", Tree.Text(DrfShape.Version)),
            ("decision", Tree.Map(
                ("id", Tree.Text(entry.Id.ToString("D"))),
                ("title", Tree.Text(entry.Title)),
                ("intent", Tree.Text(entry.Summary ?? (entry.Text(SectionNames.Context) is { Length: > 0 } context ? context : entry.Title))),
                ("related_decisions", Tree.ListOrNone(Related(entry))))),
            ("context", Kept("context") ?? Tree.Map(("constraints", Tree.List([])), ("objectives", Tree.List([])))),
            ("cognitive_state", Tree.Map(
                ("phase", Tree.Text(entry.Status == JudgmentStatus.Proposed ? "synthesis" : "decision")),
                ("confidence", Tree.Number(entry.Confidence ?? 0)),
                ("phase_notes", entry.Confidence is null ? Tree.Text("No confidence was recorded.") : null))),
            ("reasoning", Kept("reasoning")),
            ("interventions", Kept("interventions") ?? Interventions(entry)),
            ("assumptions", Kept("assumptions")),
            ("unresolved_tensions", Kept("unresolved_tensions") ?? Tensions(entry)),
            ("synthesis", Tree.Map(
                ("decision", Tree.Text(decision)),
                ("rationale", Tree.Text(entry.Chosen is { Length: > 0 } chosen ? chosen : decision)),
                ("alternatives", Tree.ListOrNone(Alternatives(entry))))),
            ("context_validation", Kept("context_validation")),
            ("meta", Tree.Map(
                ("created_at", Tree.Text(JudgmentWriter.Time(entry.DecidedAt))),
                ("status", Tree.Text(Status(entry, isSuperseded))),
                ("actors", Tree.ListOrNone(Actors(entry))),
                ("source", entry.Ai.Role == AiRole.None ? null : Tree.Text("AI-assisted")),
                ("tags", Tree.ListOrNone(entry.Tags.Select(Tree.Text))))),
            (OwnText, withText ? Tree.Text(JudgmentWriter.Write(entry)) : null));
    }

    private static IEnumerable<YamlNode> Related(Judgment entry)
    {
        foreach (var response in entry.RespondsTo)
        {
            yield return Relation(response.Id, "triggered_by", response.Because);
        }

        foreach (var old in entry.Supersedes)
        {
            yield return Relation(old, "supersedes", null);
        }

        if (entry.Reviews is { } reviewed)
        {
            yield return Relation(reviewed, "related_to", $"Reviews it: {entry.Result?.Word() ?? "no result"}.");
        }
    }

    private static YamlMap Relation(Guid id, string relationship, string? description) => Tree.Map(
        ("id", Tree.Text(id.ToString("D"))), ("relationship", Tree.Text(relationship)), ("description", Tree.TextOrNone(description)));

    private static YamlList? Interventions(Judgment entry) => entry.Text(SectionNames.Proposed) is { Length: > 0 } proposed
        ? Tree.List([Tree.Map(
            ("id", Tree.Text(AiIntervention)),
            ("type", Tree.Text("external_input")),
            ("content", Tree.Text(proposed)),
            ("source", Tree.Text(entry.Ai.Model ?? entry.Ai.Tool ?? "AI")),
            ("impact", Tree.Text(entry.Ai.Relation.Word())))])
        : null;

    private static YamlList? Tensions(Judgment entry) => entry.Text(SectionNames.Tradeoff) is { Length: > 0 } tradeoff
        ? Tree.List([Tree.Map(
            ("description", Tree.Text(tradeoff)), ("impact", Tree.Text("medium")), ("accepted_by", Tree.TextOrNone(entry.Owner)))])
        : null;

    private static IEnumerable<YamlNode> Alternatives(Judgment entry)
    {
        // What the owner held before they asked was not only an option: it was given up because of what the AI said.
        var hasIntervention = entry.Text(SectionNames.Proposed).Length > 0;
        foreach (var option in entry.Rejected.Where(o => o.Option.Length > 0))
        {
            yield return Tree.Map(
                ("decision", Tree.Text(option.Option)),
                ("rationale_against", Tree.Text(option.Reason.Length > 0 ? option.Reason : NotSaid)),
                ("conditions_for_reconsideration", Tree.TextOrNone(option.Reconsider)),
                ("retracted_by", hasIntervention && string.Equals(entry.Prior?.Choice, option.Option, StringComparison.OrdinalIgnoreCase)
                    ? Tree.Text(AiIntervention)
                    : null));
        }
    }

    private static IEnumerable<YamlNode> Actors(Judgment entry)
    {
        if (entry.Owner is { } owner)
        {
            yield return Tree.Map(
                ("name", Tree.Text(owner)), ("role", Tree.Text("approver")), ("email", TextForms.IsEmail(owner) ? Tree.Text(owner) : null));
        }
    }

    private static string Status(Judgment entry, bool isSuperseded) => entry.Status switch
    {
        JudgmentStatus.Accepted => isSuperseded ? "superseded" : "approved",
        JudgmentStatus.Rejected => "rejected",
        JudgmentStatus.Withdrawn => "archived",
        _ => "review",
    };

    private static Judgment Make(YamlMap root, string? origin)
    {
        var map = new FieldValues(root);
        if (map.Text(OwnText) is { } own && JudgmentReader.Read(own).Entry is { } entry && SaysTheSame(root, entry))
        {
            return entry;
        }

        var (decision, state, meta) = (map.Map("decision")!.Value, map.Map("cognitive_state")!.Value, map.Map("meta")!.Value);
        var synthesis = map.Map("synthesis");
        var related = decision.Maps("related_decisions").ToList();
        var status = meta.Text("status");
        var approver = meta.Maps("actors").Where(a => a.Text("role") == "approver")
            .Select(a => a.Text("email") ?? a.Text("name")!).Where(o => OwnerRules.FaultInOwner(o) is null).ToList();
        var rejected = synthesis?.Maps("alternatives").Select(a => new RejectedOption(
            OneLine(a.Text("decision")!), OneLine(a.Text("rationale_against")!), a.Text("conditions_for_reconsideration"))).ToList() ?? [];
        var kept = root.Fields.Where(f => s_foreign.Contains(f.Name, StringComparer.Ordinal) && !IsEmptyContext(f)).ToList();
        var proposed = map.Maps("interventions").Where(i => i.Text("id") == AiIntervention).Select(i => i.Text("content")).FirstOrDefault();
        return new Judgment
        {
            Id = decision.Id("id")!.Value,
            Title = decision.Text("title")!,
            Status = status switch
            {
                "approved" or "superseded" => JudgmentStatus.Accepted,
                "rejected" => JudgmentStatus.Rejected,
                "archived" => JudgmentStatus.Withdrawn,
                _ => JudgmentStatus.Proposed,
            },
            Stage = rejected.Count > 0 ? JudgmentStage.Tradeoff : JudgmentStage.Intent,
            DecidedAt = meta.Time("created_at")!.Value,
            Owner = approver.Count == 1 ? approver[0] : null,
            Confidence = state.Number("confidence"),
            Ai = meta.Text("source") == "AI-assisted" ? new AiPart(AiRole.Drafted, AiRelation.None, null, null, []) : AiPart.None,
            RespondsTo = [.. related.Where(r => r.Text("relationship") is "triggered_by" or "depends_on" && r.Text("description") is not null)
                .Select(r => new Response(r.Id("id")!.Value, r.Text("description")!))],
            Supersedes = [.. related.Where(r => r.Text("relationship") == "supersedes").Select(r => r.Id("id")!.Value).Distinct()],
            Tags = meta.Texts("tags"),
            Origin = new OriginPart("drf", origin),
            Extensions = kept.Count > 0 ? [new YamlField(1, 1, ForeignParts, new YamlMap(1, 1, kept))] : [],
            Sections = [.. Sections(decision, synthesis, map, proposed, rejected)],
        };
    }

    private static IEnumerable<Section> Sections(
        FieldValues decision, FieldValues? synthesis, FieldValues map, string? proposed, List<RejectedOption> rejected)
    {
        yield return new Section(SectionNames.Context, decision.Text("intent")!);
        yield return new Section(SectionNames.Decision, synthesis?.Text("decision") ?? "Not decided yet.");
        if (proposed is not null)
        {
            yield return new Section(SectionNames.Proposed, proposed);
        }

        if (synthesis?.Text("rationale") is { } rationale)
        {
            yield return new Section("Why", rationale);
        }

        if (rejected.Count > 0)
        {
            yield return new Section(SectionNames.Rejected, RejectedOptions.Write(rejected));
        }

        var tensions = map.Maps("unresolved_tensions").Select(t => "- " + OneLine(t.Text("description")!)).ToList();
        if (tensions.Count > 0)
        {
            yield return new Section(SectionNames.Tradeoff, string.Join('\n', tensions));
        }
    }

    /// <summary>The document says what the entry's text says: nobody changed one without the other.</summary>
    private static bool SaysTheSame(YamlMap root, Judgment entry)
    {
        var isSuperseded = root.Find("meta") is YamlMap meta && meta.Find("status") is YamlScalar { Text: "superseded" };
        var (mine, theirs) = (new StringBuilder(), new StringBuilder());
        YamlText.Block(mine, Document(entry, isSuperseded, withText: false), 0);
        YamlText.Block(theirs, new YamlMap(1, 1, [.. root.Fields.Where(f => f.Name != OwnText)]), 0);
        return mine.Equals(theirs);
    }

    private static bool IsEmptyContext(YamlField field) =>
        field is { Name: "context", Value: YamlMap context } && context.Fields.All(f => f.Value is YamlList { Items.Count: 0 });

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
