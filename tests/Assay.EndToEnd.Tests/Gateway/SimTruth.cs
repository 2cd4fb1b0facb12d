using Assay.Ledger.Usage;
using Assay.Sim.Tally;

namespace Assay.EndToEnd.Tests.Gateway;

/// <summary>The simulator's own count, in the ledger's words.</summary>
internal static class SimTruth
{
    public static UsageCounts Counts(SimUsage usage)
    {
        var counts = default(UsageCounts);
        foreach (var sim in Enum.GetValues<SimClass>())
        {
            counts[Enum.Parse<UsageClass>(sim.ToString())] = usage[sim];
        }

        return counts;
    }
}
