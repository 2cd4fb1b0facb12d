using Assay.Judgments.Entries;
using Assay.Ledger.Money;
using Assay.Server.Directory;
using Assay.Server.Store;

namespace Assay.Server.Judgments;

/// <summary>The spend that an entry names by its sessions, tickets and branches.</summary>
/// <param name="IsOwn">Only the reader's own calls are in it.</param>
internal sealed record EntrySpend(long Requests, long Tokens, NanoUsd Cost, bool IsOwn)
{
    public static EntrySpend None(bool isOwn) => new(0, 0, NanoUsd.Zero, isOwn);
}

/// <summary>
/// Joins entries to spend. The evidence is what the entry declares: a conversation, or the work that calls said they serve. Those who
/// see the company's usage see all of it; everybody else what is their own (docs/roles.md).
/// </summary>
internal sealed class SpendJoin(IStore store)
{
    // Every repository has these, so that they name no piece of work.
    private static readonly string[] s_common = ["main", "master", "trunk", "develop", "HEAD"];

    public async ValueTask<IReadOnlyDictionary<Guid, EntrySpend>> OfAsync(
        IReadOnlyList<Judgment> entries, AccessRules rules, CancellationToken ct)
    {
        var rows = await store.Judgments.SpendAsync(
            [.. entries.SelectMany(e => e.Ai.Sessions)], [.. entries.SelectMany(WorkOf)], PersonOf(rules), ct);
        var bySession = rows.ToLookup(r => r.Session, StringComparer.Ordinal);
        var byWork = rows.ToLookup(r => r.WorkRef, StringComparer.Ordinal);
        var spend = new Dictionary<Guid, EntrySpend>();
        foreach (var entry in entries)
        {
            var own = entry.Ai.Sessions.SelectMany(s => bySession[s]).Concat(WorkOf(entry).SelectMany(w => byWork[w])).Distinct().ToList();
            spend[entry.Id] = new EntrySpend(
                own.Sum(r => r.Requests), own.Sum(r => r.Tokens), new NanoUsd(own.Sum(r => r.CostNanos)), !rules.SeesCompany);
        }

        return spend;
    }

    /// <summary>The person whose calls alone count for a reader; null for all.</summary>
    public static string? PersonOf(AccessRules rules) => rules.SeesCompany ? null : rules.Viewer.PersonId;

    /// <summary>A branch that every repository has.</summary>
    public static bool IsCommon(string branch) => s_common.Contains(branch, StringComparer.Ordinal);

    /// <summary>What calls may have named as their work: tickets and pull requests as they are, branches without their prefix.</summary>
    public static IEnumerable<string> WorkOf(Judgment entry)
    {
        foreach (var reference in entry.Refs)
        {
            var cut = reference.IndexOf(':', StringComparison.Ordinal);
            var prefix = cut > 0 ? reference[..cut] : "";
            if (prefix is "branch" or "pr")
            {
                var name = reference[(cut + 1)..];
                if (!IsCommon(name))
                {
                    yield return name;
                }
            }
            else if (prefix is not ("http" or "https" or "adr" or "commit"))
            {
                yield return reference;
            }
        }
    }
}
