namespace Assay.Judgments.Shapes;

/// <summary>
/// What a value must look like. One description serves the reader, which checks against it with lines and columns, and
/// the JSON Schema that editors use, so that the two cannot disagree.
/// </summary>
public abstract record Shape;

/// <summary>What a text must be, beyond its length.</summary>
public enum TextForm
{
    Any,
    Uuid,
    DateTime,
    Date,
    Email,
    Slug,
    SemanticVersion,
    FolderPattern,
}

/// <summary>A text of bounded length; one of a few words if <paramref name="OneOf"/> is given.</summary>
public sealed record TextShape(
    int LengthMin = 1, int LengthMax = 2000, TextForm Form = TextForm.Any, IReadOnlyList<string>? OneOf = null) : Shape;

public sealed record WholeNumberShape(long Min, long Max) : Shape;

public sealed record FlagShape : Shape;

public sealed record ListShape(Shape Item, int CountMax = 500, bool Distinct = false) : Shape;

/// <summary>A closed mapping: fields that are not named are refused, except those that begin with <c>x_</c>.</summary>
public sealed record MapShape(IReadOnlyList<FieldShape> Fields, string Name) : Shape;

/// <summary>Any value; only size and depth are bounded.</summary>
public sealed record AnyShape : Shape;

public sealed record FieldShape(string Name, Shape Shape, bool IsRequired = false, string Description = "");
