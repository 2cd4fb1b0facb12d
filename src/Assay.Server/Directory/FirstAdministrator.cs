using Assay.Server.Store;

namespace Assay.Server.Directory;

/// <summary>
/// Makes sure that somebody can administer a new directory: the org's root team, a first administrator and a key for
/// them. The key is the one in <c>ASSAY_ADMIN_KEY</c>, or else one that is made once and shown once.
/// </summary>
internal static class FirstAdministrator
{
    public const string Variable = "ASSAY_ADMIN_KEY";
    public const string Email = "admin@localhost";
    public const string ChosenKeyName = Variable;
    public const string MadeKeyName = "first start";
    private const string Actor = "setup";

    /// <summary>The secret to show, exactly once, or null if there is nothing to show.</summary>
    /// <param name="chosenSecret">The value of <see cref="Variable"/>; null or empty if it is not set.</param>
    /// <exception cref="InvalidOperationException">The chosen secret cannot be used; the message says why.</exception>
    public static async Task<string?> EnsureAsync(
        IDirectoryStore store,
        string? chosenSecret,
        TimeProvider clock,
        CancellationToken ct = default)
    {
        var chosen = string.IsNullOrEmpty(chosenSecret) ? null : Check(chosenSecret);
        for (var attempt = 1; ; attempt++)
        {
            var directory = new DirectorySnapshot(await store.LoadAsync(ct));
            var (changes, secretToShow) = Plan(directory, chosen, clock);
            try
            {
                if (changes.Count > 0)
                {
                    await store.ChangeAsync(changes, Actor, ct);
                }

                return secretToShow;
            }
            catch (DirectoryConflictException) when (attempt < 3)
            {
                // Several nodes of a fleet start on an empty store at the same moment: the next look finds what the
                // first one made.
            }
        }
    }

    private static string Check(string secret)
    {
        if (secret.Length is < KeySecrets.ChosenLengthMin or > KeySecrets.LengthMax)
        {
            throw new InvalidOperationException(
                $"{Variable} has {secret.Length} characters: use {KeySecrets.ChosenLengthMin} to {KeySecrets.LengthMax}.");
        }

        if (secret.Any(c => c is <= ' ' or > '~'))
        {
            throw new InvalidOperationException(
                $"{Variable} has a character that cannot be sent in a header: use visible ASCII characters without spaces.");
        }

        return secret;
    }

    private static (List<DirectoryChange> Changes, string? SecretToShow) Plan(
        DirectorySnapshot directory,
        string? chosen,
        TimeProvider clock)
    {
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var changes = new List<DirectoryChange>();
        if (directory.Teams.Find(Team.OrgId) is null)
        {
            changes.Add(new DirectoryChange.PutTeam(new Team(Team.OrgId, null, "Organisation")));
        }

        if (chosen is null)
        {
            if (SomebodyCanAdminister(directory, nowMs))
            {
                return (changes, null);
            }

            var (secret, hash) = KeySecrets.Create();
            AddKey(changes, directory, MadeKeyName, secret, hash, clock);
            return (changes, secret);
        }

        var chosenHash = KeySecrets.Hash(chosen);
        if (directory.Data.Keys.FirstOrDefault(k => k.Hash.AsSpan().SequenceEqual(chosenHash)) is { } known)
        {
            return known.RevokedAtMs is null
                ? (changes, null)
                : throw new InvalidOperationException(
                    $"{Variable} holds a key that was revoked, and a revoked key never comes back: choose another one.");
        }

        // The variable was changed: the key it held before must stop to work, or it was never replaced.
        changes.AddRange(directory.Data.Keys
            .Where(k => k.Name == ChosenKeyName && k.RevokedAtMs is null
                && directory.FindPerson(k.OwnerId)?.Email == Email)
            .Select(k => new DirectoryChange.RevokeKey(k.Id, nowMs)));
        AddKey(changes, directory, ChosenKeyName, chosen, chosenHash, clock);
        return (changes, null);
    }

    private static bool SomebodyCanAdminister(DirectorySnapshot directory, long nowMs) =>
        directory.Data.Keys.Any(k => directory.FindIdentity(k.Id) is { Role: Role.Admin } i && i.IsUsableAt(nowMs));

    private static void AddKey(
        List<DirectoryChange> changes,
        DirectorySnapshot directory,
        string name,
        string secret,
        byte[] hash,
        TimeProvider clock)
    {
        var admin = directory.FindPersonByEmail(Email)
            ?? new Person(DirectoryIds.NewPerson(clock), Email, "First administrator", Team.OrgId, Role.Admin);
        changes.Add(new DirectoryChange.PutPerson(admin with { Role = Role.Admin, DisabledAtMs = null }));
        changes.Add(new DirectoryChange.PutKey(new Key
        {
            Id = DirectoryIds.NewKey(clock),
            Hash = hash,
            OwnerKind = OwnerKind.Person,
            OwnerId = admin.Id,
            Name = name,
            CreatedAtMs = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            Hint = KeySecrets.Hint(secret),
        }));
    }
}
