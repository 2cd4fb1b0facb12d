using Assay.Outcomes.Statistics;

namespace Assay.Outcomes.Goodhart;

/// <summary>Ways in which a metric stops to mean what it meant.</summary>
public enum AuditQuestion
{
    /// <summary>Does the metric grow faster than what it stands for?</summary>
    Decoupling,

    /// <summary>Do units with more of the metric still have more of what it stands for?</summary>
    Correlation,

    /// <summary>Do the things that it counts have other sizes than before?</summary>
    SizeShift,

    /// <summary>Do more units reach values that hardly any reached before?</summary>
    Extremes,

    /// <summary>Are blind ratings lower than before?</summary>
    Ratings,

    /// <summary>Do values gather just above a threshold?</summary>
    Bunching,
}

/// <summary>The answer to one question.</summary>
/// <param name="Question">The question.</param>
/// <param name="Before">What was seen before the metric was a target.</param>
/// <param name="After">What is seen now, in the same unit.</param>
/// <param name="Change">The change between them: for decoupling how many times faster the metric grew; else a difference.</param>
/// <param name="Interval">Where the change may lie; null where the question has none.</param>
/// <param name="Probability">How unlikely this is if nothing changed.</param>
/// <param name="Adjusted">The same, adjusted for how many questions were asked.</param>
/// <param name="IsAlarm">Whether it is too unlikely.</param>
public sealed record AuditFinding(
    AuditQuestion Question,
    double Before,
    double After,
    double Change,
    Interval? Interval,
    double Probability,
    double Adjusted,
    bool IsAlarm);

/// <summary>What one look found.</summary>
public sealed record AuditReport
{
    /// <summary>The first day of the baseline.</summary>
    public required long BaselineFrom { get; init; }

    /// <summary>The first day that is compared with it.</summary>
    public required long WindowFrom { get; init; }

    /// <summary>The last day that is compared.</summary>
    public required long WindowTo { get; init; }

    /// <summary>How many units there are.</summary>
    public required int Units { get; init; }

    /// <summary>Whether there was enough to ask anything.</summary>
    public bool IsEnough => Findings.Count > 0;

    /// <summary>The answers to all questions that could be asked.</summary>
    public required IReadOnlyList<AuditFinding> Findings { get; init; }

    /// <summary>Whether the metric can no longer be trusted: freeze it, look at samples, take another.</summary>
    public bool IsAlarm => Findings.Any(f => f.IsAlarm);
}
