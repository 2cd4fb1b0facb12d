using Assay.Server.Directory;

namespace Assay.Server.Api;

internal sealed record KeyList(IReadOnlyList<KeyView> Keys, string? NextCursor);

internal static class KeysEndpoints
{
    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/keys").WithTags("Keys");
        group.MapGet("/", List).RequireAuthorization(Policies.SignedIn)
            .WithSummary("Lists the keys that the caller may see, without secrets.")
            .Produces<KeyList>()
            .TakesQuery("owner", "revoked", "limit", "cursor");
        group.MapPost("/", Create).RequireAuthorization(Policies.Admin)
            .WithSummary("Creates a key and answers its secret, this one time.")
            .Produces<NewKeyView>(StatusCodes.Status201Created)
            .Refuses(StatusCodes.Status409Conflict);
        group.MapDelete("/{id}", Revoke).RequireAuthorization(Policies.SignedIn)
            .WithSummary("Revokes a key: every node refuses it within a second. Administrators and the key's owner may.")
            .Produces(StatusCodes.Status204NoContent)
            .Refuses(StatusCodes.Status404NotFound);
    }

    private static IResult List(Caller caller, HttpRequest request)
    {
        var query = new QueryReader(request.Query);
        var owner = query.Text("owner");
        var revoked = query.Word("revoked", s_flags) ?? false;
        var limit = query.Number("limit", Page<Key>.LimitDefault, 1, Page<Key>.LimitMax);
        var cursor = query.Text("cursor");
        if (!query.IsValid())
        {
            return Problems.Invalid(query.Faults);
        }

        var directory = caller.Directory;
        var page = Page<Key>.Of(
            directory.Data.Keys.Where(k => caller.Rules.CanSeeKey(k)
                && (revoked || k.RevokedAtMs is null)
                && (owner is null || string.Equals(KeyView.OwnerOf(k, directory), owner, StringComparison.OrdinalIgnoreCase))),
            k => k.Id,
            cursor,
            limit);
        return TypedResults.Ok(new KeyList([.. page.Items.Select(k => KeyView.Of(k, directory))], page.NextCursor));
    }

    private static async Task<IResult> Create(
        JsonBody<CreateKey> body,
        Caller caller,
        DirectoryEditor editor,
        TimeProvider clock,
        HttpResponse response,
        CancellationToken ct)
    {
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        // No cache between us and the caller may keep the secret.
        response.Headers.CacheControl = "no-store";
        return await editor.ChangeAsync(
            caller,
            directory =>
            {
                var faults = new InputFaults();
                var (kind, ownerId, ownerFault) = Owner(wanted.Owner, directory);
                var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
                faults.AddIf("owner", ownerFault);
                faults.AddIf("name", InputRules.FaultInName(wanted.Name));
                faults.AddIf("useCase", string.IsNullOrEmpty(wanted.UseCase) ? null : InputRules.FaultInId(wanted.UseCase));
                faults.AddIf("models", InputRules.FaultInPatterns(wanted.Models ?? []));
                faults.AddIf("useCases", InputRules.FaultInUseCases(wanted.UseCases ?? []));
                faults.AddIf("expiresAt", FaultInExpiry(wanted.ExpiresAt, nowMs, out var expiresAtMs));
                if (faults.Any)
                {
                    return Decision.Refuse(faults);
                }

                if (directory.Data.Keys.FirstOrDefault(k => k.RevokedAtMs is null && k.OwnerKind == kind
                    && k.OwnerId == ownerId && k.Name == wanted.Name) is { } existing)
                {
                    return Decision.Refuse(Problems.Conflict(
                        $"{wanted.Owner} has a key named '{wanted.Name}' already.",
                        $"Its secret cannot be told again. Choose another name, or revoke it with DELETE /api/v1/keys/{existing.Id}."));
                }

                var (secret, hash) = KeySecrets.Create();
                var key = new Key
                {
                    Id = DirectoryIds.NewKey(clock),
                    Hash = hash,
                    OwnerKind = kind,
                    OwnerId = ownerId,
                    Name = wanted.Name!,
                    UseCase = wanted.UseCase ?? "",
                    Models = [.. (wanted.Models ?? []).Select(m => m!)],
                    UseCases = [.. (wanted.UseCases ?? []).Select(u => u!)],
                    ExpiresAtMs = expiresAtMs,
                    CreatedAtMs = nowMs,
                    Hint = KeySecrets.Hint(secret),
                };
                return Decision.Make(
                    new DirectoryChange.PutKey(key),
                    after => TypedResults.Created(
                        $"/api/v1/keys/{key.Id}", new NewKeyView(KeyView.Of(key, after), secret)));
            },
            ct);
    }

    private static async Task<IResult> Revoke(
        string id, Caller caller, DirectoryEditor editor, TimeProvider clock, CancellationToken ct) =>
        await editor.ChangeAsync(
            caller,
            directory =>
            {
                if (directory.FindKeyById(id) is not { } key || !caller.Rules.CanSeeKey(key))
                {
                    return Decision.Refuse(Problems.NotFound(
                        "key", InputRules.Shorten(id), "See GET /api/v1/keys for those you may see."));
                }

                if (!caller.Rules.CanRevokeKey(key))
                {
                    return Decision.Refuse(Problems.Forbidden(
                        "This key is not yours.", "Ask its owner or an administrator to revoke it."));
                }

                if (key.RevokedAtMs is not null)
                {
                    return Decision.Unchanged(_ => TypedResults.NoContent());
                }

                return Decision.Make(
                    new DirectoryChange.RevokeKey(key.Id, clock.GetUtcNow().ToUnixTimeMilliseconds()),
                    _ => TypedResults.NoContent());
            },
            ct);

    private static (OwnerKind Kind, string Id, string? Fault) Owner(string? owner, DirectorySnapshot directory)
    {
        if (string.IsNullOrEmpty(owner))
        {
            return (default, "", "is missing: write a person's e-mail address or an agent's id.");
        }

        if (owner.Contains('@', StringComparison.Ordinal))
        {
            var (person, fault) = directory.PersonByEmail(owner);
            return (OwnerKind.Person, person?.Id ?? "", fault
                ?? (person!.DisabledAtMs is null ? null : $"'{owner}' is disabled: enable them first."));
        }

        return (OwnerKind.Agent, owner, InputRules.FaultInId(owner) ?? directory.FindAgent(owner) switch
        {
            null => $"'{owner}' is not an agent: create it first with POST /api/v1/agents.",
            { DisabledAtMs: not null } => $"'{owner}' is disabled: enable it first.",
            _ => null,
        });
    }

    private static string? FaultInExpiry(string? text, long nowMs, out long? expiresAtMs)
    {
        expiresAtMs = null;
        if (text is null)
        {
            return null;
        }

        if (!Rfc3339.TryParse(text, out var time))
        {
            return $"'{InputRules.Shorten(text)}' is not a time such as 2027-01-31T00:00:00Z.";
        }

        expiresAtMs = time.ToUnixTimeMilliseconds();
        return expiresAtMs > nowMs ? null : $"'{text}' has passed: give a time to come, or leave it out.";
    }

    private static readonly Dictionary<string, bool> s_flags =
        new(StringComparer.Ordinal) { ["true"] = true, ["false"] = false };
}
