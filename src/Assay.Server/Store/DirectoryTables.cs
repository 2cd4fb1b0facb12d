using System.Data.Common;
using System.Text.Json;
using Assay.Outcomes.Experiments;
using Assay.Server.Budgets;
using Assay.Server.Directory;
using Assay.Server.Outcomes.Experiments;

namespace Assay.Server.Store;

/// <summary>The directory's tables. The first column is the id.</summary>
internal static class DirectoryTables
{
    public static readonly DirectoryTable<Team> Teams = new(
        "team",
        "team",
        ["id", "parent_id", "name", "attribution"],
        team => team.Id,
        row => new Team(row.GetString(0), Text(row, 1), row.GetString(2), Word<AttributionSwitch>(row, 3)),
        team => [team.Id, team.ParentId, team.Name, Word(team.Attribution)],
        team => new { team.Id, team.ParentId, team.Name, Attribution = Word(team.Attribution) });

    public static readonly DirectoryTable<Person> People = new(
        "person",
        "person",
        ["id", "email", "name", "team_id", "role", "disabled_at_ms", "attribution"],
        person => person.Id,
        row => new Person(
            row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), Word<Role>(row, 4), Number(row, 5),
            Word<AttributionSwitch>(row, 6)),
        person => [person.Id, person.Email, person.Name, person.TeamId, Word(person.Role), person.DisabledAtMs, Word(person.Attribution)],
        person => new
        {
            person.Id,
            person.Email,
            person.Name,
            person.TeamId,
            Role = Word(person.Role),
            person.DisabledAtMs,
            Attribution = Word(person.Attribution),
        });

    public static readonly DirectoryTable<Agent> Agents = new(
        "agent",
        "agent",
        ["id", "name", "owner_person_id", "team_id", "disabled_at_ms"],
        agent => agent.Id,
        row => new Agent(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), Number(row, 4)),
        agent => [agent.Id, agent.Name, agent.OwnerPersonId, agent.TeamId, agent.DisabledAtMs],
        agent => agent);

    public static readonly DirectoryTable<Key> Keys = new(
        "key",
        "api_key",
        [
            "id", "hash", "owner_kind", "owner_id", "name", "use_case", "models", "use_cases", "expires_at_ms",
            "revoked_at_ms", "created_at_ms", "hint",
        ],
        key => key.Id,
        row => new Key
        {
            Id = row.GetString(0),
            Hash = row.GetFieldValue<byte[]>(1),
            OwnerKind = Word<OwnerKind>(row, 2),
            OwnerId = row.GetString(3),
            Name = row.GetString(4),
            UseCase = row.GetString(5),
            Models = List(row, 6),
            UseCases = List(row, 7),
            ExpiresAtMs = Number(row, 8),
            RevokedAtMs = Number(row, 9),
            CreatedAtMs = row.GetInt64(10),
            Hint = row.GetString(11),
        },
        key =>
        [
            key.Id, key.Hash, Word(key.OwnerKind), key.OwnerId, key.Name, key.UseCase,
            JsonSerializer.Serialize(key.Models), JsonSerializer.Serialize(key.UseCases), key.ExpiresAtMs,
            key.RevokedAtMs, key.CreatedAtMs, key.Hint,
        ],
        key => new
        {
            key.Id,
            OwnerKind = Word(key.OwnerKind),
            key.OwnerId,
            key.Name,
            key.UseCase,
            key.Models,
            key.UseCases,
            key.ExpiresAtMs,
            key.RevokedAtMs,
            key.CreatedAtMs,
            key.Hint,
        });

    public static readonly DirectoryTable<Budget> Budgets = new(
        "budget",
        "budget",
        ["id", "scope", "period", "unit", "amount", "at_limit", "reroute_to", "parent_id", "over_allocation"],
        budget => budget.Id,
        row => new Budget(
            row.GetString(0),
            Scope(row, 1),
            Word<BudgetWindow>(row, 2),
            Word<BudgetUnit>(row, 3),
            row.GetInt64(4),
            Word<AtLimit>(row, 5),
            Text(row, 6))
        {
            ParentId = Text(row, 7),
            OverAllocation = row.GetInt32(8) != 0,
        },
        budget =>
        [
            budget.Id, budget.Scope.ToString(), Word(budget.Window), Word(budget.Unit), budget.Limit,
            Word(budget.AtLimit), budget.RerouteTo, budget.ParentId, budget.OverAllocation ? 1 : 0,
        ],
        budget => new
        {
            budget.Id,
            Scope = budget.Scope.ToString(),
            Window = Word(budget.Window),
            Unit = Word(budget.Unit),
            budget.Limit,
            AtLimit = Word(budget.AtLimit),
            budget.RerouteTo,
            budget.ParentId,
            budget.OverAllocation,
        });

    public static readonly DirectoryTable<BudgetGrant> Grants = new(
        "grant",
        "budget_grant",
        ["id", "budget_id", "lender_id", "amount", "from_ms", "until_ms", "request_id"],
        grant => grant.Id,
        row => new BudgetGrant(
            row.GetString(0), row.GetString(1), Text(row, 2), row.GetInt64(3), row.GetInt64(4), Number(row, 5), Text(row, 6)),
        grant =>
        [
            grant.Id, grant.BudgetId, grant.LenderId, grant.Amount, grant.FromMs, grant.UntilMs, grant.RequestId,
        ],
        grant => grant);

    public static readonly DirectoryTable<RateLimit> RateLimits = new(
        "rate-limit",
        "rate_limit",
        ["id", "scope", "requests_per_minute", "tokens_per_minute", "concurrent_streams"],
        limit => limit.Id,
        row => new RateLimit(row.GetString(0), Scope(row, 1), Number(row, 2), Number(row, 3), (int?)Number(row, 4)),
        limit =>
        [
            limit.Id, limit.Scope.ToString(), limit.RequestsPerMinute, limit.TokensPerMinute,
            (long?)limit.ConcurrentStreams,
        ],
        limit => new
        {
            limit.Id,
            Scope = limit.Scope.ToString(),
            limit.RequestsPerMinute,
            limit.TokensPerMinute,
            limit.ConcurrentStreams,
        });

    public static readonly DirectoryTable<Experiment> Experiments = new(
        "experiment",
        "experiment",
        [
            "id", "question", "route", "use_case", "unit", "units", "control", "treatment", "design", "start_ms", "period_hours",
            "periods", "waves", "metric", "worth_finding", "owner_id", "seed", "created_ms", "stopped_ms", "stop_reason",
        ],
        experiment => experiment.Id,
        row => new Experiment
        {
            Id = row.GetString(0),
            Question = row.GetString(1),
            Route = row.GetString(2),
            UseCase = row.GetString(3),
            Unit = Word<ExperimentUnit>(row, 4),
            Units = List(row, 5),
            Control = List(row, 6),
            Treatment = List(row, 7),
            Design = Word<ExperimentDesign>(row, 8),
            StartMs = row.GetInt64(9),
            PeriodHours = (int)row.GetInt64(10),
            Periods = (int)row.GetInt64(11),
            Waves = (int)row.GetInt64(12),
            Metric = Word<ExperimentMetric>(row, 13),
            WorthFinding = row.GetDouble(14),
            OwnerId = row.GetString(15),
            Seed = row.GetString(16),
            CreatedMs = row.GetInt64(17),
            StoppedMs = Number(row, 18),
            StopReason = row.GetString(19),
        },
        experiment =>
        [
            experiment.Id, experiment.Question, experiment.Route, experiment.UseCase, Word(experiment.Unit), JsonSerializer.Serialize(experiment.Units),
            JsonSerializer.Serialize(experiment.Control), JsonSerializer.Serialize(experiment.Treatment), Word(experiment.Design), experiment.StartMs,
            (long)experiment.PeriodHours, (long)experiment.Periods, (long)experiment.Waves, Word(experiment.Metric), experiment.WorthFinding,
            experiment.OwnerId, experiment.Seed, experiment.CreatedMs, experiment.StoppedMs, experiment.StopReason,
        ],
        experiment => experiment);

    /// <summary>Not a part of the directory's data, but kept and audited in the same way.</summary>
    public static readonly DirectoryTable<BudgetRequest> BudgetRequests = new(
        "request",
        "budget_request",
        [
            "id", "budget_id", "asked_by", "asked_ms", "amount", "unit", "reason", "until_ms", "state", "decided_by", "decided_ms",
            "decision_reason", "granted_amount", "grant_id", "judgment",
        ],
        request => request.Id,
        row => new BudgetRequest(
            row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetInt64(4),
            Word<BudgetUnit>(row, 5), row.GetString(6), Number(row, 7))
        {
            State = Word<BudgetRequestState>(row, 8),
            DecidedBy = Text(row, 9),
            DecidedAtMs = Number(row, 10),
            DecisionReason = Text(row, 11),
            GrantedAmount = Number(row, 12),
            GrantId = Text(row, 13),
            Judgment = Text(row, 14),
        },
        request =>
        [
            request.Id, request.BudgetId, request.AskedBy, request.AskedAtMs, request.Amount, Word(request.Unit), request.Reason,
            request.UntilMs, Word(request.State), request.DecidedBy, request.DecidedAtMs, request.DecisionReason, request.GrantedAmount,
            request.GrantId, request.Judgment,
        ],
        request => new
        {
            request.Id,
            request.BudgetId,
            request.AskedBy,
            request.AskedAtMs,
            request.Amount,
            Unit = Word(request.Unit),
            request.Reason,
            request.UntilMs,
            State = Word(request.State),
            request.DecidedBy,
            request.DecidedAtMs,
            request.DecisionReason,
            request.GrantedAmount,
            request.GrantId,
            request.Judgment,
        });

    private static BudgetScope Scope(DbDataReader row, int column) =>
        BudgetScope.TryParse(row.GetString(column), out var scope)
            ? scope
            : throw new StoreSchemaException($"{row.GetString(0)} has an unknown scope: {row.GetString(column)}.");

    // Words in the database are those of the API, in lower case.
#pragma warning disable CA1308
    private static string Word<TEnum>(TEnum value)
        where TEnum : struct, Enum => value.ToString().ToLowerInvariant();
#pragma warning restore CA1308

    private static TEnum Word<TEnum>(DbDataReader row, int column)
        where TEnum : struct, Enum => Enum.Parse<TEnum>(row.GetString(column), ignoreCase: true);

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static long? Number(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    private static string[] List(DbDataReader row, int column) =>
        JsonSerializer.Deserialize<string[]>(row.GetString(column)) ?? [];
}
