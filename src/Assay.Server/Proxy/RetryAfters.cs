using System.Globalization;

namespace Assay.Server.Proxy;

/// <summary>How long a provider asks to be left alone.</summary>
internal static class RetryAfters
{
    public static TimeSpan? Of(HttpResponseMessage? response, TimeProvider clock)
    {
        // More exact than the header of HTTP, which counts in seconds; OpenAI and Azure send both.
        if (response?.Headers.NonValidated.TryGetValues("retry-after-ms", out var ms) == true
            && double.TryParse(ms.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var exact)
            && exact is > 0 and < 86_400_000)
        {
            return TimeSpan.FromMilliseconds(exact);
        }

        return response?.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - clock.GetUtcNow(),
            _ => null,
        };
    }
}
