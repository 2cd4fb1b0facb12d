using System.Collections.Frozen;

namespace Assay.Server.Directory;

/// <summary>
/// The whole directory at one version, immutable. Calls look keys up in it without a lock, a query or an allocation;
/// a change builds a new one.
/// </summary>
internal sealed class DirectorySnapshot
{
    private readonly FrozenDictionary<KeyHash, KeyIdentity> _identities;
    private readonly FrozenDictionary<string, KeyIdentity> _identitiesById;
    private readonly FrozenDictionary<string, Person> _people;
    private readonly FrozenDictionary<string, Person> _peopleByEmail;
    private readonly FrozenDictionary<string, Agent> _agents;
    private readonly FrozenDictionary<string, Key> _keys;
    private readonly FrozenDictionary<string, Budget[]> _budgetsByUseCase;
    private readonly FrozenDictionary<BudgetScope, Budget[]> _budgetsByScope;

    public DirectorySnapshot(DirectoryData data)
    {
        Data = data;
        Teams = new TeamTree(data.Teams);
        Managers = new TeamManagers(data.People);
        Budgets = new BudgetTree(data.Budgets, data.Grants);
        _people = data.People.ToFrozenDictionary(p => p.Id, StringComparer.Ordinal);
        _peopleByEmail = data.People.ToFrozenDictionary(p => p.Email, StringComparer.OrdinalIgnoreCase);
        _agents = data.Agents.ToFrozenDictionary(a => a.Id, StringComparer.Ordinal);
        _keys = data.Keys.ToFrozenDictionary(k => k.Id, StringComparer.Ordinal);
        _budgetsByScope = data.Budgets.GroupBy(b => b.Scope).ToFrozenDictionary(
            g => g.Key,
            g => g.OrderBy(b => b.Window).ThenBy(b => b.Unit).ToArray());
        _budgetsByUseCase = _budgetsByScope
            .Where(b => b.Key.Kind == BudgetScopeKind.UseCase)
            .ToFrozenDictionary(b => b.Key.Id, b => b.Value, StringComparer.Ordinal);

        var live = data.Keys
            .Where(k => k.RevokedAtMs is null)
            .Select(k => (Key: k, Identity: Identify(k)))
            .Where(k => k.Identity is not null)
            .ToList();
        _identities = live.ToFrozenDictionary(k => new KeyHash(k.Key.Hash), k => k.Identity!);
        _identitiesById = live.ToFrozenDictionary(k => k.Key.Id, k => k.Identity!, StringComparer.Ordinal);
    }

    /// <summary>No directory at all: what a node has before it first reaches the store.</summary>
    public static DirectorySnapshot Empty { get; } = new(new DirectoryData(-1, [], [], [], [], []));

    public long Version => Data.Version;

    public DirectoryData Data { get; }

    public TeamTree Teams { get; }

    public TeamManagers Managers { get; }

    public BudgetTree Budgets { get; }

    /// <summary>
    /// Who the key with this SHA-256 belongs to; null if there is none or it is revoked. Ask
    /// <see cref="KeyIdentity.IsUsableAt"/> whether it has expired.
    /// </summary>
    public KeyIdentity? FindKey(ReadOnlySpan<byte> sha256) => _identities.GetValueOrDefault(new KeyHash(sha256));

    public KeyIdentity? FindIdentity(string keyId) => _identitiesById.GetValueOrDefault(keyId);

    public Person? FindPerson(string personId) => _people.GetValueOrDefault(personId);

    public Person? FindPersonByEmail(string email) => _peopleByEmail.GetValueOrDefault(email);

    public Agent? FindAgent(string agentId) => _agents.GetValueOrDefault(agentId);

    /// <summary>A key's record, revoked ones included.</summary>
    public Key? FindKeyById(string keyId) => _keys.GetValueOrDefault(keyId);

    public IReadOnlyList<Budget> BudgetsOf(BudgetScope scope) =>
        _budgetsByScope.TryGetValue(scope, out var budgets) ? budgets : [];

    /// <summary>The budgets of a use case, which limit every call made for it, whoever makes it.</summary>
    public IReadOnlyList<Budget> BudgetsOfUseCase(string useCase) =>
        _budgetsByUseCase.TryGetValue(useCase, out var budgets) ? budgets : [];

    private KeyIdentity? Identify(Key key)
    {
        var agent = key.OwnerKind == OwnerKind.Agent ? FindAgent(key.OwnerId) : null;
        var person = key.OwnerKind == OwnerKind.Person ? FindPerson(key.OwnerId)
            : agent is not null ? FindPerson(agent.OwnerPersonId)
            : null;
        if (person is null)
        {
            return null;
        }

        var teamId = agent?.TeamId ?? person.TeamId;
        var path = Teams.PathOf(teamId);
        return new KeyIdentity
        {
            KeyId = key.Id,
            PersonId = person.Id,
            AgentId = agent?.Id ?? "",
            TeamId = teamId,
            TeamPath = path,
            Role = agent is null ? person.Role : Role.Employee,
            UseCase = key.UseCase,
            ModelPatterns = key.Models,
            UseCases = key.UseCases,
            ExpiresAtMs = Earliest(key.ExpiresAtMs, person.DisabledAtMs, agent?.DisabledAtMs),
            Budgets =
            [
                .. BudgetsOf(new BudgetScope(BudgetScopeKind.Key, key.Id)),
                .. agent is null ? [] : BudgetsOf(new BudgetScope(BudgetScopeKind.Agent, agent.Id)),
                .. BudgetsOf(new BudgetScope(BudgetScopeKind.Person, person.Id)),
                .. path.SelectMany(id => BudgetsOf(new BudgetScope(BudgetScopeKind.Team, id))),
                .. BudgetsOf(BudgetScope.Org),
            ],
        };
    }

    private static long? Earliest(params ReadOnlySpan<long?> times)
    {
        long? earliest = null;
        foreach (var time in times)
        {
            if (time is { } t && (earliest is not { } e || t < e))
            {
                earliest = t;
            }
        }

        return earliest;
    }
}
