using Assay.Server.Outcomes.Experiments;

namespace Assay.Server.Directory;

/// <summary>What a person may see and do. The names are those of the API and of the store.</summary>
internal enum Role : byte
{
    Employee,
    Manager,
    Finance,
    Auditor,
    Admin,
}

/// <summary>Who holds a key.</summary>
internal enum OwnerKind : byte
{
    Person,
    Agent,
}

/// <summary>Whether spend is attributed to outcomes. Where it is not it is counted all the same, and says so.</summary>
internal enum AttributionSwitch : byte
{
    On,
    Off,
}

/// <summary>A team. Teams form a tree; the root, the org, has no parent.</summary>
/// <param name="Attribution">Off: of what is spent in it and in the teams below it nothing is attributed.</param>
internal sealed record Team(string Id, string? ParentId, string Name, AttributionSwitch Attribution = AttributionSwitch.On)
{
    /// <summary>The id of the root of the tree.</summary>
    public const string OrgId = "org";
}

/// <summary>A person. Ids are <c>p_</c> and a UUIDv7; the email is unique without regard to case, but may change.</summary>
/// <param name="Attribution">Off: nothing of what this person and their agents spend is attributed.</param>
internal sealed record Person(
    string Id,
    string Email,
    string Name,
    string TeamId,
    Role Role,
    long? DisabledAtMs = null,
    AttributionSwitch Attribution = AttributionSwitch.On);

/// <summary>A service identity, for which a person answers.</summary>
internal sealed record Agent(string Id, string Name, string OwnerPersonId, string TeamId, long? DisabledAtMs = null);

/// <summary>
/// A virtual API key. Only the SHA-256 of the secret is kept, and its last four characters as a hint for people.
/// </summary>
internal sealed record Key
{
    public required string Id { get; init; }

    /// <summary>SHA-256 of the secret: 32 bytes, unique.</summary>
    public required byte[] Hash { get; init; }

    public required OwnerKind OwnerKind { get; init; }

    /// <summary>Id of the person or agent.</summary>
    public required string OwnerId { get; init; }

    public string Name { get; init; } = "";

    /// <summary>What the spend is for when the call does not say; empty for not stated.</summary>
    public string UseCase { get; init; } = "";

    /// <summary>Patterns of the models that the key may use; empty for every model.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>The use cases that a call may declare; empty for every use case.</summary>
    public IReadOnlyList<string> UseCases { get; init; } = [];

    public long? ExpiresAtMs { get; init; }

    public long? RevokedAtMs { get; init; }

    public required long CreatedAtMs { get; init; }

    /// <summary>The last four characters of the secret.</summary>
    public string Hint { get; init; } = "";
}

/// <summary>Everything that a snapshot of the directory is built from, read in one transaction.</summary>
internal sealed record DirectoryData(
    long Version,
    IReadOnlyList<Team> Teams,
    IReadOnlyList<Person> People,
    IReadOnlyList<Agent> Agents,
    IReadOnlyList<Key> Keys,
    IReadOnlyList<Budget> Budgets)
{
    /// <summary>Additions to budgets for a time, past ones included until they are cleared away.</summary>
    public IReadOnlyList<BudgetGrant> Grants { get; init; } = [];

    public IReadOnlyList<RateLimit> RateLimits { get; init; } = [];

    /// <summary>All experiments, past ones included.</summary>
    public IReadOnlyList<Experiment> Experiments { get; init; } = [];
}
