using Assay.Outcomes.Measures;
using Assay.Server.Console.Figures;

namespace Assay.Server.Outcomes.Measures;

/// <summary>DORA's five, of applications.</summary>
internal static class DeliveryMeasures
{
    private const string NoSource = "No source yet: send deployments by webhook of GitHub or GitLab, and name outcomes.production.";

    public static IEnumerable<Measure> Of(MeasureFacts facts)
    {
        if (facts.Scope.IsOwn)
        {
            return [];
        }

        var found = DeliveryPerformance.Of(
            facts.ToMs - facts.FromMs,
            facts.Deployments.Select(d => new DeploymentSeen(d.Repo, d.AtMs, d.IsSuccess)),
            facts.Outcomes.Where(o => o.Repo.Length > 0).Select(o => new ChangeSeen(o.Repo, o.State.ProposedMs, o.State.DeployedMs, o.State.RevertedMs ?? o.State.ReopenedMs)));
        return
        [
            new()
            {
                Id = "changeLeadTime",
                Name = "Change lead time",
                Label = MeasureLabel.Outcome,
                Unit = MeasureUnit.Hours,
                Value = found.LeadHours,
                Basis = found.LeadHours is null ? "" : $"median from offered to in production, of {Say.Many(found.LeadChanges, "change", "changes")}",
                Weakness = "Begins when the change is offered, not at its first commit. Small changes are quick: it falls when work is split.",
                Missing = found.LeadHours is null ? NoSource : "",
            },
            new()
            {
                Id = "deploymentFrequency",
                Name = "Deployment frequency",
                Label = MeasureLabel.Outcome,
                Unit = MeasureUnit.PerWeek,
                Value = found.DeploymentsPerWeek,
                Basis = found.DeploymentsPerWeek is null ? "" : $"of the median of {Say.Many(found.Applications, "application", "applications")}, {Say.Many(found.Deployments, "deployment", "deployments")} in all",
                Weakness = "Deploying the same twice counts twice. Read it beside the two rates below.",
                Missing = found.DeploymentsPerWeek is null ? NoSource : "",
            },
            new()
            {
                Id = "failedDeploymentRecoveryTime",
                Name = "Failed deployment recovery time",
                Label = MeasureLabel.Outcome,
                Unit = MeasureUnit.Hours,
                Value = found.RecoveryHours,
                Basis = found.RecoveryHours is null ? "" : $"median of {Say.Many(found.Recoveries, "failure", "failures")}; {Say.Count(found.Unrecovered)} not recovered yet",
                Weakness = "Seen through deployments only: an outage that was mended without one is not in it.",
                Missing = found.RecoveryHours is not null ? "" : found.Deployments == 0 ? NoSource : "No deployment failed and was followed by one that went through.",
            },
            new()
            {
                Id = "changeFailRate",
                Name = "Change fail rate",
                Label = MeasureLabel.Outcome,
                Unit = MeasureUnit.Share,
                Value = found.FailRate,
                Interval = found.FailInterval,
                Basis = found.FailRate is null ? "" : "deployments that failed, or after which a change in production was taken back or reopened before the next",
                Weakness = "A fault that nobody reports is none. As a target it is met by not reporting incidents.",
                Missing = found.FailRate is null ? NoSource : "",
            },
            new()
            {
                Id = "deploymentReworkRate",
                Name = "Deployment rework rate",
                Label = MeasureLabel.Outcome,
                Unit = MeasureUnit.Share,
                Value = found.ReworkRate,
                Interval = found.ReworkInterval,
                Basis = found.ReworkRate is null ? "" : "successful deployments since whose predecessor a deployment failed, or a change was taken back or reopened",
                Weakness = "A planned deployment that comes by chance after a fault counts as rework.",
                Missing = found.ReworkRate is null ? NoSource : "",
            },
        ];
    }
}
