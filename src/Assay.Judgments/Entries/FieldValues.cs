using System.Globalization;
using Assay.Judgments.Shapes;
using Assay.Judgments.Yaml;

namespace Assay.Judgments.Entries;

/// <summary>Takes values out of a mapping that was found to have the right shape.</summary>
internal readonly struct FieldValues(YamlMap map)
{
    public string? Text(string name) => (map.Find(name) as YamlScalar)?.Text;

    public int? Number(string name) => Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    public bool Flag(string name) => Text(name) == "true";

    public int? Word(string name, IReadOnlyList<string> words) => Text(name) is { } text ? JudgmentWords.Find(words, text) : null;

    public Guid? Id(string name) => Text(name) is { } text ? Guid.ParseExact(text, "D") : null;

    public DateTimeOffset? Time(string name) =>
        Text(name) is { } text && TextForms.TryDateTime(text, out var time) ? time : null;

    public DateOnly? Date(string name) => Text(name) is { } text && TextForms.TryDate(text, out var date) ? date : null;

    public IReadOnlyList<string> Texts(string name) =>
        map.Find(name) is YamlList list ? [.. list.Items.Cast<YamlScalar>().Select(item => item.Text)] : [];

    public FieldValues? Map(string name) => map.Find(name) is YamlMap inner ? new FieldValues(inner) : null;

    public IEnumerable<FieldValues> Maps(string name) =>
        map.Find(name) is YamlList list ? list.Items.Cast<YamlMap>().Select(item => new FieldValues(item)) : [];

    public IReadOnlyList<YamlField> Extensions() =>
        [.. map.Fields.Where(f => f.Name.StartsWith(ShapeCheck.ExtensionPrefix, StringComparison.Ordinal))];
}
