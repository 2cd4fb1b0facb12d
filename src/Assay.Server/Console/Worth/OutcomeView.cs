namespace Assay.Server.Console.Worth;

/// <summary>A step of an outcome's life.</summary>
public sealed record StepLine(string Name, string When, string At);

/// <summary>Calls that led to an outcome, by session and tier.</summary>
public sealed record SessionLine(string Session, string? Href, string Person, string Model, string Tier, string Cost);

/// <summary>A decision that names the same work.</summary>
public sealed record DecisionLine(string Href, string Title, string Note);

/// <summary>One outcome with what it cost and what became of it.</summary>
public sealed record OutcomeView
{
    public required string Title { get; init; }

    public required string Ref { get; init; }

    public required string Url { get; init; }

    public required string Kind { get; init; }

    public required string Rung { get; init; }

    public required bool IsLive { get; init; }

    public required string Fate { get; init; }

    /// <summary>Null where the spend is not the viewer's to see.</summary>
    public string? Sure { get; init; }

    public string SureNote { get; init; } = "";

    public string? UpTo { get; init; }

    public string UpToNote { get; init; } = "";

    public required IReadOnlyList<StepLine> Steps { get; init; }

    public required IReadOnlyList<SessionLine> Sessions { get; init; }

    public required IReadOnlyList<DecisionLine> Decisions { get; init; }

    public required IReadOnlyList<(string Name, string Value)> Facts { get; init; }

    public required IReadOnlyList<(string Name, string Value)> Code { get; init; }
}
