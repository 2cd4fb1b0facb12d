using System.Globalization;
using Assay.Sim.Prompts;
using Assay.Sim.Tally;
using Microsoft.AspNetCore.Http;

namespace Assay.Sim.Providers;

/// <summary>The headers that real providers send along: request ids, timings and rate limits.</summary>
internal static class SimHeaders
{
    public static void Write(SimRequest request, string id, IHeaderDictionary headers)
    {
        var milliseconds = request.Ids.Next(40, 900).ToString(CultureInfo.InvariantCulture);
        headers["x-sim-id"] = id;
        switch (request.Format)
        {
            case SimFormat.Anthropic:
                headers["request-id"] = id;
                headers["anthropic-organization-id"] = "5f0e2a3c-8c7e-4e58-9d63-0d2c64a8b1f7";
                foreach (var (kind, limit) in new[] { ("requests", 4000), ("input-tokens", 2_000_000), ("output-tokens", 400_000), ("tokens", 2_400_000) })
                {
                    headers[$"anthropic-ratelimit-{kind}-limit"] = limit.ToString(CultureInfo.InvariantCulture);
                    headers[$"anthropic-ratelimit-{kind}-remaining"] = (limit - request.Ids.Next(limit / 10)).ToString(CultureInfo.InvariantCulture);
                    headers[$"anthropic-ratelimit-{kind}-reset"] =
                        DateTimeOffset.FromUnixTimeSeconds(request.Now + 60).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
                }

                if (request.Http.Request.Headers.TryGetValue("anthropic-beta", out var betas))
                {
                    headers["x-sim-beta"] = betas;
                }

                break;
            case SimFormat.Gemini:
                headers["server-timing"] = $"gfet4t7; dur={milliseconds}";
                headers["x-gemini-service-tier"] = request.Instructions.Tier ?? "standard";
                headers["x-content-type-options"] = "nosniff";
                headers["x-xss-protection"] = "0";
                headers.Append("vary", "Origin");
                headers.Append("vary", "X-Origin");
                headers.Append("vary", "Referer");
                break;
            default:
                headers["x-request-id"] = id;
                headers["openai-processing-ms"] = milliseconds;
                headers["openai-organization"] = "org-simulated";
                headers["openai-version"] = "2020-10-01";
                headers["x-ratelimit-limit-requests"] = "10000";
                headers["x-ratelimit-remaining-requests"] = (10_000 - request.Ids.Next(500)).ToString(CultureInfo.InvariantCulture);
                headers["x-ratelimit-reset-requests"] = "6ms";
                headers["x-ratelimit-limit-tokens"] = "30000000";
                headers["x-ratelimit-remaining-tokens"] = (30_000_000 - request.Ids.Next(90_000)).ToString(CultureInfo.InvariantCulture);
                headers["x-ratelimit-reset-tokens"] = "1ms";
                break;
        }

        if (request.Instructions.Unusual)
        {
            headers.Append("x-unusual", "one");
            headers.Append("x-unusual", "two, three");
            headers["X-MiXeD-CaSe"] = "a  value;with=\"quotes\"";
            headers["x-empty"] = "";
            headers.Append("set-cookie", "__cf_bm=" + Words.Hex(request.Ids, 12) + "; path=/; HttpOnly");
        }
    }
}
