using Assay.Judgments.Shapes;
using Assay.Judgments.Yaml;

namespace Assay.Judgments.Entries;

/// <summary>What was read from one file: an entry, or what is wrong with it.</summary>
/// <param name="Entry">Null if the file is no entry.</param>
/// <param name="Faults">Empty if the entry is whole.</param>
/// <param name="FrontMatter">The tree of the front matter, which knows where each field stands; null if it is no YAML.</param>
public sealed record ReadEntry(Judgment? Entry, IReadOnlyList<Fault> Faults, YamlMap? FrontMatter)
{
    /// <summary>Where a field of the front matter stands: its name's position, or the first field's if it is absent.</summary>
    public (int Line, int Column) At(string field)
    {
        var found = FrontMatter?.Fields.FirstOrDefault(f => string.Equals(f.Name, field, StringComparison.Ordinal));
        return found is null ? (1, 1) : (found.Line, found.Column);
    }
}

/// <summary>Reads <c>*.judgment.md</c>. Whatever the bytes are, it answers with an entry or with faults, and never throws.</summary>
public static class JudgmentReader
{
    public const string FileSuffix = ".judgment.md";
    private const int SectionsMax = 100;
    private const int FrontMatterCharsMax = 64 * 1024;

    public static ReadEntry Read(ReadOnlySpan<byte> bytes)
    {
        var text = SourceText.Read(bytes, out var fault);
        return text is null ? Refused(fault!) : Read(text);
    }

    /// <param name="text">The text of a file, with LF line ends.</param>
    public static ReadEntry Read(string text)
    {
        if (Markdown.Split(text) is not var (front, body, bodyLine))
        {
            return Refused(new Fault(1, 1, text.StartsWith("---", StringComparison.Ordinal)
                ? "The front matter is not closed: write a line of --- after its last field."
                : "An entry begins with its front matter between two lines of ---."));
        }

        if (front.Length > FrontMatterCharsMax)
        {
            return Refused(new Fault(1, 1, $"The front matter has {front.Length} characters, and {FrontMatterCharsMax} are allowed."));
        }

        YamlNode? root = PlainYamlReader.Read(front, firstLine: 2);
        if (root is null && (root = YamlTreeReader.Read(front, firstLine: 2, YamlLimits.Default, out var fault)) is null)
        {
            return Refused(fault!);
        }

        var faults = new List<Fault>();
        ShapeCheck.Check(root, FrontMatter.Shape, "", faults);
        var sections = Markdown.Sections(body, bodyLine);
        if (sections.Count > SectionsMax)
        {
            faults.Add(new Fault(sections[SectionsMax].Line, 1, $"There are more than {SectionsMax} sections."));
        }

        var headings = new HashSet<string>(sections.Count, StringComparer.OrdinalIgnoreCase);
        foreach (var section in sections)
        {
            if (!headings.Add(section.Heading))
            {
                faults.Add(new Fault(section.Line, 1, $"The section '{YamlTreeReader.Shorten(section.Heading)}' stands here a second time."));
            }
        }

        var map = root as YamlMap;
        return faults.Count > 0
            ? new ReadEntry(null, faults, map)
            : new ReadEntry(Make(map!, sections), faults, map);
    }

    private static ReadEntry Refused(Fault fault) => new(null, [fault], null);

    private static Judgment Make(YamlMap map, IReadOnlyList<Section> sections)
    {
        var fields = new FieldValues(map);
        return new Judgment
        {
            Id = Guid.ParseExact(fields.Text("id")!, "D"),
            Title = fields.Text("title")!,
            Summary = fields.Text("summary"),
            Status = (JudgmentStatus)fields.Word("status", JudgmentWords.Statuses)!.Value,
            Stage = (JudgmentStage)fields.Word("stage", JudgmentWords.Stages)!.Value,
            DecidedAt = fields.Time("decided_at")!.Value,
            Owner = fields.Text("owner"),
            Confidence = fields.Number("confidence"),
            Ai = fields.Map("ai") is { } ai ? MakeAi(ai) : AiPart.None,
            RespondsTo = [.. fields.Maps("responds_to").Select(r => new Response(r.Id("id")!.Value, r.Text("because")!))],
            Supersedes = [.. fields.Texts("supersedes").Select(id => Guid.ParseExact(id, "D"))],
            Affects = fields.Texts("affects"),
            Refs = fields.Texts("refs"),
            Reversibility = (Reversibility?)fields.Word("reversibility", JudgmentWords.Reversibilities),
            Deadline = fields.Time("deadline"),
            ReviewBy = fields.Date("review_by"),
            Tags = fields.Texts("tags"),
            Prior = fields.Map("prior") is { } prior
                ? new PriorView(prior.Text("choice")!, prior.Number("confidence"), prior.Time("recorded_at"))
                : null,
            Reviews = fields.Id("reviews"),
            Result = (ReviewResult?)fields.Word("result", JudgmentWords.Results),
            Evidence = fields.Texts("evidence"),
            Origin = fields.Map("origin") is { } origin ? new OriginPart(origin.Text("format")!, origin.Text("ref")) : null,
            Extensions = fields.Extensions(),
            Sections = sections,
        };
    }

    private static AiPart MakeAi(FieldValues ai) => new(
        (AiRole)ai.Word("role", JudgmentWords.Roles)!.Value,
        (AiRelation)ai.Word("relation", JudgmentWords.Relations)!.Value,
        ai.Text("tool"),
        ai.Text("model"),
        ai.Texts("sessions"));
}
