using System.Text;
using System.Text.RegularExpressions;
using Assay.Judgments.Entries;
using Assay.Judgments.Lint;
using Assay.Judgments.Shapes;
using Assay.Judgments.Yaml;

namespace Assay.Judgments.Exchange;

/// <param name="Name">The file's name, by which records refer to each other.</param>
public sealed record AdrFile(string Name, byte[] Bytes);

/// <summary>
/// Reads architecture decision records: MADR, with or without front matter, and Nygard's. Records name each other by number or
/// file; entries by id. An id is made from the day and the name, so importing again gives the same entries.
/// </summary>
public static partial class AdrImport
{
    public static IReadOnlyList<(AdrFile File, Judgment? Entry, IReadOnlyList<Fault> Faults)> Read(IReadOnlyList<AdrFile> files, DateTimeOffset otherwise)
    {
        var read = files.Select(file => (File: file, Record: ReadOne(file, otherwise, out var faults), Faults: faults)).ToList();
        var records = read.Select(r => r.Record).OfType<AdrRecord>().ToList();
        var byNumber = records.Where(r => r.Number is not null).GroupBy(r => r.Number!.Value).ToDictionary(g => g.Key, g => g.First());
        foreach (var record in records)
        {
            foreach (var number in record.SupersededBy)
            {
                byNumber.GetValueOrDefault(number)?.Supersedes.Add(record.Number ?? -1);
            }
        }

        return [.. read.Select(r => (r.File, r.Record is { } record ? Link(record, byNumber) : null, r.Faults))];
    }

    private static Judgment Link(AdrRecord record, Dictionary<int, AdrRecord> byNumber) => record.Entry with
    {
        // Only a record that was accepted is superseded; a text may say so of any.
        Supersedes = record.Entry.Supersedes.Count > 0
            ? record.Entry.Supersedes
            : [.. record.Supersedes.Select(n => byNumber.GetValueOrDefault(n)).OfType<AdrRecord>()
                .Where(old => old != record && old.Entry.Status == JudgmentStatus.Accepted && record.Entry.Status is JudgmentStatus.Accepted or JudgmentStatus.Proposed)
                .Select(old => old.Entry.Id).Distinct()],
    };

    private static AdrRecord? ReadOne(AdrFile file, DateTimeOffset otherwise, out IReadOnlyList<Fault> faults)
    {
        var text = SourceText.Read(file.Bytes, out var fault);
        if (text is null)
        {
            faults = [fault!];
            return null;
        }

        YamlMap? front = null;
        var body = text;
        var line = 1;
        if (Markdown.Split(text) is var (frontText, rest, bodyLine))
        {
            (body, line) = (rest, bodyLine);
            var root = YamlTreeReader.Read(frontText, 2, YamlLimits.Default, out fault);
            front = root as YamlMap;
            if (front is null)
            {
                faults = [fault ?? new Fault(2, 1, "The front matter is no mapping.")];
                return null;
            }
        }

        var h1 = Markdown.Sections(body, line, level: 1).FirstOrDefault(s => s.Heading.Length > 0);
        if (h1 is null)
        {
            faults = [new Fault(line, 1, "A decision record has its title as a heading '# …'.")];
            return null;
        }

        faults = [];
        return Make(file, front, body, h1, otherwise);
    }

    private static AdrRecord Make(AdrFile file, YamlMap? front, string body, Section h1, DateTimeOffset otherwise)
    {
        var number = NumberIn(file.Name) ?? NumberIn(h1.Heading);
        var title = LeadingNumber().Replace(h1.Heading, "").Trim();
        title = title.Length is > 0 and <= FrontMatter.TitleMax ? title : h1.Heading[..Math.Min(h1.Heading.Length, FrontMatter.TitleMax)];
        var sections = ByHeading(Markdown.Sections(body, 1));
        var isMadr = front is not null || sections.ContainsKey("Decision Outcome") || sections.ContainsKey("Context and Problem Statement");
        var statusText = ScalarOf(front, "status") ?? sections.GetValueOrDefault("Status") ?? BulletOf(body, "Status") ?? "";
        var at = DateIn(ScalarOf(front, "date") ?? BulletOf(body, "Date")) ?? DateIn(file.Name) ?? otherwise;
        if (ScalarOf(front, Madr.OwnText) is { } own && JudgmentReader.Read(own).Entry is { } exact && SaysTheSame(exact, body))
        {
            return new AdrRecord(exact, number, [], []);
        }

        var makers = Texts(front, "decision-makers").Concat(Texts(front, "deciders")).Where(o => OwnerRules.FaultInOwner(o) is null).ToList();
        var content = isMadr ? MadrSections(sections) : NygardSections(sections);
        var entry = new Judgment
        {
            Id = JudgmentId.Imported(at, file.Name),
            Title = title,
            Status = StatusOf(statusText),
            Stage = content.Any(s => s.Heading == SectionNames.Rejected) ? JudgmentStage.Tradeoff : JudgmentStage.Intent,
            DecidedAt = at,
            Owner = makers.Count == 1 ? makers[0] : null,
            Origin = new OriginPart(isMadr ? "madr" : "nygard", file.Name),
            Refs = [$"adr:{file.Name}"],
            Sections = content,
        };
        return new AdrRecord(
            entry,
            number,
            [.. Links(statusText, "supersedes", "supercedes", "replaces").Distinct()],
            [.. Links(statusText, "superseded by", "superceded by", "replaced by").Distinct()]);
    }

    private static List<Section> MadrSections(Dictionary<string, string> sections)
    {
        var outcome = sections.GetValueOrDefault("Decision Outcome") ?? sections.GetValueOrDefault("Decision") ?? "";
        var chosen = ChosenOption().Match(outcome);
        var chosenName = chosen.Success ? chosen.Groups["option"].Value.Trim() : "";
        var parts = Markdown.Sections(outcome, 1, level: 3);
        var reasons = Markdown.Sections(sections.GetValueOrDefault("Pros and Cons of the Options") ?? "", 1, level: 3)
            .GroupBy(s => s.Heading, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(g => g.Key, g => string.Join("; ", BadBecause().Matches(g.First().Text).Select(m => m.Groups["why"].Value.Trim())), StringComparer.OrdinalIgnoreCase);
        var options = (sections.GetValueOrDefault("Considered Options") ?? "").Split('\n')
            .Select(l => l.TrimStart()).Where(l => l.StartsWith("* ", StringComparison.Ordinal) || l.StartsWith("- ", StringComparison.Ordinal))
            .Select(l => PlainText(l[2..])).Where(o => o.Length > 0 && !o.Equals(chosenName, StringComparison.OrdinalIgnoreCase))
            .Select(o => new RejectedOption(o, reasons.GetValueOrDefault(o, ""))).ToList();
        var result = new List<Section>();
        Add(result, SectionNames.Context, sections.GetValueOrDefault("Context and Problem Statement"));
        Add(result, "Decision Drivers", sections.GetValueOrDefault("Decision Drivers"));
        Add(result, SectionNames.Decision, parts.FirstOrDefault(p => p.Heading.Length == 0)?.Text is { Length: > 0 } text ? text : outcome);
        Add(result, SectionNames.Rejected, options.Count > 0 ? RejectedOptions.Write(options) : null);
        Add(result, SectionNames.Tradeoff, parts.FirstOrDefault(p => p.Heading.Contains("Consequences", StringComparison.OrdinalIgnoreCase))?.Text
            ?? sections.GetValueOrDefault("Consequences"));
        Add(result, "Confirmation", parts.FirstOrDefault(p => p.Heading == "Confirmation")?.Text);
        Add(result, "More Information", sections.GetValueOrDefault("More Information"));
        return result;
    }

    private static List<Section> NygardSections(Dictionary<string, string> sections)
    {
        var result = new List<Section>();
        Add(result, SectionNames.Context, sections.GetValueOrDefault("Context"));
        Add(result, SectionNames.Decision, sections.GetValueOrDefault("Decision"));
        Add(result, SectionNames.Tradeoff, sections.GetValueOrDefault("Consequences"));
        return result;
    }

    private static JudgmentStatus StatusOf(string text)
    {
        var lower = text.TrimStart().ToLowerInvariant();
        return lower.StartsWith("accepted", StringComparison.Ordinal) || lower.StartsWith("approved", StringComparison.Ordinal)
            || lower.Contains("superseded", StringComparison.Ordinal) || lower.Contains("superceded", StringComparison.Ordinal)
                ? JudgmentStatus.Accepted
            : lower.StartsWith("rejected", StringComparison.Ordinal) ? JudgmentStatus.Rejected
            : lower.StartsWith("deprecated", StringComparison.Ordinal) ? JudgmentStatus.Withdrawn
            : JudgmentStatus.Proposed;
    }

    /// <summary>The numbers of records behind one of the words: "Superceded by [2. Title](0002-title.md)".</summary>
    private static IEnumerable<int> Links(string text, params string[] words)
    {
        foreach (var line in text.Split('\n'))
        {
            foreach (var word in words)
            {
                var at = line.IndexOf(word, StringComparison.OrdinalIgnoreCase);
                if (at >= 0 && NumberIn(line[(at + word.Length)..].TrimStart(' ', '[', ':')) is { } number)
                {
                    yield return number;
                }
            }
        }
    }

    private static int? NumberIn(string text)
    {
        var match = RecordNumber().Match(text);
        return match.Success && int.TryParse(match.Groups["number"].ValueSpan, out var number) ? number : null;
    }

    private static DateTimeOffset? DateIn(string? text) =>
        text is { Length: >= 10 } && (TextForms.TryDate(text[..10], out var day) || TextForms.TryDate(text.Trim()[..Math.Min(10, text.Trim().Length)], out day))
            ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero)
            : null;

    private static bool SaysTheSame(Judgment entry, string body)
    {
        var text = new StringBuilder();
        Madr.Body(text, entry);
        return body.Trim() == text.ToString().Trim();
    }

    private static string? ScalarOf(YamlMap? front, string field) => (front?.Find(field) as YamlScalar)?.Text;

    private static IEnumerable<string> Texts(YamlMap? front, string field) => front?.Find(field) switch
    {
        YamlScalar scalar => scalar.Text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        YamlList list => list.Items.OfType<YamlScalar>().Select(s => s.Text.Trim()),
        _ => [],
    };

    /// <summary>The value of a line as <c>Date: 2016-02-12</c> or <c>* Status: accepted</c>.</summary>
    private static string? BulletOf(string body, string name) =>
        body.Split('\n').Take(40).Select(l => l.TrimStart('*', '-', ' '))
            .FirstOrDefault(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    private static string PlainText(string text)
    {
        var link = InlineLink().Match(text);
        return (link.Success ? link.Groups["text"].Value : text).Trim().Trim('*', '`', '"').Trim();
    }

    private static void Add(List<Section> sections, string heading, string? text)
    {
        if (text is { Length: > 0 })
        {
            sections.Add(new Section(heading, text));
        }
    }

    /// <summary>Texts by heading; of two with one name the last counts.</summary>
    private static Dictionary<string, string> ByHeading(List<Section> sections)
    {
        var map = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var section in sections)
        {
            map[section.Heading] = section.Text;
        }

        return map;
    }

    private sealed record AdrRecord(Judgment Entry, int? Number, List<int> Supersedes, List<int> SupersededBy);

    [GeneratedRegex("^\\s*(?:ADR[- ]?)?[0-9]+[.:]?\\s+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex LeadingNumber();

    [GeneratedRegex("^(?:ADR[- ]?)?0*(?<number>[0-9]{1,6})(?:[^0-9]|$)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex RecordNumber();

    [GeneratedRegex("Chosen option:\\s*[\"“](?<option>[^\"”]+)[\"”]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex ChosenOption();

    [GeneratedRegex("^[*-]\\s+Bad,\\s+because\\s+(?<why>.+)$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex BadBecause();

    [GeneratedRegex("^\\[(?<text>[^\\]]+)\\]\\(", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex InlineLink();
}
