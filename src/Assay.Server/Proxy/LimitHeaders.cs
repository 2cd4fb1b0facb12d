using System.Globalization;
using Assay.Server.Signals.Actions;

namespace Assay.Server.Proxy;

/// <summary>
/// Tells the client what its limits leave it: true at the moment when the call was let in. Where Assay limits a rate
/// itself, the provider's own numbers, which are the company's, are not passed on.
/// </summary>
internal static class LimitHeaders
{
    public const string DroppedHeader = "x-assay-dropped";

    /// <summary>Adds what of an answer could not be carried to what of its request could not.</summary>
    public static void Drop(HttpResponse response, string names)
    {
        if (names.Length > 0 && !response.HasStarted)
        {
            var before = response.Headers[DroppedHeader].ToString();
            response.Headers[DroppedHeader] = before.Length == 0 ? names : $"{before}, {names}";
        }
    }

    public static void Write(Call call)
    {
        var headers = call.Http.Response.Headers;
        if (call.BudgetLeft is { } left)
        {
            headers["x-assay-budget-remaining"] = left.ToString();
        }

        if (call.Dropped.Length > 0)
        {
            headers[DroppedHeader] = call.Dropped;
        }

        if (call.Rerouted.Length > 0)
        {
            headers["x-assay-rerouted"] = call.Rerouted;
        }

        if (call.ThrottledMs > 0)
        {
            headers["x-assay-throttled-ms"] = Text(call.ThrottledMs);
        }

        if (call.SignalLink.Length > 0)
        {
            headers[SignalGate.SignalHeader] = call.SignalLink;
        }

        if (call.SlowedMs > 0)
        {
            headers[SignalGate.SlowedHeader] = Text(call.SlowedMs);
        }

        if (call.RateTicket is not { Standing: var standing })
        {
            return;
        }

        if (standing.RequestsLimit is { } requests)
        {
            headers["x-ratelimit-limit-requests"] = Text(requests);
            headers["x-ratelimit-remaining-requests"] = Text(standing.RequestsLeft);
            headers["x-ratelimit-reset-requests"] = Duration(standing.RequestsResetMs);
        }

        if (standing.TokensLimit is { } tokens)
        {
            headers["x-ratelimit-limit-tokens"] = Text(tokens);
            headers["x-ratelimit-remaining-tokens"] = Text(standing.TokensLeft);
            headers["x-ratelimit-reset-tokens"] = Duration(standing.TokensResetMs);
        }
    }

    // As OpenAI writes them: 250ms, 59.75s.
    private static string Duration(long ms) => ms < 1000
        ? string.Create(CultureInfo.InvariantCulture, $"{ms}ms")
        : string.Create(CultureInfo.InvariantCulture, $"{ms / 1000m:0.###}s");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
