using System.Text.Json;
using Assay.Outcomes.Ladder;
using Assay.Server.Outcomes;

namespace Assay.Server.Store;

/// <summary>How deployments reach outcomes.</summary>
internal sealed partial class SqlOutcomeStore
{
    /// <summary>Deployments of the batch being taken.</summary>
    private sealed partial class Taking
    {
        private async ValueTask<bool> AddAsync(Deployment deployment) => await transaction.ExecuteAsync(
            $"insert into deployment ({DeploymentColumns}) values (@Source, @reference, @Repo, @Sha, @environment, @isProduction, @state, @AtMs) "
            + "on conflict do nothing",
            new
            {
                deployment.Source,
                reference = StorableText.Of(deployment.Ref),
                deployment.Repo,
                deployment.Sha,
                environment = StorableText.Of(deployment.Environment),
                isProduction = deployment.IsProduction ? 1L : 0L,
                state = deployment.IsSuccess ? "success" : "failure",
                deployment.AtMs,
            },
            ct) > 0;

        /// <summary>A commit in production brings with it all that its base branch had accepted before.</summary>
        private async ValueTask DeployAsync(Deployment deployment)
        {
            if (!deployment.IsProduction || !deployment.IsSuccess)
            {
                return;
            }

            var heads = await transaction.ReadAsync(
                "select o.base_branch, max(o.accepted_ms) from outcome_commit c join outcome o on o.id = c.outcome_id "
                + "where c.repo = @Repo and c.sha = @Sha and o.accepted_ms is not null group by o.base_branch",
                new { deployment.Repo, deployment.Sha },
                row => (Branch: row.GetString(0), AcceptedMs: row.GetInt64(1)),
                ct);
            foreach (var (branch, acceptedMs) in heads)
            {
                var deployed = await transaction.ReadAsync(
                    "select id from outcome where repo = @Repo and base_branch = @branch and accepted_ms <= @acceptedMs "
                    + "and (deployed_ms is null or deployed_ms > @AtMs)",
                    new { deployment.Repo, branch, acceptedMs, deployment.AtMs },
                    row => row.GetString(0),
                    ct);
                var evidence = JsonSerializer.Serialize(new { deployment = deployment.Ref, deployment.Environment, deployment.Sha });
                foreach (var id in deployed)
                {
                    await StepAndFoldAsync(id, new OutcomeStep(OutcomeEvent.Deployed, deployment.AtMs, evidence));
                }
            }
        }

        /// <summary>What was deployed before this outcome was told of.</summary>
        private async ValueTask CatchUpAsync(Outcome outcome)
        {
            if (outcome.State.AcceptedMs is not { } acceptedMs)
            {
                return;
            }

            var before = outcome.State.DeployedMs ?? long.MaxValue;
            var later = await transaction.ReadAsync(
                "select id, deployed_ms from outcome where repo = @Repo and base_branch = @BaseBranch and accepted_ms >= @acceptedMs "
                + "and deployed_ms < @before and id <> @Id order by deployed_ms limit 1",
                new { outcome.Repo, outcome.BaseBranch, acceptedMs, before, outcome.Id },
                row => (Id: row.GetString(0), AtMs: row.GetInt64(1)),
                ct);
            foreach (var (with, atMs) in later)
            {
                await StepAndFoldAsync(outcome.Id, new OutcomeStep(OutcomeEvent.Deployed, atMs, JsonSerializer.Serialize(new { with })));
            }

            var deployments = await transaction.ReadAsync(
                $"select {DeploymentColumns} from deployment d where exists (select 1 from outcome_commit c "
                + "where c.outcome_id = @Id and c.repo = d.repo and c.sha = d.sha)",
                new { outcome.Id },
                ReadDeployment,
                ct);
            foreach (var deployment in deployments)
            {
                await DeployAsync(deployment);
            }
        }
    }
}
