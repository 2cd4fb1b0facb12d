using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Assay.Server.Api;

/// <summary>An experiment, declared before it begins. Nothing of it can be changed afterwards.</summary>
public sealed record DeclareExperiment
{
    [Required]
    [Description("Lower-case letters, digits, '-', '_' and '.'.")]
    public string? Id { get; init; }

    [Required]
    [Description("What is to be found out, in at most 300 characters.")]
    public string? Question { get; init; }

    [Required]
    [Description("The route under test, as it is configured: a model's name or pattern.")]
    public string? Route { get; init; }

    [Description("Only calls for this use case take part; all if absent.")]
    public string? UseCase { get; init; }

    [Required]
    [Description("team or repository: what is treated or not.")]
    public string? Unit { get; init; }

    [Required]
    [Description("2 to 500 teams, or repositories such as acme/web.")]
    public IReadOnlyList<string?>? Units { get; init; }

    [Description("Targets of the untreated, in the order in which they are tried; the route's own if absent.")]
    public IReadOnlyList<string?>? Control { get; init; }

    [Required]
    [Description("Targets of the treated, in the order in which they are tried.")]
    public IReadOnlyList<string?>? Treatment { get; init; }

    [Required]
    [Description("staggered (units begin in waves, by lot) or switchback (each unit is treated in one period of each pair).")]
    public string? Design { get; init; }

    [Required]
    [Description("RFC 3339; a full hour to come.")]
    public string? Start { get; init; }

    [Required]
    [Description("How long a period is: 1 to 672 hours.")]
    public int? PeriodHours { get; init; }

    [Required]
    [Description("How many periods: 2 to 104, even in a switchback, together at most 366 days. They fix the end.")]
    public int? Periods { get; init; }

    [Description("Staggered only: in how many waves units begin, 2 to 20 and fewer than periods.")]
    public int? Waves { get; init; }

    [Required]
    [Description("settledRate (percentage points), costPerSettled (USD), settled (outcomes of a unit in a period) or spend (USD of a unit in a period).")]
    public string? Metric { get; init; }

    [Required]
    [Description("The least difference worth finding, above zero, in the metric's unit: a decimal number such as 5 or 0.25.")]
    public string? WorthFinding { get; init; }

    [Description("The e-mail address of who answers for it; whoever declares it if absent.")]
    public string? Owner { get; init; }
}

/// <summary>Why an experiment is stopped before its end.</summary>
public sealed record StopExperiment
{
    [Required]
    [Description("In at most 500 characters. A stopped experiment is not judged.")]
    public string? Reason { get; init; }
}
