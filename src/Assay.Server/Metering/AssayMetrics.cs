using System.Diagnostics;
using System.Diagnostics.Metrics;
using Assay.Ledger.Usage;

namespace Assay.Server.Metering;

/// <summary>
/// Every instrument of the gateway. Names of attributes are OpenTelemetry's GenAI conventions, which are still in
/// development; when they move, this file moves. No attribute carries a key, a person or content.
/// </summary>
internal sealed class AssayMetrics : IDisposable
{
    public const string MeterName = "Assay";

    private static readonly double[] s_seconds =
        [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

    private static readonly double[] s_ratios =
        [0.1, 0.25, 0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2, 4, 10];

    private readonly Meter _meter = new(MeterName, "1");
    private readonly Counter<long> _requests;
    private readonly Counter<long> _tokens;
    private readonly Counter<long> _cost;
    private readonly Counter<long> _unpriced;
    private readonly Counter<long> _unmetered;
    private readonly Counter<long> _estimated;
    private readonly Counter<long> _overage;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _notices;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _firstByte;
    private readonly Histogram<double> _reservationRatio;
    private readonly Histogram<double> _outputRatio;

    public AssayMetrics()
    {
        _requests = _meter.CreateCounter<long>("assay.requests", "{request}", "Calls settled, by outcome.");
        _tokens = _meter.CreateCounter<long>("assay.tokens", "{token}", "Tokens metered, by direction.");
        _cost = _meter.CreateCounter<long>("assay.cost.nanousd", "{nanousd}", "Money posted, in nano-USD.");
        _unpriced = _meter.CreateCounter<long>("assay.unpriced", "{request}", "Calls with a class without a price.");
        _unmetered = _meter.CreateCounter<long>("assay.unmetered", "{request}", "Calls whose usage is unknown.");
        _estimated = _meter.CreateCounter<long>("assay.estimated", "{request}", "Calls posted with an estimate.");
        _overage = _meter.CreateCounter<long>("assay.overage.nanousd", "{nanousd}", "Money posted beyond reservations.");
        _refused = _meter.CreateCounter<long>("assay.refused", "{request}", "Calls refused by the gateway, by reason.");
        _notices = _meter.CreateCounter<long>(
            "assay.notices", "{notice}", "Notices sent or not, by channel and outcome.");
        _duration = _meter.CreateHistogram(
            "gen_ai.client.operation.duration", "s", "From accepting a call to its end.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = s_seconds });
        _firstByte = _meter.CreateHistogram(
            "gen_ai.client.operation.time_to_first_chunk", "s", "From accepting a call to the provider's first byte.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = s_seconds });
        _reservationRatio = _meter.CreateHistogram(
            "assay.estimate.reservation_ratio", "1", "Reserved money divided by what an exact call cost.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = s_ratios });
        _outputRatio = _meter.CreateHistogram(
            "assay.estimate.output_ratio", "1", "Output tokens estimated from streamed bytes, divided by the true count.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = s_ratios });
    }

    /// <summary>Registers a gauge that is read when somebody looks.</summary>
    public void Observe(string name, string unit, string description, Func<double> read) =>
        _meter.CreateObservableGauge(name, read, unit, description);

    public void Refused(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <param name="channel">The way it goes: mail, webhook, slack or teams.</param>
    /// <param name="outcome">sent, retried, postponed, given_up or unwanted.</param>
    public void NoticeSent(string channel, string outcome) => _notices.Add(
        1, new KeyValuePair<string, object?>("channel", channel), new KeyValuePair<string, object?>("outcome", outcome));

    public void OutputEstimate(double ratio) => _outputRatio.Record(ratio);

    public void Settled(UsageEvent call)
    {
        var tags = new TagList
        {
            { "gen_ai.provider.name", call.Provider },
            // Behind a wildcard any text can be a model; only what a provider answered for becomes a label.
            { "gen_ai.request.model", call.Status is >= 200 and < 300 ? call.Model : "other" },
        };
        _tokens.Add(call.Counts.TotalInputTokens, With(tags, "gen_ai.token.type", "input"));
        _tokens.Add(call.Counts.TotalOutputTokens, With(tags, "gen_ai.token.type", "output"));
        _cost.Add(call.Cost.Nanos, tags);
        _duration.Record(call.DurationMs / 1000.0, tags);
        if (call.FirstByteMs >= 0)
        {
            _firstByte.Record(call.FirstByteMs / 1000.0, tags);
        }

        _requests.Add(1, With(tags, "outcome", Name(call.Outcome)));
        Marks(call, tags);
    }

    public void Dispose() => _meter.Dispose();

    private void Marks(UsageEvent call, in TagList tags)
    {
        if (call.Marks.HasFlag(UsageMarks.Unpriced))
        {
            _unpriced.Add(1, tags);
        }

        if (call.Marks.HasFlag(UsageMarks.Unmetered))
        {
            _unmetered.Add(1, tags);
        }

        if (call.Marks.HasFlag(UsageMarks.Estimated))
        {
            _estimated.Add(1, tags);
        }
        else if (call.Cost.Nanos > 0 && call.Resolution == Resolution.Posted)
        {
            _reservationRatio.Record((double)call.Reserved.Nanos / call.Cost.Nanos);
        }

        if (call.Overage.Nanos > 0)
        {
            _overage.Add(call.Overage.Nanos, tags);
        }
    }

    private static TagList With(TagList tags, string name, string value)
    {
        tags.Add(name, value);
        return tags;
    }

    private static string Name(CallOutcome outcome) => outcome switch
    {
        CallOutcome.Completed => "completed",
        CallOutcome.ProviderError => "provider_error",
        CallOutcome.ClientGone => "client_gone",
        CallOutcome.ProviderBroke => "provider_broke",
        CallOutcome.ProviderSilent => "provider_silent",
        CallOutcome.NotConnected => "not_connected",
        CallOutcome.ProcessDied => "process_died",
        _ => "shut_down",
    };
}
