using System.Runtime.CompilerServices;
using Assay.Server.Store;

namespace Assay.Server.Outcomes.Goodhart;

internal static class OutcomePages
{
    /// <summary>All outcomes that a question asks for, however many.</summary>
    public static async IAsyncEnumerable<Outcome> AllAsync(
        this IOutcomeStore store, OutcomeQuery query, [EnumeratorCancellation] CancellationToken ct)
    {
        while (true)
        {
            var page = await store.ListAsync(query with { Limit = SqlOutcomeStore.LimitMax }, ct);
            foreach (var outcome in page)
            {
                yield return outcome;
            }

            if (page.Count < SqlOutcomeStore.LimitMax)
            {
                yield break;
            }

            query = query with { Before = (page[^1].AtMs, page[^1].Id) };
        }
    }
}
