using Assay.Server.Directory;
using Assay.Server.Metering;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Server.Hosting;

/// <summary>What operators and orchestrators ask: is it alive, may it take traffic, how is it doing.</summary>
internal static class OperationsEndpoints
{
    public static void MapOperations(this IEndpointRouteBuilder routes)
    {
        // No authorization: probes and scrapers come from inside, and neither answer names anybody.
        routes.MapGet("/health/live", () => TypedResults.Text("ok\n")).ExcludeFromDescription();
        routes.MapGet("/health/ready", Ready).ExcludeFromDescription();
        routes.MapGet("/metrics", (PrometheusText metrics) =>
            TypedResults.Text(metrics.Write(), "text/plain; version=0.0.4; charset=utf-8")).ExcludeFromDescription();
    }

    private static ContentHttpResult Ready(
        LedgerHost ledger, DirectorySnapshots directory, Projector projector, IHostApplicationLifetime lifetime)
    {
        var faults = new List<string>();
        if (!ledger.CanWrite)
        {
            faults.Add("journal: cannot be written");
        }

        if (directory.Current.Version < 0)
        {
            faults.Add("directory: not read yet");
        }

        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            faults.Add("node: stopping");
        }

        // A store that is down does not make a node unready: calls go on and the journal keeps what they cost.
        var notes = new List<string>();
        if (directory.Fault is not null)
        {
            notes.Add("directory: the store cannot be reached; the last known directory is in use");
        }

        if (projector.Fault is not null)
        {
            notes.Add("projector: the store cannot be reached; the journal keeps what is not applied");
        }

        return faults.Count == 0
            ? TypedResults.Text(string.Concat(notes.Prepend("ok").Select(n => n + "\n")))
            : TypedResults.Text(
                string.Concat(faults.Concat(notes).Select(n => n + "\n")),
                statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
