using Assay.Server.Directory;

namespace Assay.Server.Api;

/// <summary>A list, in an object so that it can grow other fields.</summary>
internal sealed record ListView<T>(IReadOnlyList<T> Items);

/// <param name="Attribution">on, or off: nothing of what is spent in it and below it is attributed to outcomes.</param>
internal sealed record TeamView(string Id, string? Parent, string Name, string Attribution)
{
    public static TeamView Of(Team team) => new(team.Id, team.ParentId, team.Name, DirectoryWords.Word(team.Attribution));
}

/// <param name="Attribution">on, or off: nothing of what they spend is attributed to outcomes.</param>
internal sealed record PersonView(
    string Id, string Email, string Name, string Team, string Role, string? DisabledAt, string Attribution)
{
    public static PersonView Of(Person person) => new(
        person.Id,
        person.Email,
        person.Name,
        person.TeamId,
        DirectoryWords.Word(person.Role),
        Rfc3339.FormatMs(person.DisabledAtMs),
        DirectoryWords.Word(person.Attribution));
}

internal sealed record AgentView(string Id, string Name, string Owner, string Team, string? DisabledAt)
{
    public static AgentView Of(Agent agent, DirectorySnapshot directory) => new(
        agent.Id,
        agent.Name,
        directory.FindPerson(agent.OwnerPersonId)?.Email ?? agent.OwnerPersonId,
        agent.TeamId,
        Rfc3339.FormatMs(agent.DisabledAtMs));
}

/// <summary>A key without its secret, of which only the last four characters are known.</summary>
internal record KeyView(
    string Id,
    string Owner,
    string Name,
    string UseCase,
    IReadOnlyList<string> Models,
    IReadOnlyList<string> UseCases,
    string Hint,
    string CreatedAt,
    string? ExpiresAt,
    string? RevokedAt)
{
    public static KeyView Of(Key key, DirectorySnapshot directory) => new(
        key.Id,
        OwnerOf(key, directory),
        key.Name,
        key.UseCase,
        key.Models,
        key.UseCases,
        key.Hint,
        Rfc3339.FormatMs(key.CreatedAtMs),
        Rfc3339.FormatMs(key.ExpiresAtMs),
        Rfc3339.FormatMs(key.RevokedAtMs));

    public static string OwnerOf(Key key, DirectorySnapshot directory) =>
        key.OwnerKind == OwnerKind.Person ? directory.FindPerson(key.OwnerId)?.Email ?? key.OwnerId : key.OwnerId;
}

/// <summary>A key as it is told once, when it is made.</summary>
internal sealed record NewKeyView : KeyView
{
    public NewKeyView(KeyView key, string secret)
        : base(key) => Secret = secret;

    public string Secret { get; }
}

internal sealed record AuditView(
    string Id,
    string At,
    long Version,
    string Actor,
    string Action,
    string Subject,
    System.Text.Json.JsonElement? Before,
    System.Text.Json.JsonElement? After);

internal sealed record AuditPage(IReadOnlyList<AuditView> Entries, string? NextCursor);
