using Assay.Ledger.Money;
using Assay.Ledger.Prices;
using Assay.Ledger.Usage;
using Assay.Server.Store;
using Assay.Sim.Tally;

namespace Assay.Demo;

/// <summary>
/// Holds the ledger against what the simulated providers counted themselves, call by call, with code that shares
/// nothing with the meter but the price book.
/// </summary>
/// <param name="Calls">Calls in the ledger since the demo began.</param>
/// <param name="Cost">What all of the ledger costs.</param>
/// <param name="PastCalls">Entries from before the demo began, which no provider counted.</param>
/// <param name="PastCost">What they cost.</param>
/// <param name="ExactCost">The part that the providers told exactly.</param>
/// <param name="ProviderCost">What the providers' own counts of these calls cost.</param>
/// <param name="Estimated">Calls that were cut or told no usage; their cost is an estimate.</param>
/// <param name="Unmatched">Calls whose ledger entry no provider's count agrees with; none, or something is wrong.</param>
/// <param name="BalanceSum">The sum of all balances: zero.</param>
internal sealed record DemoAudit(
    long Calls, NanoUsd Cost, long PastCalls, NanoUsd PastCost, NanoUsd ExactCost, NanoUsd ProviderCost, long Estimated, long Unmatched, NanoUsd BalanceSum,
    NanoUsd RowSum)
{
    /// <summary>Whether every number agrees to the nano-dollar.</summary>
    public bool Agrees => Unmatched == 0 && ExactCost == ProviderCost && BalanceSum == NanoUsd.Zero && RowSum == Cost;

    public static async Task<DemoAudit> RunAsync(
        IUsageStore store, SimTally tally, PriceBook prices, long beganMs, CancellationToken cancellation)
    {
        // A client that leaves in the last moment is told the usage by the provider and estimated here; so calls are
        // matched by what was used, not by order.
        var told = tally.Calls.Where(c => c.Billing == SimBilling.Told)
            .GroupBy(c => (c.Model, Counts: Counts(c.Usage)))
            .ToDictionary(g => g.Key, g => new Queue<SimCall>(g));
        long calls = 0, past = 0, estimated = 0, unmatched = 0;
        NanoUsd exact = default, provider = default, rows = default, pastCost = default;
        await foreach (var call in AllAsync(store, cancellation))
        {
            rows += call.Cost;
            if (call.StartedAtMs < beganMs)
            {
                past++;
                pastCost += call.Cost;
                continue;
            }

            calls++;
            if (call.Marks.HasFlag(UsageMarks.Estimated))
            {
                estimated++;
            }
            else if (!call.Counts.IsZero)
            {
                exact += call.Cost;
                if (told.TryGetValue((call.Model, call.Counts), out var same) && same.TryDequeue(out var counted))
                {
                    provider += Price(prices, call, counted);
                }
                else
                {
                    unmatched++;
                }
            }
        }

        var totals = await store.TotalsAsync(cancellation);
        return new DemoAudit(calls, totals.Cost, past, pastCost, exact, provider, estimated, unmatched, totals.BalanceSum, rows);
    }

    private static NanoUsd Price(PriceBook prices, UsageEvent call, SimCall counted)
    {
        var name = call.Provider == "gemini" ? "google" : call.Provider;
        return prices.Find(name, counted.Model, call.StartedAtMs)!
            .Cost(Counts(counted.Usage), counted.ServiceTier, call.StartedAtMs).Amount;
    }

    private static UsageCounts Counts(SimUsage usage)
    {
        var counts = default(UsageCounts);
        foreach (var usageClass in Enum.GetValues<SimClass>())
        {
            counts[Enum.Parse<UsageClass>(usageClass.ToString())] = usage[usageClass];
        }

        return counts;
    }

    private static async IAsyncEnumerable<UsageEvent> AllAsync(
        IUsageStore store, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        RequestCursor? after = null;
        while (true)
        {
            var page = await store.RequestsAsync(
                new RequestQuery { After = after, Limit = RequestQuery.LimitMax }, cancellation);
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
