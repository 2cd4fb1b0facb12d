using Assay.Judgments.Yaml;

namespace Assay.Judgments.Shapes;

/// <summary>Compares a tree with a shape and collects every difference.</summary>
public static class ShapeCheck
{
    public const string ExtensionPrefix = "x_";

    public static void Check(YamlNode node, Shape shape, string field, ICollection<Fault> faults)
    {
        switch (shape)
        {
            case TextShape text:
                CheckText(node, text, field, faults);
                break;
            case WholeNumberShape number:
                if (node is not YamlScalar { IsWholeNumber: true } scalar
                    || !long.TryParse(scalar.Text, out var value) || value < number.Min || value > number.Max)
                {
                    Add(node, field, $"must be a whole number from {number.Min} to {number.Max} without quotes{Found(node)}.", faults);
                }

                break;
            case FlagShape:
                if (node is not YamlScalar { IsFlag: true })
                {
                    Add(node, field, $"must be true or false without quotes{Found(node)}.", faults);
                }

                break;
            case ListShape list:
                CheckList(node, list, field, faults);
                break;
            case MapShape map:
                CheckMap(node, map, field, faults);
                break;
        }
    }

    private static void CheckText(YamlNode node, TextShape shape, string field, ICollection<Fault> faults)
    {
        if (node is not YamlScalar scalar)
        {
            Add(node, field, "must be a single text.", faults);
        }
        else if (scalar.IsNull)
        {
            Add(node, field, "has no value: write one, or remove the line.", faults);
        }
        else if (!scalar.IsText)
        {
            Add(node, field, $"must be text, and YAML reads {scalar.Text} as something else: put it in quotes.", faults);
        }
        else if (shape.OneOf is { } words && !words.Contains(scalar.Text, StringComparer.Ordinal))
        {
            Add(node, field, $"'{YamlTreeReader.Shorten(scalar.Text)}' is not one of: {string.Join(", ", words)}.", faults);
        }
        else if (shape.LengthMin > 0 && scalar.Text.AsSpan().Trim().IsEmpty)
        {
            Add(node, field, "is empty: write something, or remove the line.", faults);
        }
        else if (scalar.Text.Length > shape.LengthMax)
        {
            Add(node, field, $"has {scalar.Text.Length} characters, and {shape.LengthMax} are allowed: shorten it.", faults);
        }
        else if (TextForms.FaultIn(shape.Form, scalar.Text) is { } fault)
        {
            Add(node, field, $"'{YamlTreeReader.Shorten(scalar.Text)}' {fault}.", faults);
        }
        else if (scalar.Text.Length < shape.LengthMin)
        {
            Add(node, field, $"has {scalar.Text.Length} characters, and {shape.LengthMin} are needed.", faults);
        }
    }

    private static void CheckList(YamlNode node, ListShape shape, string field, ICollection<Fault> faults)
    {
        if (node is not YamlList list)
        {
            Add(node, field, "must be a list.", faults);
            return;
        }

        if (list.Items.Count > shape.CountMax)
        {
            Add(node, field, $"has {list.Items.Count} items, and {shape.CountMax} are allowed.", faults);
            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in list.Items)
        {
            Check(item, shape.Item, field + "[]", faults);
            if (shape.Distinct && item is YamlScalar scalar && !seen.Add(scalar.Text))
            {
                Add(item, field, $"'{YamlTreeReader.Shorten(scalar.Text)}' stands in the list twice.", faults);
            }
        }
    }

    private static void CheckMap(YamlNode node, MapShape shape, string field, ICollection<Fault> faults)
    {
        if (node is not YamlMap map)
        {
            Add(node, field, $"must be a mapping with fields such as {shape.Fields[0].Name}.", faults);
            return;
        }

        foreach (var given in map.Fields)
        {
            var known = Find(shape, given.Name);
            var name = field.Length == 0 ? given.Name : field + "." + given.Name;
            if (known is not null)
            {
                Check(given.Value, known.Shape, name, faults);
            }
            else if (!given.Name.StartsWith(ExtensionPrefix, StringComparison.Ordinal))
            {
                faults.Add(new Fault(
                    given.Line,
                    given.Column,
                    $"'{YamlTreeReader.Shorten(given.Name)}' is not a field of {shape.Name}. Its fields are: "
                    + string.Join(", ", shape.Fields.Select(f => f.Name)) + "; your own begin with x_.",
                    name));
            }
        }

        foreach (var wanted in shape.Fields)
        {
            if (wanted.IsRequired && map.Find(wanted.Name) is null)
            {
                faults.Add(new Fault(
                    map.Line,
                    map.Column,
                    $"{shape.Name} has no {wanted.Name}: add it.",
                    field.Length == 0 ? wanted.Name : field + "." + wanted.Name));
            }
        }
    }

    private static FieldShape? Find(MapShape shape, string name)
    {
        foreach (var field in shape.Fields)
        {
            if (string.Equals(field.Name, name, StringComparison.Ordinal))
            {
                return field;
            }
        }

        return null;
    }

    private static string Found(YamlNode node) =>
        node is YamlScalar scalar ? $", not '{YamlTreeReader.Shorten(scalar.Text)}'" : "";

    private static void Add(YamlNode node, string field, string message, ICollection<Fault> faults) =>
        faults.Add(new Fault(node.Line, node.Column, field.Length == 0 ? "The front matter " + message : $"{field} {message}", field));
}
