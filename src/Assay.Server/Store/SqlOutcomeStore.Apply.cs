using System.Data.Common;
using System.Text.Json;
using Assay.Outcomes.Ladder;
using Assay.Outcomes.Reverts;
using Assay.Server.Outcomes;

namespace Assay.Server.Store;

/// <summary>How outcomes are taken.</summary>
internal sealed partial class SqlOutcomeStore
{
    private const int CommitsMax = 500;
    private const int WorkRefsMax = 20;

    public ValueTask<IReadOnlyList<string>?> ApplyAsync(OutcomeBatch batch, CancellationToken ct = default) =>
        dialect.WriteAsync<IReadOnlyList<string>?>(
            async transaction =>
            {
                // Outcomes undo and deploy one another: whoever takes some waits for the others here, in one place.
                await ExecuteAsync(transaction, "update outcome_version set version = version + 1 where id = 1", new { }, ct);
                var isKnown = false;
                foreach (var delivery in batch.Deliveries)
                {
                    isKnown |= await ExecuteAsync(
                        transaction,
                        "insert into delivery (source, id, received_ms) values (@Source, @id, @NowMs) on conflict do nothing",
                        new { delivery.Source, id = StorableText.Of(delivery.Id), NowMs },
                        ct) == 0;
                }

                if (isKnown)
                {
                    return null;
                }

                return await new Taking(this, transaction, ct).TakeAsync(batch);
            },
            ct);

    /// <summary>One batch being taken, in its transaction.</summary>
    private sealed class Taking(SqlOutcomeStore store, DbTransaction transaction, CancellationToken ct)
    {
        private readonly long _nowMs = store.NowMs;

        public async ValueTask<IReadOnlyList<string>> TakeAsync(OutcomeBatch batch)
        {
            var ids = new List<string>(batch.Outcomes.Count);
            var repos = new HashSet<string>(StringComparer.Ordinal);
            var isRevert = batch.Reverts.Count > 0;
            foreach (var pushed in batch.BranchCommits)
            {
                await ExecuteAsync(
                    transaction,
                    "insert into branch_commit (repo, branch, sha, at_ms) values (@Repo, @branch, @Sha, @AtMs) on conflict do nothing",
                    new { pushed.Repo, branch = StorableText.Of(pushed.Branch), pushed.Sha, pushed.AtMs },
                    ct);
            }

            foreach (var branch in batch.BranchCommits.Select(c => (c.Repo, Branch: StorableText.Of(c.Branch))).Distinct())
            {
                await BringAsync("repo = @Repo and branch = @Branch", new { branch.Repo, branch.Branch });
            }

            foreach (var report in batch.Outcomes)
            {
                var outcome = await FoldAsync(await PutAsync(report));
                ids.Add(outcome.Id);
                if (outcome.Repo.Length > 0)
                {
                    repos.Add(outcome.Repo);
                    await BringAsync("id = @Id", new { outcome.Id });
                    await CatchUpAsync(outcome);
                    if (report.Reverts.Count > 0 && outcome.State.AcceptedMs is { } acceptedMs)
                    {
                        isRevert |= await ClaimAsync(outcome.Repo, outcome.Id, "", acceptedMs, report.Reverts);
                    }
                }
            }

            foreach (var deployment in batch.Deployments)
            {
                if (await AddAsync(deployment))
                {
                    await DeployAsync(deployment);
                }
            }

            foreach (var revert in batch.Reverts)
            {
                repos.Add(revert.Repo);
                await ClaimAsync(revert.Repo, "", revert.Sha, revert.AtMs, revert.Claims);
            }

            foreach (var repo in repos)
            {
                if (await ResolveAsync(repo) || isRevert)
                {
                    await UndoAsync(repo);
                }
            }

            foreach (var anchor in batch.Anchors)
            {
                await ExecuteAsync(
                    transaction,
                    "insert into anchor (sha, session, evidence, repo, at_ms, person_id, lines) "
                    + "values (@Sha, @session, @Evidence, @repo, @AtMs, @PersonId, @Lines) on conflict do nothing",
                    new
                    {
                        anchor.Sha,
                        session = StorableText.Of(anchor.Session),
                        anchor.Evidence,
                        repo = StorableText.Of(anchor.Repo),
                        anchor.AtMs,
                        anchor.PersonId,
                        anchor.Lines,
                    },
                    ct);
            }

            return ids;
        }

        /// <summary>Writes the facts, steps and commits of a report.</summary>
        private async ValueTask<Outcome> PutAsync(OutcomeReport report)
        {
            var reference = StorableText.Of(report.Ref);
            var known = await s_table.LoadWhereAsync(
                transaction,
                "ref = @reference and source in (@Source, @GitHub, @GitLab, @Git)",
                new { reference, report.Source, OutcomeWords.GitHub, OutcomeWords.GitLab, OutcomeWords.Git },
                ct);

            // What a scan of git tells of and what its host tells of is one: the host knows it better.
            var isOfHost = report.Source is OutcomeWords.GitHub or OutcomeWords.GitLab;
            var found = known.Find(o => o.Source == report.Source)
                ?? known.Find(o => report.Source == OutcomeWords.Git ? o.Source is OutcomeWords.GitHub or OutcomeWords.GitLab : isOfHost && o.Source == OutcomeWords.Git);
            var before = found is not null ? found with { Source = isOfHost ? report.Source : found.Source } : new Outcome
            {
                Id = Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(_nowMs)).ToString("N"),
                Kind = report.Kind,
                Source = report.Source,
                Ref = reference,
                SettleDays = report.SettleDays,
                FactsMs = report.FactsMs,
            };
            var isNewer = report.FactsMs >= before.FactsMs;
            var after = before with
            {
                Title = Newest(before.Title, report.Title),
                Url = Newest(before.Url, report.Url),
                Repo = Newest(before.Repo, report.Repo),
                Branch = Newest(before.Branch, report.Branch),
                BaseBranch = Newest(before.BaseBranch, report.BaseBranch),
                Author = Newest(before.Author, report.Author),
                PersonId = Newest(before.PersonId, report.PersonId),
                TeamId = Newest(before.TeamId, report.TeamId),
                UseCase = Newest(before.UseCase, report.UseCase),
                Value = NewestNumber(before.Value, report.Value),
                LinesAdded = NewestNumber(before.LinesAdded, report.LinesAdded),
                LinesRemoved = NewestNumber(before.LinesRemoved, report.LinesRemoved),
                WorkRefs = [.. before.WorkRefs.Union((report.WorkRefs ?? []).Select(StorableText.Of), StringComparer.Ordinal).Take(WorkRefsMax)],
                FactsMs = Math.Max(before.FactsMs, report.FactsMs),
            };
            await s_table.PutAsync(transaction, after, ct);
            foreach (var step in report.Steps)
            {
                await StepAsync(after.Id, step);
            }

            foreach (var sha in report.Commits.Where(sha => sha.Length > 0).Take(CommitsMax))
            {
                await ExecuteAsync(
                    transaction,
                    "insert into outcome_commit (repo, sha, outcome_id) values (@Repo, @sha, @Id) on conflict do nothing",
                    new { after.Repo, sha, after.Id },
                    ct);
            }

            return after;

            string Newest(string old, string? told) =>
                told is { Length: > 0 } && (isNewer || old.Length == 0) ? StorableText.Of(told) : old;

            long? NewestNumber(long? old, long? told) => told is not null && (isNewer || old is null) ? told : old;
        }

        /// <summary>Gives outcomes the commits that were pushed to their branch while they were on their way.</summary>
        private Task<int> BringAsync(string which, object parameters)
        {
            // A name is used again for other work; nobody works on one change for longer than this before offering it.
            const long lead = 30L * 24 * 60 * 60 * 1000;
            return ExecuteAsync(
                transaction,
                "insert into outcome_commit (repo, sha, outcome_id) select b.repo, b.sha, o.id from "
                + $"(select * from outcome where {which}) o join branch_commit b on b.repo = o.repo and b.branch = o.branch "
                + $"where o.branch <> '' and b.at_ms > coalesce(o.proposed_ms, o.at_ms) - {lead} "
                + "and b.at_ms <= coalesce(o.accepted_ms, o.abandoned_ms, b.at_ms) on conflict do nothing",
                parameters,
                ct);
        }

        private async ValueTask<bool> StepAsync(string outcome, OutcomeStep step) => await ExecuteAsync(
            transaction,
            "insert into outcome_step (outcome_id, event, at_ms, evidence, told_ms) "
            + "values (@outcome, @what, @AtMs, @Evidence, @_nowMs) on conflict do nothing",
            new { outcome, what = OutcomeWords.Word(step.What), step.AtMs, step.Evidence, _nowMs },
            ct) > 0;

        private async ValueTask<Outcome> FoldAsync(Outcome outcome)
        {
            var steps = await ReadWithinAsync(
                transaction,
                "select event, at_ms from outcome_step where outcome_id = @Id",
                new { outcome.Id },
                row => new OutcomeStep(OutcomeWords.Events[row.GetString(0)], row.GetInt64(1)),
                ct);
            var folded = outcome with { State = OutcomeState.Of(steps, outcome.SettleDays) };
            await s_table.PutAsync(transaction, folded, ct);
            return folded;
        }

        private async ValueTask StepAndFoldAsync(string id, OutcomeStep step, RevertRule? rule = null)
        {
            var isNew = await StepAsync(id, step);
            if ((isNew || rule is not null) && await s_table.FindAsync(transaction, id, ct) is { } outcome
                && (isNew || outcome.RevertRule is null || outcome.RevertRule > rule))
            {
                await FoldAsync(outcome with { RevertRule = Surest(outcome.RevertRule, rule) });
            }

            static RevertRule? Surest(RevertRule? one, RevertRule? other) =>
                one is null ? other : other is null || one < other ? one : other;
        }

        private async ValueTask<bool> AddAsync(Deployment deployment) => await ExecuteAsync(
            transaction,
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

            var heads = await ReadWithinAsync(
                transaction,
                "select o.base_branch, max(o.accepted_ms) from outcome_commit c join outcome o on o.id = c.outcome_id "
                + "where c.repo = @Repo and c.sha = @Sha and o.accepted_ms is not null group by o.base_branch",
                new { deployment.Repo, deployment.Sha },
                row => (Branch: row.GetString(0), AcceptedMs: row.GetInt64(1)),
                ct);
            foreach (var (branch, acceptedMs) in heads)
            {
                var deployed = await ReadWithinAsync(
                    transaction,
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
            var later = await ReadWithinAsync(
                transaction,
                "select id, deployed_ms from outcome where repo = @Repo and base_branch = @BaseBranch and accepted_ms >= @acceptedMs "
                + "and deployed_ms < @before and id <> @Id order by deployed_ms limit 1",
                new { outcome.Repo, outcome.BaseBranch, acceptedMs, before, outcome.Id },
                row => (Id: row.GetString(0), AtMs: row.GetInt64(1)),
                ct);
            foreach (var (with, atMs) in later)
            {
                await StepAndFoldAsync(outcome.Id, new OutcomeStep(OutcomeEvent.Deployed, atMs, JsonSerializer.Serialize(new { with })));
            }

            var deployments = await ReadWithinAsync(
                transaction,
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

        private async ValueTask<bool> ClaimAsync(
            string repo, string byOutcome, string byCommit, long atMs, IReadOnlyList<RevertClaim> claims)
        {
            var isNew = false;
            foreach (var claim in claims)
            {
                isNew |= await ExecuteAsync(
                    transaction,
                    "insert into outcome_revert (repo, by_outcome, by_commit, rule, target, at_ms, outcome_id) "
                    + "values (@repo, @byOutcome, @byCommit, @rule, @target, @atMs, '') on conflict do nothing",
                    new { repo, byOutcome, byCommit, rule = OutcomeWords.Word(claim.Rule), target = StorableText.Of(claim.Target), atMs },
                    ct) > 0;
            }

            return isNew;
        }

        /// <summary>Looks for what is undone among the outcomes known by now.</summary>
        private async ValueTask<bool> ResolveAsync(string repo)
        {
            const int most = 500;
            var open = await ReadWithinAsync(
                transaction,
                "select by_outcome, by_commit, rule, target, at_ms from outcome_revert where repo = @repo and outcome_id = '' "
                + "order by at_ms desc limit @most",
                new { repo, most },
                row => (By: row.GetString(0), Commit: row.GetString(1), Rule: row.GetString(2), Target: row.GetString(3), AtMs: row.GetInt64(4)),
                ct);
            var found = false;
            foreach (var (by, commit, rule, target, atMs) in open)
            {
                if (await TargetAsync(repo, by, OutcomeWords.RevertRules[rule], target, atMs) is { } id)
                {
                    found = true;
                    await ExecuteAsync(
                        transaction,
                        "update outcome_revert set outcome_id = @id where repo = @repo and by_outcome = @by and by_commit = @commit "
                        + "and rule = @rule and target = @target",
                        new { id, repo, by, commit, rule, target },
                        ct);
                }
            }

            return found;
        }

        private async ValueTask<string?> TargetAsync(string repo, string by, RevertRule rule, string target, long atMs)
        {
            switch (rule)
            {
                case RevertRule.CommitTrailer or RevertRule.InversePatch:
                    return (await IdsAsync(
                        "select o.id from outcome_commit c join outcome o on o.id = c.outcome_id where c.repo = @repo and c.sha = @target "
                        + "and o.id <> @by and o.accepted_ms is not null order by o.accepted_ms, o.id limit 1",
                        new { repo, target, by })).FirstOrDefault();
                case RevertRule.Title:
                    return await IdsAsync(
                        "select id from outcome where repo = @repo and title = @target and id <> @by and accepted_ms <= @atMs limit 2",
                        new { repo, target, by, atMs }) is [var only] ? only : null;
                default:
                    var isFull = target.AsSpan().ContainsAny('#', '!');
                    return (await IdsAsync(
                        "select id from outcome where repo = @repo and (ref = @one or ref = @other) and id <> @by order by id limit 1",
                        new { repo, one = isFull ? target : $"{repo}#{target}", other = isFull ? target : $"{repo}!{target}", by })).FirstOrDefault();
            }

            ValueTask<List<string>> IdsAsync(string sql, object parameters) =>
                ReadWithinAsync(transaction, sql, parameters, row => row.GetString(0), ct);
        }

        /// <summary>Gives every undone outcome of a repository the steps that follow.</summary>
        private async ValueTask UndoAsync(string repo)
        {
            const int most = 5000;
            var acts = await ReadWithinAsync(
                transaction,
                "select at_ms, rule, by_outcome, by_commit, outcome_id, target from outcome_revert where repo = @repo order by at_ms desc limit @most",
                new { repo, most },
                row =>
                {
                    var rule = OutcomeWords.RevertRules[row.GetString(1)];
                    return new RevertAct(
                        row.GetInt64(0), rule, row.GetString(2), row.GetString(3), row.GetString(4),
                        rule is RevertRule.CommitTrailer or RevertRule.InversePatch ? row.GetString(5) : "");
                },
                ct);
            foreach (var id in acts.Select(a => a.TargetOutcome).Where(id => id.Length > 0).Distinct(StringComparer.Ordinal))
            {
                foreach (var (what, act) in RevertChain.Effects(id, acts))
                {
                    var evidence = JsonSerializer.Serialize(new
                    {
                        rule = OutcomeWords.Word(act.Rule),
                        outcome = act.ByOutcome.Length > 0 ? act.ByOutcome : null,
                        commit = act.ByCommit.Length > 0 ? act.ByCommit : null,
                    });
                    await StepAndFoldAsync(id, new OutcomeStep(what, act.AtMs, evidence), act.TargetOutcome == id ? act.Rule : null);
                }
            }
        }
    }
}
