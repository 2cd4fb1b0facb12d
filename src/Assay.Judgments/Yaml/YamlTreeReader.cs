using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Assay.Judgments.Yaml;

/// <summary>How much YAML is read before it is refused.</summary>
public sealed record YamlLimits(int DepthMax = 10, int NodesMax = 4000)
{
    public static YamlLimits Default { get; } = new();
}

/// <summary>
/// Reads one YAML document into a small tree from the parser's events. Anchors, aliases and tags are refused, so that a
/// short file cannot unfold into a large one or name a type; depth and size are bounded while reading, not afterwards.
/// </summary>
public sealed class YamlTreeReader
{
    private readonly Parser _parser;
    private readonly int _lineOffset;
    private readonly YamlLimits _limits;
    private int _nodes;

    private YamlTreeReader(string text, int firstLine, YamlLimits limits)
    {
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
        _lineOffset = firstLine - 1;
        _limits = limits;
    }

    /// <param name="text">The document, with LF line ends.</param>
    /// <param name="firstLine">The line of the file that the text begins with.</param>
    /// <param name="limits">Depth and size.</param>
    /// <param name="fault">What is wrong, if null is returned.</param>
    public static YamlNode? Read(string text, int firstLine, YamlLimits limits, out Fault? fault)
    {
        var reader = new YamlTreeReader(text, firstLine, limits);
        try
        {
            fault = null;
            return reader.ReadDocument();
        }
        catch (RefusedException refused)
        {
            fault = refused.Fault;
        }
        catch (YamlException broken)
        {
            fault = reader.FaultAt(broken.Start, "This is not valid YAML: " + Plain(broken.Message));
        }
        catch (Exception broken) when (broken is ArgumentException or InvalidOperationException or FormatException
            or OverflowException or IndexOutOfRangeException)
        {
            // The parser's own exceptions for input that it did not expect.
            var at = reader._parser.Current?.Start ?? Mark.Empty;
            fault = reader.FaultAt(at, "This is not valid YAML.");
        }

        return null;
    }

    private static string Plain(string message) =>
        message.Length > 200 ? message[..200] : message.ReplaceLineEndings(" ");

    private YamlNode? ReadDocument()
    {
        Expect<StreamStart>();
        if (Next() is not DocumentStart)
        {
            throw Refused(Mark.Empty, "is empty: write the fields that an entry needs.");
        }

        Next();
        var root = ReadNode(depth: 1);
        Expect<DocumentEnd>();
        if (Next() is not StreamEnd)
        {
            throw Refused(_parser.Current!.Start, "A second YAML document begins here: only one is allowed.");
        }

        return root;
    }

    private YamlNode ReadNode(int depth)
    {
        var current = _parser.Current!;
        if (current is AnchorAlias alias)
        {
            throw Refused(current.Start, $"'*{alias.Value}' is an alias: write the value out. Aliases are refused.");
        }

        if (current is NodeEvent { Anchor.IsEmpty: false } anchored)
        {
            throw Refused(current.Start, $"'&{anchored.Anchor}' is an anchor: remove it. Anchors are refused.");
        }

        if (current is NodeEvent { Tag.IsEmpty: false })
        {
            throw Refused(current.Start, "A YAML tag stands here: remove it. Tags are refused.");
        }

        if (++_nodes > _limits.NodesMax)
        {
            throw Refused(current.Start, $"There are more than {_limits.NodesMax} values: shorten it.");
        }

        if (depth > _limits.DepthMax)
        {
            throw Refused(current.Start, $"It is nested more than {_limits.DepthMax} levels deep: flatten it.");
        }

        return current switch
        {
            Scalar scalar => new YamlScalar(
                LineOf(scalar.Start), ColumnOf(scalar.Start), scalar.Value, scalar.Style == ScalarStyle.Plain),
            SequenceStart => ReadList(current.Start, depth),
            MappingStart => ReadMap(current.Start, depth),
            _ => throw Refused(current.Start, "This is not a value."),
        };
    }

    private YamlList ReadList(Mark start, int depth)
    {
        var items = new List<YamlNode>();
        while (Next() is not SequenceEnd)
        {
            items.Add(ReadNode(depth + 1));
        }

        return new YamlList(LineOf(start), ColumnOf(start), items);
    }

    private YamlMap ReadMap(Mark start, int depth)
    {
        var fields = new List<YamlField>();
        while (Next() is not MappingEnd)
        {
            var at = _parser.Current!.Start;
            if (ReadNode(depth + 1) is not YamlScalar name)
            {
                throw Refused(at, "The name of a field must be text.");
            }

            if (fields.Exists(field => string.Equals(field.Name, name.Text, StringComparison.Ordinal)))
            {
                throw Refused(at, $"'{Shorten(name.Text)}' stands here a second time: remove one of the two.");
            }

            Next();
            fields.Add(new YamlField(name.Line, name.Column, name.Text, ReadNode(depth + 1)));
        }

        return new YamlMap(LineOf(start), ColumnOf(start), fields);
    }

    internal static string Shorten(string text) => text.Length <= 60 ? text : text[..59] + "…";

    private ParsingEvent? Next() => _parser.MoveNext() ? _parser.Current : null;

    private void Expect<T>()
        where T : ParsingEvent
    {
        if (Next() is not T)
        {
            throw Refused(_parser.Current?.Start ?? Mark.Empty, "This is not one YAML document.");
        }
    }

    private int LineOf(Mark mark) => Math.Max(1, (int)mark.Line) + _lineOffset;

    private static int ColumnOf(Mark mark) => Math.Max(1, (int)mark.Column);

    private Fault FaultAt(Mark mark, string message) => new(LineOf(mark), ColumnOf(mark), message);

    private RefusedException Refused(Mark mark, string message) => new(FaultAt(mark, message));

    /// <summary>Leaves the recursion; it never leaves the reader.</summary>
    private sealed class RefusedException(Fault fault) : Exception(fault.Message)
    {
        public Fault Fault { get; } = fault;
    }
}
