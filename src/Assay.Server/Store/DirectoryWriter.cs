using System.Data.Common;
using Assay.Server.Directory;
using Assay.Server.Outcomes.Experiments;
using Dapper;

namespace Assay.Server.Store;

/// <summary>What a change did to one record, as JSON without secrets.</summary>
internal sealed record DirectoryDifference(string Subject, string? Before, string? After);

/// <summary>Applies changes within one transaction and refuses those that contradict what is there.</summary>
internal sealed class DirectoryWriter(DbTransaction transaction, CancellationToken ct)
{
    // Deeper than any org, so that a loop made by hand in the database ends with a message.
    private const int TeamDepthMax = 64;

    /// <summary>Null if the record is already as the change wants it.</summary>
    public ValueTask<DirectoryDifference?> ApplyAsync(DirectoryChange change) => change switch
    {
        DirectoryChange.PutTeam put => PutTeamAsync(put.Team),
        DirectoryChange.PutPerson put => PutPersonAsync(put.Person),
        DirectoryChange.DisablePerson disable => ChangeAsync(
            DirectoryTables.People, disable.PersonId, person => person with { DisabledAtMs = disable.AtMs }),
        DirectoryChange.PutAgent put => PutAgentAsync(put.Agent),
        DirectoryChange.DisableAgent disable => ChangeAsync(
            DirectoryTables.Agents, disable.AgentId, agent => agent with { DisabledAtMs = disable.AtMs }),
        DirectoryChange.PutKey put => PutKeyAsync(put.Key),
        DirectoryChange.RevokeKey revoke => ChangeAsync(
            DirectoryTables.Keys, revoke.KeyId, key => key with { RevokedAtMs = key.RevokedAtMs ?? revoke.AtMs }),
        DirectoryChange.PutBudget put => PutBudgetAsync(put.Budget),
        DirectoryChange.RemoveBudget remove => RemoveBudgetAsync(remove.BudgetId),
        DirectoryChange.PutGrant put => PutGrantAsync(put.Grant),
        DirectoryChange.PutRateLimit put => PutRateLimitAsync(put.Limit),
        DirectoryChange.RemoveRateLimit remove => RemoveAsync(DirectoryTables.RateLimits, remove.RateLimitId),
        DirectoryChange.DeclareExperiment declare => DeclareAsync(declare.Experiment),
        DirectoryChange.StopExperiment stop => ChangeAsync(
            DirectoryTables.Experiments,
            stop.ExperimentId,
            experiment => experiment.StoppedMs is null ? experiment with { StoppedMs = stop.AtMs, StopReason = stop.Reason } : experiment),
        _ => throw new InvalidOperationException($"Unknown change of the directory: {change.GetType().Name}."),
    };

    private async ValueTask<DirectoryDifference?> PutTeamAsync(Team team)
    {
        Require(team.Id.Length > 0, "A team needs an id.");
        Require(
            team.Id == Team.OrgId == team.ParentId is null,
            team.Id == Team.OrgId ? "The org has no parent." : $"Team '{team.Id}' needs a parent.");
        var above = team.ParentId;
        for (var depth = 0; above is not null; depth++)
        {
            Require(above != team.Id, $"Team '{team.Id}' cannot be below itself.");
            Require(depth < TeamDepthMax, $"Team '{team.Id}' would be more than {TeamDepthMax} levels deep.");
            above = (await GetAsync(DirectoryTables.Teams, above)).ParentId;
        }

        return await PutAsync(DirectoryTables.Teams, team);
    }

    private async ValueTask<DirectoryDifference?> PutPersonAsync(Person person)
    {
        Require(person.Id.Length > 0 && person.Email.Length > 0, "A person needs an id and an email.");
        await GetAsync(DirectoryTables.Teams, person.TeamId);
        var holder = await transaction.Connection!.QuerySingleOrDefaultAsync<string>(new CommandDefinition(
            "select id from person where lower(email) = lower(@Email) and id <> @Id",
            new { person.Email, person.Id },
            transaction,
            cancellationToken: ct));
        Require(holder is null, $"The email '{person.Email}' belongs to another person, {holder}.");
        return await PutAsync(DirectoryTables.People, person);
    }

    private async ValueTask<DirectoryDifference?> PutAgentAsync(Agent agent)
    {
        Require(agent.Id.Length > 0, "An agent needs an id.");
        await GetAsync(DirectoryTables.People, agent.OwnerPersonId);
        await GetAsync(DirectoryTables.Teams, agent.TeamId);
        return await PutAsync(DirectoryTables.Agents, agent);
    }

    private async ValueTask<DirectoryDifference?> PutKeyAsync(Key key)
    {
        Require(key.Id.Length > 0 && key.Hash.Length == 32, "A key needs an id and the SHA-256 of its secret.");
        if (key.OwnerKind == OwnerKind.Person)
        {
            await GetAsync(DirectoryTables.People, key.OwnerId);
        }
        else
        {
            await GetAsync(DirectoryTables.Agents, key.OwnerId);
        }

        var before = await DirectoryTables.Keys.FindAsync(transaction, key.Id, ct);
        if (before is not null)
        {
            Require(
                before.Hash.AsSpan().SequenceEqual(key.Hash) && before.OwnerKind == key.OwnerKind
                && before.OwnerId == key.OwnerId,
                $"Key {key.Id} keeps its secret and its owner; make a new key instead.");
            key = key with { CreatedAtMs = before.CreatedAtMs, RevokedAtMs = before.RevokedAtMs ?? key.RevokedAtMs };
        }

        var holder = await transaction.Connection!.QuerySingleOrDefaultAsync<string>(new CommandDefinition(
            "select id from api_key where hash = @Hash and id <> @Id",
            new { key.Hash, key.Id },
            transaction,
            cancellationToken: ct));
        Require(holder is null, $"The secret belongs to another key, {holder}.");
        return await PutAsync(DirectoryTables.Keys, key);
    }

    private async ValueTask<DirectoryDifference?> PutBudgetAsync(Budget budget)
    {
        Require(budget.Id.Length > 0, "A budget needs an id.");
        Require(budget.Limit >= 0, "A budget's limit is not negative.");
        Require(
            budget.AtLimit != AtLimit.Reroute || !string.IsNullOrEmpty(budget.RerouteTo),
            "A budget that reroutes needs the target to reroute to.");
        await RequireScopeAsync(budget.Scope);
        var above = budget.ParentId;
        for (var depth = 0; above is not null; depth++)
        {
            Require(above != budget.Id, $"Budget {budget.Id} cannot be allocated from itself.");
            Require(depth < TeamDepthMax, $"Budget {budget.Id} would be allocated over more than {TeamDepthMax} levels.");
            var parent = await GetAsync(DirectoryTables.Budgets, above);
            Require(
                parent.Window == budget.Window && parent.Unit == budget.Unit,
                $"Budget {parent.Id} has another window or unit, so that nothing can be allocated from it to {budget.Id}.");
            above = parent.ParentId;
        }

        return await PutAsync(DirectoryTables.Budgets, budget);
    }

    /// <summary>What was asked of it can no longer be decided.</summary>
    private async ValueTask<DirectoryDifference?> RemoveBudgetAsync(string budgetId)
    {
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            "update budget_request set state = 'expired' where budget_id = @budgetId and state = 'open'",
            new { budgetId },
            transaction,
            cancellationToken: ct));
        return await RemoveAsync(DirectoryTables.Budgets, budgetId);
    }

    private async ValueTask<DirectoryDifference?> PutGrantAsync(BudgetGrant grant)
    {
        Require(grant.Id.Length > 0 && grant.Amount > 0, "A grant needs an id and an amount above zero.");
        var budget = await GetAsync(DirectoryTables.Budgets, grant.BudgetId);
        if (grant.LenderId is { } lenderId)
        {
            Require(lenderId != grant.BudgetId, "A budget cannot lend to itself.");
            var lender = await GetAsync(DirectoryTables.Budgets, lenderId);
            Require(lender.Unit == budget.Unit, $"Budget {lenderId} counts in another unit than {grant.BudgetId}.");
        }

        return await PutAsync(DirectoryTables.Grants, grant);
    }

    private async ValueTask<DirectoryDifference?> PutRateLimitAsync(RateLimit limit)
    {
        Require(limit.Id.Length > 0, "A rate limit needs an id.");
        await RequireScopeAsync(limit.Scope);
        return await PutAsync(DirectoryTables.RateLimits, limit);
    }

    private async ValueTask<DirectoryDifference?> DeclareAsync(Experiment experiment)
    {
        Require(
            await DirectoryTables.Experiments.FindAsync(transaction, experiment.Id, ct) is null,
            $"There is an experiment '{experiment.Id}': what is declared is not changed.");
        await GetAsync(DirectoryTables.People, experiment.OwnerId);
        foreach (var team in experiment.Unit == ExperimentUnit.Team ? experiment.Units : [])
        {
            await GetAsync(DirectoryTables.Teams, team);
        }

        return await PutAsync(DirectoryTables.Experiments, experiment);
    }

    private async ValueTask RequireScopeAsync(BudgetScope scope)
    {
        switch (scope.Kind)
        {
            case BudgetScopeKind.Team:
                await GetAsync(DirectoryTables.Teams, scope.Id);
                break;
            case BudgetScopeKind.Person:
                await GetAsync(DirectoryTables.People, scope.Id);
                break;
            case BudgetScopeKind.Agent:
                await GetAsync(DirectoryTables.Agents, scope.Id);
                break;
            case BudgetScopeKind.Key:
                await GetAsync(DirectoryTables.Keys, scope.Id);
                break;
            default:
                break;
        }
    }

    private async ValueTask<DirectoryDifference?> RemoveAsync<T>(DirectoryTable<T> table, string id)
        where T : class
    {
        if (await table.FindAsync(transaction, id, ct) is not { } before)
        {
            return null;
        }

        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            $"delete from {table.Table} where id = @id", new { id }, transaction, cancellationToken: ct));
        return new DirectoryDifference(table.Subject(id), table.ToJson(before), null);
    }

    private async ValueTask<DirectoryDifference?> ChangeAsync<T>(DirectoryTable<T> table, string id, Func<T, T> change)
        where T : class => await PutAsync(table, change(await GetAsync(table, id)));

    private async ValueTask<DirectoryDifference?> PutAsync<T>(DirectoryTable<T> table, T record)
        where T : class
    {
        var id = table.Id(record);
        var before = table.ToJson(await table.FindAsync(transaction, id, ct));
        var after = table.ToJson(record);
        if (before == after)
        {
            return null;
        }

        await table.PutAsync(transaction, record, ct);
        return new DirectoryDifference(table.Subject(id), before, after);
    }

    private async ValueTask<T> GetAsync<T>(DirectoryTable<T> table, string id)
        where T : class => await table.FindAsync(transaction, id, ct)
        ?? throw new DirectoryConflictException($"There is no {table.Kind} '{id}'.");

    private static void Require(bool isTrue, string otherwise)
    {
        if (!isTrue)
        {
            throw new DirectoryConflictException(otherwise);
        }
    }
}
