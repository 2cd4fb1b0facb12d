using System.Runtime.CompilerServices;
using Assay.Ledger.Usage;
using Assay.Server.Store;

namespace Assay.Server.Exports;

/// <summary>Every settled call of a period, newest first, a page of the store at a time.</summary>
internal static class CallExport
{
    public static async IAsyncEnumerable<UsageEvent> RowsAsync(
        IUsageStore store, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken ct)
    {
        RequestCursor? after = null;
        while (true)
        {
            var page = await store.RequestsAsync(new RequestQuery { From = from, To = to, After = after, Limit = RequestQuery.LimitMax }, ct);
            foreach (var call in page)
            {
                yield return call;
            }

            if (page.Count < RequestQuery.LimitMax)
            {
                yield break;
            }

            after = new RequestCursor(page[^1].StartedAtMs, page[^1].Id);
        }
    }
}
