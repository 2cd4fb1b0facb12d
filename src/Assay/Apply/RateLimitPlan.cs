using System.Globalization;
using Assay.Server.Directory;

namespace Assay.Apply;

/// <summary>Rate limits: the same rate limit is the same scope.</summary>
internal sealed class RateLimitPlan(PlanDraft draft)
{
    public void Add(IReadOnlyList<OrgRateLimit> limits)
    {
        var existing = draft.Directory.Data.RateLimits.ToDictionary(l => l.Scope);
        var written = new Dictionary<BudgetScope, OrgRateLimit>();
        foreach (var limit in limits)
        {
            if (OrgScope.Resolve(draft, limit.At, "The rate limit's scope", limit.Scope) is not { } scope)
            {
                continue;
            }

            if (!written.TryAdd(scope, limit))
            {
                draft.Fault(limit.At, $"{limit.Scope} has two rate limits, the first in line {written[scope].At.Line}: remove one.");
                continue;
            }

            Compare(limit, scope, existing.GetValueOrDefault(scope));
        }

        if (draft.Prune)
        {
            foreach (var limit in existing.Values.Where(l => !written.ContainsKey(l.Scope)).OrderBy(l => l.Id, StringComparer.Ordinal))
            {
                draft.Remove(
                    Subject(ScopeText.Write(limit.Scope, draft.Directory)), new DirectoryChange.RemoveRateLimit(limit.Id));
            }
        }
    }

    private void Compare(OrgRateLimit wanted, BudgetScope scope, RateLimit? existing)
    {
        var limit = new RateLimit(
            existing?.Id ?? DirectoryIds.NewRateLimit(draft.Clock),
            scope,
            wanted.RequestsPerMinute,
            wanted.TokensPerMinute,
            wanted.ConcurrentStreams);
        var change = new DirectoryChange.PutRateLimit(limit);
        if (existing is null)
        {
            draft.Create(
                $"{Subject(wanted.Scope)}: {Say(limit.RequestsPerMinute)} requests and {Say(limit.TokensPerMinute)} tokens a minute, {Say(limit.ConcurrentStreams)} streams at once",
                change);
            return;
        }

        draft.Change(
            Subject(wanted.Scope),
            change,
            PlanDraft.Difference("requestsPerMinute", Text(existing.RequestsPerMinute), Text(limit.RequestsPerMinute)),
            PlanDraft.Difference("tokensPerMinute", Text(existing.TokensPerMinute), Text(limit.TokensPerMinute)),
            PlanDraft.Difference("concurrentStreams", Text(existing.ConcurrentStreams), Text(limit.ConcurrentStreams)));
    }

    private static string Subject(string scope) => $"rate limit of {scope}";

    private static string Say(long? number) => number is null ? "any number of" : Text(number);

    private static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
