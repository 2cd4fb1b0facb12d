using System.Security.Claims;

namespace Assay.Server.Directory;

/// <summary>Who looks at the directory and its usage, through the API or a page.</summary>
/// <param name="AgentId">Empty unless an agent's key was used.</param>
/// <param name="KeyId">The key that was used; empty for a session begun without one.</param>
internal sealed record Viewer(string PersonId, string AgentId, string KeyId, string TeamId, Role Role)
{
    /// <summary>Claim with the person's id. It alone makes a person signed in.</summary>
    public const string PersonClaim = "assay:person";

    /// <summary>Claim with the id of the key that was used: when it is revoked, so is the session begun with it.</summary>
    public const string KeyClaim = "assay:key";

    /// <summary>
    /// Reads the claims against the directory as it is now, so that a role, a team, a disabled account or a revoked key
    /// counts from the next request on, however old the session is. Null if the principal is nobody any more.
    /// </summary>
    public static Viewer? Resolve(ClaimsPrincipal principal, DirectorySnapshot directory, long nowMs)
    {
        var personId = principal.FindFirst(PersonClaim)?.Value;
        var keyId = principal.FindFirst(KeyClaim)?.Value;
        if (personId is null || directory.FindPerson(personId) is not { } person || person.DisabledAtMs <= nowMs)
        {
            return null;
        }

        if (keyId is null)
        {
            return new Viewer(person.Id, "", "", person.TeamId, person.Role);
        }

        return directory.FindIdentity(keyId) is { } identity && identity.PersonId == personId && identity.IsUsableAt(nowMs)
            ? new Viewer(identity.PersonId, identity.AgentId, identity.KeyId, identity.TeamId, identity.Role)
            : null;
    }

    /// <summary>The principal of a key, for the API's scheme and for a session begun by showing a key.</summary>
    public static ClaimsPrincipal Principal(KeyIdentity identity, string scheme) => new(new ClaimsIdentity(
        [new Claim(PersonClaim, identity.PersonId), new Claim(KeyClaim, identity.KeyId)],
        scheme,
        PersonClaim,
        roleType: null));
}
