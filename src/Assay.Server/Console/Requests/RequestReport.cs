using System.Globalization;
using Assay.Ledger.Usage;
using Assay.Server.Api;
using Assay.Server.Console.Figures;
using Assay.Server.Store;

namespace Assay.Server.Console.Requests;

/// <summary>Reads everything about one call: each attempt, its counts, its cost line by line, its timing.</summary>
internal sealed class RequestReport(IUsageStore usage, OrgClock clock, CallPrices prices)
{
    /// <summary>The attempts of a call, the first one first; empty if there is none that the caller may see.</summary>
    public async Task<IReadOnlyList<AttemptView>> ReadAsync(Caller caller, Guid requestId, CancellationToken ct)
    {
        var attempts = await usage.RequestsAsync(
            new RequestQuery { RequestId = requestId, Filter = caller.Rules.SeesCompany ? UsageFilter.None : caller.Rules.OwnUsage },
            ct);
        return [.. attempts.Reverse().Select(call => View(caller, call))];
    }

    private AttemptView View(Caller caller, UsageEvent call)
    {
        var lines = prices.Lines(call);
        return new AttemptView(
            call,
            clock.At(call.StartedAtMs).ToString("ddd, d MMM yyyy HH:mm:ss.fff", CultureInfo.InvariantCulture) + " " + clock.ZoneName,
            caller.Directory.Teams.Find(call.TeamId)?.Name ?? call.TeamId,
            caller.Directory.FindPerson(call.PersonId)?.Name ?? call.PersonId,
            caller.Directory.FindKeyById(call.KeyId)?.Name is { Length: > 0 } name ? name : call.KeyId,
            lines.Lines,
            lines.Note);
    }
}
