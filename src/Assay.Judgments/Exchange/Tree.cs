using Assay.Judgments.Yaml;

namespace Assay.Judgments.Exchange;

/// <summary>Builds trees; what is null is left out.</summary>
internal static class Tree
{
    public static YamlScalar Text(string text) => new(1, 1, text, IsPlain: false);

    public static YamlScalar? TextOrNone(string? text) => text is { Length: > 0 } ? Text(text) : null;

    public static YamlScalar Number(int number) => new(1, 1, number.ToString(System.Globalization.CultureInfo.InvariantCulture), IsPlain: true);

    public static YamlMap Map(params IEnumerable<(string Name, YamlNode? Value)> fields) =>
        new(1, 1, [.. fields.Where(f => f.Value is not null).Select(f => new YamlField(1, 1, f.Name, f.Value!))]);

    public static YamlList List(IEnumerable<YamlNode> items) => new(1, 1, [.. items]);

    public static YamlList? ListOrNone(IEnumerable<YamlNode> items) => List(items) is { Items.Count: > 0 } list ? list : null;
}
