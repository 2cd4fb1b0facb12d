using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Assay.Server.Api;

/// <summary>A metric that somebody is steered by.</summary>
public sealed record RegisterMetric
{
    [Required]
    [Description("Lower-case letters, digits, '-', '_' and '.'.")]
    public string? Id { get; init; }

    [Required]
    public string? Name { get; init; }

    [Required]
    [Description("What it counts for each person and day: tokens, cost, calls, accepted (outcomes) or lines.")]
    public string? Measure { get; init; }

    [Required]
    [Description("What it stands for, and nobody is paid on: tickets, settled, accepted or value.")]
    public string? Gold { get; init; }

    [Required]
    [Description("What must not get worse meanwhile, in at most 500 characters.")]
    public string? CounterMetric { get; init; }

    [Required]
    [Description("RFC 3339; since when it is a target.")]
    public string? TargetSince { get; init; }

    [Description("The e-mail address of who answers for it; whoever registers it if absent.")]
    public string? Owner { get; init; }

    [Description("A value of a person's day on which something hangs (a rank, a title, a bonus), in the metric's unit; none if absent. The audit then asks whether days gather just above it.")]
    public string? Threshold { get; init; }

    [Description("How near to the threshold is near; a tenth of it if absent.")]
    public string? ThresholdWidth { get; init; }
}

/// <summary>How many outcomes to draw.</summary>
public sealed record DrawSamples
{
    [Description("1 to 200; 20 if absent.")]
    public int? Count { get; init; }

    [Description("Of those accepted in so many last days, 1 to 90; 7 if absent.")]
    public int? Days { get; init; }
}

/// <summary>What somebody thinks of a sample.</summary>
public sealed record RateSample
{
    [Required]
    [Description("1 (worth nothing) to 5 (worth much).")]
    public int? Score { get; init; }
}
