using System.Runtime.InteropServices;
using Assay.Outcomes.Statistics;

namespace Assay.Outcomes.Measures;

/// <summary>A deployment to production.</summary>
/// <param name="Application">What was deployed: a repository.</param>
/// <param name="AtMs">When, in Unix ms.</param>
/// <param name="IsSuccess">Whether it went through.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DeploymentSeen(string Application, long AtMs, bool IsSuccess);

/// <summary>A change that was offered, and perhaps deployed and undone.</summary>
/// <param name="Application">Its repository.</param>
/// <param name="ProposedMs">When it was offered, in Unix ms; null if nobody said.</param>
/// <param name="DeployedMs">When it first went into production; null if it did not.</param>
/// <param name="BrokenMs">When it was taken back, reopened or caused an incident; null if it did not.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ChangeSeen(string Application, long? ProposedMs, long? DeployedMs, long? BrokenMs);

/// <summary>
/// The five metrics of DORA (dora.dev), of applications and never of people: two of throughput and three of instability.
/// Null where there is nothing to compute one from.
/// </summary>
public sealed record DeliveryPerformance
{
    private const double HourMs = 3_600_000;
    private const double WeekMs = 7 * 24 * HourMs;

    /// <summary>Successful deployments.</summary>
    public required int Deployments { get; init; }

    /// <summary>Applications that were deployed.</summary>
    public required int Applications { get; init; }

    /// <summary>Deployment frequency: successful ones of the median application in a week.</summary>
    public double? DeploymentsPerWeek { get; init; }

    /// <summary>Change lead time: median hours from being offered to being in production.</summary>
    public double? LeadHours { get; init; }

    /// <summary>Changes that it is the median of.</summary>
    public required int LeadChanges { get; init; }

    /// <summary>Failed deployment recovery time: median hours from a failure to the next deployment that went through.</summary>
    public double? RecoveryHours { get; init; }

    /// <summary>Failures that it is the median of.</summary>
    public required int Recoveries { get; init; }

    /// <summary>Failures that nothing has followed yet.</summary>
    public required int Unrecovered { get; init; }

    /// <summary>Change fail rate: the part of deployments after which something had to be done at once.</summary>
    public double? FailRate { get; init; }

    /// <summary>Where it may lie.</summary>
    public Interval? FailInterval { get; init; }

    /// <summary>Deployment rework rate: the part of successful deployments that came because something in production was broken.</summary>
    public double? ReworkRate { get; init; }

    /// <summary>Where it may lie.</summary>
    public Interval? ReworkInterval { get; init; }

    /// <summary>Computes them.</summary>
    /// <param name="periodMs">How long the period is.</param>
    /// <param name="deployments">Those to production in it.</param>
    /// <param name="changes">Those deployed or broken in it.</param>
    public static DeliveryPerformance Of(long periodMs, IEnumerable<DeploymentSeen> deployments, IEnumerable<ChangeSeen> changes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(periodMs);
        ArgumentNullException.ThrowIfNull(deployments);
        ArgumentNullException.ThrowIfNull(changes);
        var known = changes.ToList();
        var (perWeek, recoveries, unrecovered, successes, failed, rework, all) = (new List<double>(), new List<double>(), 0, 0, 0, 0, 0);
        foreach (var application in deployments.GroupBy(d => d.Application, StringComparer.Ordinal))
        {
            // What broke: a deployment that failed, or a change in production that had to be taken back or mended.
            var broken = known.Where(c => c.Application == application.Key && c.DeployedMs <= c.BrokenMs).Select(c => c.BrokenMs!.Value).Order().ToList();
            var inOrder = application.OrderBy(d => d.AtMs).ToList();
            var (failedSince, last) = ((long?)null, long.MinValue);
            foreach (var (i, deployment) in inOrder.Index())
            {
                all++;
                var until = i + 1 < inOrder.Count ? inOrder[i + 1].AtMs : long.MaxValue;
                if (!deployment.IsSuccess)
                {
                    failed++;
                    failedSince ??= deployment.AtMs;
                    continue;
                }

                failed += broken.Exists(at => at >= deployment.AtMs && at < until) ? 1 : 0;
                rework += failedSince is not null || broken.Exists(at => at >= last && at < deployment.AtMs) ? 1 : 0;
                if (failedSince is { } since)
                {
                    recoveries.Add((deployment.AtMs - since) / HourMs);
                }

                (failedSince, last) = (null, deployment.AtMs);
            }

            unrecovered += failedSince is null ? 0 : 1;
            var succeeded = inOrder.Count(d => d.IsSuccess);
            successes += succeeded;
            if (succeeded > 0)
            {
                perWeek.Add(succeeded / (periodMs / WeekMs));
            }
        }

        var lead = known.Where(c => c.ProposedMs <= c.DeployedMs).Select(c => (c.DeployedMs!.Value - c.ProposedMs!.Value) / HourMs).ToList();
        return new DeliveryPerformance
        {
            Deployments = successes,
            Applications = perWeek.Count,
            DeploymentsPerWeek = Median(perWeek),
            LeadHours = Median(lead),
            LeadChanges = lead.Count,
            RecoveryHours = Median(recoveries),
            Recoveries = recoveries.Count,
            Unrecovered = unrecovered,
            FailRate = all == 0 ? null : failed / (double)all,
            FailInterval = all == 0 ? null : Proportion.Wilson(failed, all, 0.9),
            ReworkRate = successes == 0 ? null : rework / (double)successes,
            ReworkInterval = successes == 0 ? null : Proportion.Wilson(rework, successes, 0.9),
        };
    }

    private static double? Median(List<double> values)
    {
        if (values.Count == 0)
        {
            return null;
        }

        values.Sort();
        var middle = values.Count / 2;
        return values.Count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
