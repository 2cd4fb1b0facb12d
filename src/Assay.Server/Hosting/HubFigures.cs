using Assay.Ledger.Money;
using Assay.Server.Console.Company;
using Assay.Server.Metering;

namespace Assay.Server.Hosting;

/// <summary>Tells the console what passes through this node.</summary>
internal sealed class HubFigures(LiveHub hub) : ILiveFigures
{
    public LiveNow Now(string? teamId)
    {
        var tick = hub.Now(teamId is null ? LiveFilter.Company : LiveFilter.OfTeam(teamId));
        var minute = tick.Minute.Aggregate(default(LiveCount), (sum, second) => sum + second);
        return new LiveNow(
            tick.InFlight, minute.Requests, new NanoUsd(minute.CostNanos), [.. tick.Minute.Select(s => s.CostNanos)]);
    }
}
