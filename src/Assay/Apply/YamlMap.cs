using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Assay.Apply;

/// <summary>
/// Reads a YAML mapping field by field, remembers which fields were asked for, and reports the others: a field that is
/// misspelt is a fault, not a default. Every fault carries its line and column.
/// </summary>
internal sealed class YamlMap(YamlMappingNode node, string what, List<OrgFault> faults)
{
    private readonly List<string> _known = [];

    public FilePosition At { get; } = PositionOf(node);

    public static FilePosition PositionOf(YamlNode node) => new(node.Start.Line, node.Start.Column);

    /// <summary>The field's text; null if it is absent or empty.</summary>
    public string? Text(string field, Func<string, string?>? rule = null, bool required = false)
    {
        var value = Find(field);
        if (IsAbsent(value))
        {
            if (required)
            {
                faults.Add(new(At, $"{what} has no {field}: add it."));
            }

            return null;
        }

        if (value is not YamlScalarNode scalar)
        {
            Fault(value!, field, "must be a single value.");
            return null;
        }

        if (rule?.Invoke(scalar.Value!) is { } fault)
        {
            Fault(scalar, field, fault);
        }

        return scalar.Value;
    }

    /// <summary>The field's text read as one of a few words.</summary>
    public T Word<T>(string field, IReadOnlyDictionary<string, T> words, T? otherwise = null)
        where T : struct
    {
        var text = Text(field, required: otherwise is null);
        if (text is null)
        {
            return otherwise ?? default;
        }

        if (words.TryGetValue(text, out var value))
        {
            return value;
        }

        Fault(Find(field)!, field, $"'{text}' is not one of: {string.Join(", ", words.Keys)}.");
        return default;
    }

    public bool Flag(string field)
    {
        var text = Text(field);
        if (text is not (null or "true" or "false"))
        {
            Fault(Find(field)!, field, "must be true or false.");
        }

        return text == "true";
    }

    /// <summary>A list of texts; empty if absent.</summary>
    public IReadOnlyList<string> Texts(string field, Func<IReadOnlyList<string>, string?> rule)
    {
        var texts = new List<string>();
        if (List(field) is not { } list)
        {
            return texts;
        }

        foreach (var item in list.Children)
        {
            if (item is YamlScalarNode { Value: { Length: > 0 } text })
            {
                texts.Add(text);
            }
            else
            {
                Fault(item, field, "must be a list of single values.");
            }
        }

        if (rule(texts) is { } fault)
        {
            Fault(list, field, fault);
        }

        return texts;
    }

    /// <summary>A list of mappings; empty if absent.</summary>
    public IEnumerable<YamlMap> Maps(string field, string itemName)
    {
        if (List(field) is not { } list)
        {
            yield break;
        }

        foreach (var item in list.Children)
        {
            if (item is YamlMappingNode map)
            {
                yield return new YamlMap(map, itemName, faults);
            }
            else
            {
                Fault(item, field, $"each entry must be a mapping that describes {itemName}.");
            }
        }
    }

    /// <summary>Reports the fields nobody asked for. Call it last.</summary>
    public void End()
    {
        foreach (var key in node.Children.Keys)
        {
            if (key is not YamlScalarNode { Value: { } name })
            {
                faults.Add(new(PositionOf(key), $"{what} has a field whose name is not text."));
            }
            else if (!_known.Contains(name, StringComparer.Ordinal))
            {
                faults.Add(new(
                    PositionOf(key),
                    $"'{name}' is not a field of {what}. Its fields are: {string.Join(", ", _known)}."));
            }
        }
    }

    public void Fault(string field, string message) => Fault(Find(field) ?? node, field, message);

    private void Fault(YamlNode at, string field, string message) => faults.Add(new(PositionOf(at), $"{field} {message}"));

    private YamlSequenceNode? List(string field)
    {
        var value = Find(field);
        if (IsAbsent(value))
        {
            return null;
        }

        if (value is YamlSequenceNode list)
        {
            return list;
        }

        Fault(value!, field, "must be a list.");
        return null;
    }

    // Without quotes "null" and "~" are YAML's absent value; in quotes they are text.
    private static bool IsAbsent(YamlNode? value) =>
        value is null or YamlScalarNode { Value: null or "" }
        || value is YamlScalarNode { Style: ScalarStyle.Plain, Value: "null" or "~" };

    private YamlNode? Find(string field)
    {
        if (!_known.Contains(field, StringComparer.Ordinal))
        {
            _known.Add(field);
        }

        return node.Children.TryGetValue(new YamlScalarNode(field), out var value) ? value : null;
    }
}
