using Assay.Server.Directory;

namespace Assay.Server.Api;

/// <summary>Rules about what must already be in the directory.</summary>
internal static class Existing
{
    public static void AddIf(this InputFaults faults, string field, string? fault)
    {
        if (fault is not null)
        {
            faults.Add(field, fault);
        }
    }

    public static string? FaultInTeam(this DirectorySnapshot directory, string? id) =>
        InputRules.FaultInId(id)
        ?? (directory.Teams.Find(id!) is null ? $"'{id}' is not a team: create it first with POST /api/v1/teams." : null);

    public static (Person? Person, string? Fault) PersonByEmail(this DirectorySnapshot directory, string? email)
    {
        if (InputRules.FaultInEmail(email) is { } fault)
        {
            return (null, fault);
        }

        return directory.FindPersonByEmail(email!) is { } person
            ? (person, null)
            : (null, $"'{InputRules.Shorten(email!)}' is not a person: create them first with POST /api/v1/people.");
    }

    public static string? FaultInRole(string? role) =>
        role is null || DirectoryWords.Roles.ContainsKey(role)
            ? null
            : $"'{InputRules.Shorten(role)}' is not a role: use one of {DirectoryWords.List<Role>()}.";

    /// <summary>
    /// Whether after a change nobody could administer the directory any more; the way back would be through the
    /// database.
    /// </summary>
    public static bool IsLastAdministrator(this DirectorySnapshot directory, Person person) =>
        person is { Role: Role.Admin, DisabledAtMs: null }
        && !directory.Data.People.Any(p => p is { Role: Role.Admin, DisabledAtMs: null } && p.Id != person.Id);
}
