using System.Text.Json;
using Assay.Outcomes.Ladder;
using Assay.Outcomes.Reverts;
using Assay.Server.Outcomes;

namespace Assay.Server.Store;

/// <summary>How outcomes are undone and come back.</summary>
internal sealed partial class SqlOutcomeStore
{
    /// <summary>What the batch being taken undoes.</summary>
    private sealed partial class Taking
    {
        private async ValueTask<bool> ClaimAsync(
            string repo, string byOutcome, string byCommit, long atMs, IReadOnlyList<RevertClaim> claims)
        {
            var isNew = false;
            foreach (var claim in claims)
            {
                isNew |= await transaction.ExecuteAsync(
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
            var open = await transaction.ReadAsync(
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
                    await transaction.ExecuteAsync(
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
                transaction.ReadAsync(sql, parameters, row => row.GetString(0), ct);
        }

        /// <summary>Gives every undone outcome of a repository the steps that follow.</summary>
        private async ValueTask UndoAsync(string repo)
        {
            const int most = 5000;
            var acts = await transaction.ReadAsync(
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
