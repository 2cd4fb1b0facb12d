using Assay.Judgments.Yaml;

namespace Assay.Judgments.Entries;

/// <summary>Changes single lines of a front matter and leaves every other byte as its author wrote it.</summary>
public static class FrontMatterEdit
{
    /// <summary>Sets a field of one line; a new one goes behind the field named by <paramref name="after"/>.</summary>
    public static string Set(string text, string field, string value, string after)
    {
        var lines = text.Split('\n').ToList();
        var map = JudgmentReader.Read(text).FrontMatter
            ?? throw new ArgumentException("The text has no front matter.", nameof(text));
        if (Find(map, field) is { } present)
        {
            lines[present.Line - 1] = $"{field}: {value}";
        }
        else if (Find(map, after) is { } anchor)
        {
            lines.Insert(anchor.Line, $"{field}: {value}");
        }
        else
        {
            throw new ArgumentException($"The front matter has no {after}.", nameof(after));
        }

        return string.Join('\n', lines);
    }

    private static YamlField? Find(YamlMap map, string field) =>
        map.Fields.FirstOrDefault(f => string.Equals(f.Name, field, StringComparison.Ordinal));
}
