using System.Data.Common;
using Assay.Outcomes.Ladder;
using Assay.Outcomes.Measures;
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
                await transaction.ExecuteAsync("update outcome_version set version = version + 1 where id = 1", new { }, ct);
                var isKnown = false;
                foreach (var delivery in batch.Deliveries)
                {
                    isKnown |= await transaction.ExecuteAsync(
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
    private sealed partial class Taking(SqlOutcomeStore store, DbTransaction transaction, CancellationToken ct)
    {
        private readonly long _nowMs = store.NowMs;

        public async ValueTask<IReadOnlyList<string>> TakeAsync(OutcomeBatch batch)
        {
            var ids = new List<string>(batch.Outcomes.Count);
            var repos = new HashSet<string>(StringComparer.Ordinal);
            var isRevert = batch.Reverts.Count > 0;
            foreach (var pushed in batch.BranchCommits)
            {
                await transaction.ExecuteAsync(
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
                await transaction.ExecuteAsync(
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
                CountedLines = Further(before.CountedLines, report.CountedLines),
                WorkRefs = [.. before.WorkRefs.Union((report.WorkRefs ?? []).Select(StorableText.Of), StringComparer.Ordinal).Take(WorkRefsMax)],
                FactsMs = Math.Max(before.FactsMs, report.FactsMs),
            };
            await s_table.PutAsync(transaction, after, ct);
            foreach (var name in Names(after).Except(found is null ? [] : Names(found), StringComparer.Ordinal))
            {
                await transaction.ExecuteAsync(
                    "insert into outcome_name (name, outcome_id) values (@name, @Id) on conflict do nothing", new { name, after.Id }, ct);
            }

            foreach (var step in report.Steps)
            {
                await StepAsync(after.Id, step);
            }

            foreach (var sha in report.Commits.Where(sha => sha.Length > 0).Take(CommitsMax))
            {
                await transaction.ExecuteAsync(
                    "insert into outcome_commit (repo, sha, outcome_id) values (@Repo, @sha, @Id) on conflict do nothing",
                    new { after.Repo, sha, after.Id },
                    ct);
            }

            return after;

            string Newest(string old, string? told) =>
                told is { Length: > 0 } && (isNewer || old.Length == 0) ? StorableText.Of(told) : old;

            // A clone that was not fetched for long counts less far.
            static CountedLines? Further(CountedLines? old, CountedLines? told) =>
                told is null || (old?.Alive30 is not null && told?.Alive30 is null) || (old?.Alive14 is not null && told?.Alive14 is null) ? old : told;

            long? NewestNumber(long? old, long? told) => told is not null && (isNewer || old is null) ? told : old;
        }

        /// <summary>Gives outcomes the commits that were pushed to their branch while they were on their way.</summary>
        private Task<int> BringAsync(string which, object parameters)
        {
            // A name is used again for other work; nobody works on one change for longer than this before offering it.
            const long lead = 30L * 24 * 60 * 60 * 1000;
            return transaction.ExecuteAsync(
                "insert into outcome_commit (repo, sha, outcome_id) select b.repo, b.sha, o.id from "
                + $"(select * from outcome where {which}) o join branch_commit b on b.repo = o.repo and b.branch = o.branch "
                + $"where o.branch <> '' and b.at_ms > coalesce(o.proposed_ms, o.at_ms) - {lead} "
                + "and b.at_ms <= coalesce(o.accepted_ms, o.abandoned_ms, b.at_ms) on conflict do nothing",
                parameters,
                ct);
        }

        private async ValueTask<bool> StepAsync(string outcome, OutcomeStep step) => await transaction.ExecuteAsync(
            "insert into outcome_step (outcome_id, event, at_ms, evidence, told_ms) "
            + "values (@outcome, @what, @AtMs, @Evidence, @_nowMs) on conflict do nothing",
            new { outcome, what = OutcomeWords.Word(step.What), step.AtMs, step.Evidence, _nowMs },
            ct) > 0;

        private async ValueTask<Outcome> FoldAsync(Outcome outcome)
        {
            var steps = await transaction.ReadAsync(
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
    }
}
