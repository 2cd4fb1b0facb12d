using Assay.Server.Metering;
using Assay.Server.Proxy;

namespace Assay.Server.Hosting;

/// <summary>Registers what is read only when somebody looks, and keeps the listeners alive from the start.</summary>
internal sealed class Gauges(
    AssayMetrics metrics,
    PrometheusText prometheus,
    Telemetry telemetry,
    CallSlots slots,
    Projector projector,
    LedgerHost ledger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = (prometheus, telemetry);
        metrics.Observe("assay.calls.in_flight", "{call}", "Calls under way.", () => slots.InUse);
        metrics.Observe("assay.projector.lag.bytes", "By", "Journal not yet applied to the store.",
            () => projector.LagBytes);
        metrics.Observe("assay.projector.lag.seconds", "s", "For how long something has been waiting to be applied.",
            () => projector.LagSeconds);
        metrics.Observe("assay.journal.writable", "1", "1 while the journal can be written.",
            () => ledger.CanWrite ? 1 : 0);
        metrics.Observe("assay.ledger.expired_at_start", "{call}",
            "Calls of an earlier process that were charged their estimate.", () => ledger.ExpiredAtStart);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
