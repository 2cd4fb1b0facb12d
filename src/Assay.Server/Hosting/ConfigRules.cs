using System.Text.RegularExpressions;
using Assay.Ledger.Money;
using Assay.Server.Metering;

namespace Assay.Server.Hosting;

/// <summary>The rules that a configuration must keep. Collects every fault; each names its key and says what to do.</summary>
public static partial class ConfigRules
{
    private static readonly string[] s_formats = ["openai", "anthropic", "gemini", "converse"];

    /// <summary>All faults, empty when the configuration can be used.</summary>
    public static IReadOnlyList<string> Check(AssayConfig config)
    {
        var faults = new List<string>();
        CheckNode(config, faults);
        foreach (var (name, provider) in config.Providers)
        {
            CheckProvider(name, provider, faults);
        }

        foreach (var (name, route) in config.Models)
        {
            CheckRoute(name, route, config, faults);
        }

        CheckPrices(config.Prices, faults);
        NotificationRules.Check(config.Notifications, faults);
        JudgmentRules.Check(config.Judgments, faults);
        OutcomeRules.Check(config.Outcomes, faults);
        SignalRules.Check(config.Signals, faults);
        CheckNumbers(config, faults);
        return faults;
    }

    private static void CheckNode(AssayConfig config, List<string> faults)
    {
        foreach (var url in config.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!UrlShape().IsMatch(url))
            {
                faults.Add($"urls: \"{url}\" is no address to listen on; write one like http://127.0.0.1:8080.");
            }
        }

        if (string.IsNullOrWhiteSpace(config.Urls))
        {
            faults.Add("urls: empty; write an address like http://127.0.0.1:8080.");
        }

        if (config.PublicUrl.Length > 0
            && (!Uri.TryCreate(config.PublicUrl, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")))
        {
            faults.Add($"publicUrl: \"{config.PublicUrl}\" is no address; write one like https://ai.example.com.");
        }

        if (string.IsNullOrWhiteSpace(config.Data))
        {
            faults.Add("data: empty; name a directory that this process may write.");
        }

        if (config.Store != "sqlite" && !config.Store.StartsWith("postgres:", StringComparison.Ordinal))
        {
            faults.Add("store: must be \"sqlite\" or \"postgres:Host=…;Database=…;Username=…\".");
        }

        if (!TimeZoneInfo.TryFindSystemTimeZoneById(config.TimeZone, out _))
        {
            faults.Add($"timeZone: \"{config.TimeZone}\" is not known here; use an IANA name like Europe/Berlin.");
        }

        if (config.OnClientGone is not ("stop" or "drain"))
        {
            faults.Add("onClientGone: must be \"stop\" or \"drain\".");
        }

        if (config.Budgets.OnStreamExhausted is not ("end" or "finish"))
        {
            faults.Add("budgets.onStreamExhausted: must be \"end\" or \"finish\".");
        }

        if (config.Budgets.ThrottleSeconds is < 1 or > 3600)
        {
            faults.Add("budgets.throttleSeconds: must be from 1 to 3600.");
        }

        CheckBatches(config.Batches, faults);
        CheckResilience(config.Resilience, faults);
        if (config.Telemetry.OtlpEndpoint.Length > 0
            && !Uri.TryCreate(config.Telemetry.OtlpEndpoint, UriKind.Absolute, out _))
        {
            faults.Add("telemetry.otlpEndpoint: must be an absolute address like http://collector:4318.");
        }
    }

    private static void CheckBatches(BatchesConfig batches, List<string> faults)
    {
        if (batches.PollSeconds is < 5 or > 3600)
        {
            faults.Add("batches.pollSeconds: must be from 5 to 3600.");
        }

        if (batches.GiveUpHours is < 25 or > 24 * 29)
        {
            faults.Add("batches.giveUpHours: must be from 25 (a job may take a day) to 696 (results are kept for 29 days).");
        }

        if (batches.InputBytesMax is < 1024 or > 4L * 1024 * 1024 * 1024)
        {
            faults.Add("batches.inputBytesMax: must be from 1 KiB to 4 GiB.");
        }
    }

    private static void CheckResilience(ResilienceConfig resilience, List<string> faults)
    {
        Between("attemptsMax", resilience.AttemptsMax, 1, 10);
        Between("breakerFailures", resilience.BreakerFailures, 1, 1000);
        Between("breakerSeconds", resilience.BreakerSeconds, 1, 3600);
        Between("cooldownSeconds", resilience.CooldownSeconds, 0, 600);
        Between("cooldownSecondsMax", resilience.CooldownSecondsMax, 0, 86400);

        void Between(string name, int value, int least, int most)
        {
            if (value < least || value > most)
            {
                faults.Add($"resilience.{name}: must be from {least} to {most}.");
            }
        }
    }

    private static void CheckProvider(
        string name, ProviderConfig provider, List<string> faults)
    {
        if (!NameShape().IsMatch(name))
        {
            faults.Add($"providers.{name}: a name has 1 to 64 letters, digits, dots, dashes or underscores.");
        }

        if (!s_formats.Contains(provider.Format))
        {
            faults.Add($"providers.{name}.format: must be openai, anthropic, gemini or converse, not \"{provider.Format}\".");
        }

        if (!Uri.TryCreate(provider.BaseUrl, UriKind.Absolute, out var url)
            || url.Scheme is not ("http" or "https")
            || url.Query.Length > 0)
        {
            faults.Add($"providers.{name}.baseUrl: must be an http or https address without a query, "
                + $"not \"{provider.BaseUrl}\".");
        }

        if (SecretSource.Check(provider.ApiKey) is { } fault)
        {
            faults.Add($"providers.{name}.apiKey: {fault}");
        }

        ProviderRules.Check(name, provider, faults);
    }

    private static void CheckRoute(string name, RouteConfig route, AssayConfig config, List<string> faults)
    {
        if (name.Length is 0 or > 256 || name.IndexOf('*', StringComparison.Ordinal) is >= 0 and var star
            && star != name.Length - 1)
        {
            faults.Add($"models.{name}: a name has 1 to 256 characters, with at most one * at its end.");
        }

        if (route.Targets.Count == 0)
        {
            faults.Add($"models.{name}.targets: empty; name at least one provider, as \"openai\" or \"openai/gpt-5.5\".");
        }

        foreach (var target in route.Targets)
        {
            var provider = target.Split('/', 2)[0];
            if (!config.Providers.ContainsKey(provider))
            {
                faults.Add($"models.{name}.targets: \"{target}\" names no provider; known are "
                    + $"{string.Join(", ", config.Providers.Keys)}.");
            }
        }

        foreach (var (target, weight) in route.Weights)
        {
            if (!route.Targets.Contains(target) || weight is < 0 or > 1000)
            {
                faults.Add($"models.{name}.weights.{target}: must be one of its targets, with a weight from 0 to 1000.");
            }
        }

        TrialRules.Check(name, route, config, faults);
        if (route.Policy is not ("ordered" or "prefer-in-house" or "cheapest" or "weighted"))
        {
            faults.Add($"models.{name}.policy: must be \"ordered\", \"prefer-in-house\", \"cheapest\" or \"weighted\".");
        }
    }

    private static void CheckPrices(PricesConfig prices, List<string> faults)
    {
        if (prices.Unknown is not ("charge" or "refuse"))
        {
            faults.Add("prices.unknown: must be \"charge\" or \"refuse\".");
        }

        CheckOverrides(prices.Overrides, faults);
        CheckAmount("prices.fallbackInput", prices.FallbackInput, faults);
        CheckAmount("prices.fallbackOutput", prices.FallbackOutput, faults);
        if (prices.File.Length > 0 && !File.Exists(prices.File))
        {
            faults.Add($"prices.file: \"{prices.File}\" is not there; make it with assay prices import.");
        }
    }

    private static void CheckOverrides(IList<PriceOverrideConfig> overrides, List<string> faults)
    {
        for (var i = 0; i < overrides.Count; i++)
        {
            try
            {
                Pricing.Parse(overrides[i]);
            }
            catch (FormatException fault)
            {
                faults.Add($"prices.overrides[{i}]: {fault.Message}.");
            }
        }
    }

    private static void CheckAmount(string key, string text, List<string> faults)
    {
        if (!NanoUsd.TryParse(text, out var amount) || amount <= NanoUsd.Zero)
        {
            faults.Add($"{key}: must be a decimal string in USD per million tokens above zero, like \"15\" or \"0.28\".");
        }
    }

    private static void CheckNumbers(AssayConfig config, List<string> faults)
    {
        void Range(string key, long value, long min, long max)
        {
            if (value < min || value > max)
            {
                faults.Add($"{key}: must be from {min} to {max}, not {value}.");
            }
        }

        Range("limits.bodyBytesMax", config.Limits.BodyBytesMax, 1024, 1024 * 1024 * 1024);
        Range("limits.headerBytesMax", config.Limits.HeaderBytesMax, 1024, 1024 * 1024);
        Range("limits.lineBytesMax", config.Limits.LineBytesMax, 256, 1024 * 1024);
        Range("limits.streamsPerKeyMax", config.Limits.StreamsPerKeyMax, 1, 1_000_000);
        Range("limits.streamsMax", config.Limits.StreamsMax, 1, 1_000_000);
        Range("cache.bytesMax", config.Cache.BytesMax, 1024 * 1024, 64L * 1024 * 1024 * 1024);
        Range("cache.seconds", config.Cache.Seconds, 1, 86_400 * 30);
        Range("queue.waitSeconds", config.Queue.WaitSeconds, 0, 600);
        Range("queue.lengthMax", config.Queue.LengthMax, 1, 100_000);
        Range("timeouts.connectSeconds", config.Timeouts.ConnectSeconds, 1, 600);
        Range("timeouts.firstByteSeconds", config.Timeouts.FirstByteSeconds, 1, 86_400);
        Range("timeouts.idleSeconds", config.Timeouts.IdleSeconds, 1, 86_400);
        Range("timeouts.totalSeconds", config.Timeouts.TotalSeconds, 1, 86_400);
        Range("timeouts.drainSeconds", config.Timeouts.DrainSeconds, 0, 3600);
        Range("retention.usageDays", config.Retention.UsageDays, 1, 36_500);
    }

    [GeneratedRegex(@"^https?://[^/\s]+/?$", RegexOptions.None, 1000)]
    private static partial Regex UrlShape();

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,64}$", RegexOptions.None, 1000)]
    private static partial Regex NameShape();
}
