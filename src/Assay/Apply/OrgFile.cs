using System.Runtime.InteropServices;

namespace Assay.Apply;

/// <summary>Where something stands in the file, from 1.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FilePosition(long Line, long Column)
{
    public override string ToString() => $"{Line}:{Column}";
}

/// <summary>One fault of the file, with what to do.</summary>
internal sealed record OrgFault(FilePosition At, string Message);

/// <summary>An organisation as written in <c>org.yaml</c>: well-formed, but not yet compared with anything.</summary>
internal sealed record OrgFile(
    bool Prune,
    IReadOnlyList<OrgTeam> Teams,
    IReadOnlyList<OrgPerson> People,
    IReadOnlyList<OrgAgent> Agents,
    IReadOnlyList<OrgKey> Keys,
    IReadOnlyList<OrgBudget> Budgets,
    IReadOnlyList<OrgRateLimit> RateLimits,
    IReadOnlyList<OrgRepository> Repositories,
    IReadOnlyList<OrgExperiment> Experiments);

/// <param name="Attribution">Null leaves it as it is.</param>
internal sealed record OrgTeam(FilePosition At, string Id, string Name, string Parent, Server.Directory.AttributionSwitch? Attribution);

/// <param name="Attribution">Null leaves it as it is: people decide that for themselves too.</param>
internal sealed record OrgPerson(
    FilePosition At, string Email, string Name, string Team, Server.Directory.Role Role, Server.Directory.AttributionSwitch? Attribution);

internal sealed record OrgAgent(FilePosition At, string Id, string Name, string Owner, string? Team);

internal sealed record OrgKey(
    FilePosition At,
    string Owner,
    string Name,
    string UseCase,
    IReadOnlyList<string> Models,
    IReadOnlyList<string> UseCases,
    long? ExpiresAtMs);

internal sealed record OrgBudget(
    FilePosition At,
    string Scope,
    Server.Directory.BudgetWindow Window,
    Server.Directory.BudgetUnit Unit,
    long Limit,
    Server.Directory.AtLimit AtLimit,
    string RerouteTo,
    string? Parent,
    bool OverAllocation);

/// <summary>A repository whose decisions are kept.</summary>
internal sealed record OrgRepository(FilePosition At, string Name, string Branch, string Team, IReadOnlyList<string> Pushers);

internal sealed record OrgRateLimit(
    FilePosition At, string Scope, long? RequestsPerMinute, long? TokensPerMinute, int? ConcurrentStreams);

/// <summary>An experiment as it is declared; its fields are those of the API.</summary>
internal sealed record OrgExperiment(FilePosition At, Server.Api.DeclareExperiment Fields);
