using Assay.Server.Api;
using Assay.Server.Directory;

namespace Assay.Apply;

/// <summary>Keys: the same key is the same owner and name; its secret is made here and never changes.</summary>
internal sealed class KeyPlan(PlanDraft draft)
{
    public void Add(IReadOnlyList<OrgKey> keys)
    {
        var existing = new Dictionary<(string Owner, string Name), Key>();
        var spare = new List<Key>();
        foreach (var key in draft.Directory.Data.Keys.Where(k => k.RevokedAtMs is null).OrderBy(k => k.Id, StringComparer.Ordinal))
        {
            if (!existing.TryAdd((KeyView.OwnerOf(key, draft.Directory), key.Name), key))
            {
                spare.Add(key);
            }
        }

        var written = new Dictionary<(string Owner, string Name), OrgKey>();
        foreach (var key in keys)
        {
            if (!written.TryAdd((key.Owner, key.Name), key))
            {
                draft.Fault(key.At, $"The key '{key.Name}' of '{key.Owner}' is in the file twice, first in line {written[(key.Owner, key.Name)].At.Line}: rename one.");
                continue;
            }

            if (OwnerOf(key) is { } owner)
            {
                Compare(key, owner, existing.GetValueOrDefault((key.Owner, key.Name)));
            }
        }

        foreach (var (identity, key) in existing.Where(k => !written.ContainsKey(k.Key)))
        {
            if (draft.Prune && identity.Owner != FirstAdministrator.Email)
            {
                Revoke(key);
            }
            else
            {
                draft.Keys[identity] = key;
            }
        }

        foreach (var key in spare.Where(_ => draft.Prune))
        {
            Revoke(key);
        }
    }

    private (OwnerKind Kind, string Id)? OwnerOf(OrgKey key)
    {
        if (key.Owner.Contains('@', StringComparison.Ordinal))
        {
            if (draft.People.TryGetValue(key.Owner, out var person))
            {
                return (OwnerKind.Person, person.Id);
            }

            draft.Fault(key.At, $"The owner '{key.Owner}' of the key '{key.Name}' is not a person in the file or the directory, or is disabled.");
            return null;
        }

        if (draft.Agents.ContainsKey(key.Owner))
        {
            return (OwnerKind.Agent, key.Owner);
        }

        draft.Fault(key.At, $"The owner '{key.Owner}' of the key '{key.Name}' is not an agent in the file or the directory, or is disabled.");
        return null;
    }

    private void Compare(OrgKey wanted, (OwnerKind Kind, string Id) owner, Key? existing)
    {
        var subject = $"key '{wanted.Name}' of {wanted.Owner}";
        if (existing is null)
        {
            Create(wanted, owner, subject);
            return;
        }

        var key = existing with
        {
            UseCase = wanted.UseCase,
            Models = wanted.Models,
            UseCases = wanted.UseCases,
            ExpiresAtMs = wanted.ExpiresAtMs,
        };
        draft.Keys[(wanted.Owner, wanted.Name)] = key;
        draft.Change(
            subject,
            new DirectoryChange.PutKey(key),
            PlanDraft.Difference("useCase", existing.UseCase, wanted.UseCase),
            PlanDraft.Difference("models", existing.Models, wanted.Models),
            PlanDraft.Difference("useCases", existing.UseCases, wanted.UseCases),
            PlanDraft.Difference(
                "expires", Rfc3339.FormatMs(existing.ExpiresAtMs) ?? "", Rfc3339.FormatMs(wanted.ExpiresAtMs) ?? ""));
    }

    private void Create(OrgKey wanted, (OwnerKind Kind, string Id) owner, string subject)
    {
        if (wanted.ExpiresAtMs <= draft.NowMs)
        {
            draft.Fault(wanted.At, $"The {subject} would be new and expired at once: give a time to come, or remove the key.");
            return;
        }

        var (secret, hash) = KeySecrets.Create();
        var key = new Key
        {
            Id = DirectoryIds.NewKey(draft.Clock),
            Hash = hash,
            OwnerKind = owner.Kind,
            OwnerId = owner.Id,
            Name = wanted.Name,
            UseCase = wanted.UseCase,
            Models = wanted.Models,
            UseCases = wanted.UseCases,
            ExpiresAtMs = wanted.ExpiresAtMs,
            CreatedAtMs = draft.NowMs,
            Hint = KeySecrets.Hint(secret),
        };
        draft.Keys[(wanted.Owner, wanted.Name)] = key;
        draft.Create(subject, new DirectoryChange.PutKey(key));
        draft.Secret(new NewSecret(wanted.Owner, wanted.Name, secret));
    }

    private void Revoke(Key key) => draft.Remove(
        $"key '{key.Name}' of {KeyView.OwnerOf(key, draft.Directory)} (revoked)",
        new DirectoryChange.RevokeKey(key.Id, draft.NowMs));
}
