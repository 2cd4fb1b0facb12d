using Assay.Server.Console.Figures;

namespace Assay.Server.Console.Requests;

/// <summary>Addresses of the list of requests, narrowed down.</summary>
internal static class RequestLinks
{
    public static string With(string filter, string value, Period period) =>
        $"/requests?period={period.Word}&{filter}={Uri.EscapeDataString(value)}";
}

internal static class RequestTimes
{
    /// <summary>When a call began: the time of day, and the day unless it is today.</summary>
    public static string Of(long unixMs, OrgClock clock)
    {
        var at = clock.At(unixMs);
        return at.ToString(
            DateOnly.FromDateTime(at.DateTime) == clock.Today ? "HH:mm:ss" : "d MMM HH:mm",
            System.Globalization.CultureInfo.InvariantCulture);
    }
}
