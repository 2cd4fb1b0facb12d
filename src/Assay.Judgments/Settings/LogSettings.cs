using Assay.Judgments.Entries;
using Assay.Judgments.Lint;
using Assay.Judgments.Shapes;
using Assay.Judgments.Yaml;

namespace Assay.Judgments.Settings;

/// <summary>A broken seal that cannot be mended, because history says so for ever, and that somebody has looked at.</summary>
public sealed record Acknowledgement(string Rule, Guid Id, string Because);

/// <summary>What <c>.judgment.yml</c> at the root of a repository says. Without it everything has its default.</summary>
public sealed record LogSettings
{
    public const string FileName = ".judgment.yml";

    /// <summary>Where new entries are written; see <see cref="Entries.FileName.Folder"/> for what may stand in it.</summary>
    public string Directory { get; init; } = "docs/judgments";

    /// <summary>Null: origin/HEAD, main or master, whichever is there first.</summary>
    public string? DefaultBranch { get; init; }

    /// <summary>Severities that differ from the rule book's.</summary>
    public IReadOnlyDictionary<string, Severity> Rules { get; init; } = new Dictionary<string, Severity>(StringComparer.Ordinal);

    public IReadOnlyList<Acknowledgement> Acknowledged { get; init; } = [];

    /// <summary>Paths where a nudge is an error.</summary>
    public IReadOnlyList<string> Enforce { get; init; } = [];

    /// <summary>More files that name dependencies, hold migrations or describe public interfaces.</summary>
    public IReadOnlyList<string> Dependencies { get; init; } = [];

    public IReadOnlyList<string> Migrations { get; init; } = [];

    public IReadOnlyList<string> PublicApi { get; init; } = [];

    /// <summary>A branch that cost more USD than this is asked for an entry; null: never.</summary>
    public int? SpendAbove { get; init; }

    private static readonly string[] s_severities = ["off", "note", "warning", "error"];
    private static readonly ListShape s_globs = new(new TextShape(1, 300), 200);

    private static readonly MapShape s_shape = new(
        [
            new("version", new WholeNumberShape(1, 1), IsRequired: true),
            new("directory", new TextShape(1, 300, TextForm.FolderPattern)),
            new("default_branch", new TextShape(1, 200)),
            new("rules", new MapShape([.. RuleBook.All.Select(r => new FieldShape(r.Id, new TextShape(OneOf: s_severities)))], "rules")),
            new("acknowledged", new ListShape(new MapShape(
                [
                    new("rule", new TextShape(OneOf: ["JL100", "JL101"]), IsRequired: true),
                    new("id", new TextShape(36, 36, TextForm.Uuid), IsRequired: true),
                    new("because", new TextShape(1, 1000), IsRequired: true),
                ],
                "acknowledged"))),
            new("enforce", s_globs),
            new("dependencies", s_globs),
            new("migrations", s_globs),
            new("public_api", s_globs),
            new("spend_above", new WholeNumberShape(1, 1_000_000)),
        ],
        FileName);

    /// <summary>The settings, or null and what is wrong with them.</summary>
    public static LogSettings? Read(ReadOnlySpan<byte> bytes, out IReadOnlyList<Fault> faults)
    {
        var text = SourceText.Read(bytes, out var fault);
        var root = text is null ? null : YamlTreeReader.Read(text, 1, YamlLimits.Default, out fault);
        if (root is null)
        {
            faults = [fault!];
            return null;
        }

        var found = new List<Fault>();
        ShapeCheck.Check(root, s_shape, "", found);
        faults = found;
        return found.Count > 0 ? null : Make((YamlMap)root);
    }

    /// <summary>Applies the severities and acknowledgements to what the rules found.</summary>
    public IReadOnlyList<Finding> Apply(IEnumerable<Finding> findings)
    {
        var kept = new List<Finding>();
        foreach (var finding in findings)
        {
            if (Acknowledged.FirstOrDefault(a => a.Rule == finding.Rule
                && finding.Message.Contains(a.Id.ToString("D"), StringComparison.Ordinal)) is { } known)
            {
                kept.Add(finding with { Severity = Severity.Note, Message = $"{finding.Message} Acknowledged: {known.Because}" });
            }
            else if (!Rules.TryGetValue(finding.Rule, out var severity))
            {
                kept.Add(finding);
            }
            else if (severity != Severity.Off)
            {
                kept.Add(finding with { Severity = severity });
            }
        }

        return kept;
    }

    private static LogSettings Make(YamlMap map)
    {
        var fields = new FieldValues(map);
        var defaults = new LogSettings();
        return new LogSettings
        {
            Directory = (fields.Text("directory") ?? defaults.Directory).Replace('\\', '/').Trim('/'),
            DefaultBranch = fields.Text("default_branch"),
            Rules = map.Find("rules") is YamlMap rules
                ? rules.Fields.ToDictionary(
                    f => f.Name, f => (Severity)JudgmentWords.Find(s_severities, ((YamlScalar)f.Value).Text), StringComparer.Ordinal)
                : defaults.Rules,
            Acknowledged = [.. fields.Maps("acknowledged").Select(a =>
                new Acknowledgement(a.Text("rule")!, a.Id("id")!.Value, a.Text("because")!))],
            Enforce = fields.Texts("enforce"),
            Dependencies = fields.Texts("dependencies"),
            Migrations = fields.Texts("migrations"),
            PublicApi = fields.Texts("public_api"),
            SpendAbove = fields.Number("spend_above"),
        };
    }
}
