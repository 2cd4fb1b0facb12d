namespace Assay.Server.Directory;

/// <summary>
/// Who is behind a key and what it may do: everything that admitting a call needs, worked out once when the snapshot is
/// built and shared by every call of the key.
/// </summary>
internal sealed class KeyIdentity
{
    public required string KeyId { get; init; }

    /// <summary>The accountable person: the key's owner, or the owner of the agent.</summary>
    public required string PersonId { get; init; }

    /// <summary>The agent; empty if a person holds the key.</summary>
    public required string AgentId { get; init; }

    /// <summary>The team that the spend belongs to: the agent's, or else the person's.</summary>
    public required string TeamId { get; init; }

    /// <summary>The team and the teams above it, up to the org.</summary>
    public required IReadOnlyList<string> TeamPath { get; init; }

    /// <summary>
    /// The person's role. An agent has the role <see cref="Directory.Role.Employee"/> whoever owns it: its key lies on
    /// build machines, and must not open what an administrator may.
    /// </summary>
    public required Role Role { get; init; }

    /// <summary>What the spend is for when the call does not say; empty for not stated.</summary>
    public required string UseCase { get; init; }

    public required IReadOnlyList<string> ModelPatterns { get; init; }

    public required IReadOnlyList<string> UseCases { get; init; }

    /// <summary>
    /// From when the key is refused: its expiry or its owner's disabling, whichever is first; null for never.
    /// A revoked key has no identity at all.
    /// </summary>
    public required long? ExpiresAtMs { get; init; }

    /// <summary>
    /// The budgets that every call of this key counts against, the narrowest first: key, agent, person, team, the teams above
    /// it, org. Those of the call's use case come on top: <see cref="DirectorySnapshot.BudgetsOfUseCase"/>.
    /// </summary>
    public required IReadOnlyList<Budget> Budgets { get; init; }

    public bool IsUsableAt(long nowMs) => ExpiresAtMs is not { } end || nowMs < end;

    public bool AllowsModel(string model) => NamePattern.Allows(ModelPatterns, model);

    /// <summary>Whether a call may declare this use case. The key's own is always allowed.</summary>
    public bool AllowsUseCase(string useCase) =>
        UseCases.Count == 0 || useCase == UseCase || UseCases.Contains(useCase, StringComparer.Ordinal);
}
