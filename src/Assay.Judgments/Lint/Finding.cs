namespace Assay.Judgments.Lint;

public enum Severity
{
    /// <summary>The rule is not run.</summary>
    Off,

    /// <summary>Worth knowing; never fails a check.</summary>
    Note,

    /// <summary>Fails a check only when it is asked to be strict.</summary>
    Warning,

    Error,
}

/// <param name="Rule">As <c>JL009</c>.</param>
/// <param name="Path">From the root of the repository, with forward slashes.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
public sealed record Finding(string Rule, Severity Severity, string Path, int Line, int Column, string Message);
