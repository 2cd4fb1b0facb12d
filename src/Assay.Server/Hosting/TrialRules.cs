namespace Assay.Server.Hosting;

/// <summary>The rules of what routes look at, and of models on trial.</summary>
internal static class TrialRules
{
    private static readonly string[] s_needs = ["vision", "tools"];

    public static void Check(string name, RouteConfig route, AssayConfig config, List<string> faults)
    {
        foreach (var need in route.Exceptions.SelectMany(exception => exception.Needs).Where(need => !s_needs.Contains(need)))
        {
            faults.Add($"models.{name}.exceptions: \"{need}\" is no need; write vision or tools.");
        }

        Check($"models.{name}.canary", route.Canary, route, config, faults);
        Check($"models.{name}.shadow", route.Shadow, route, config, faults);
        if (route.Shadow is { Key.Length: 0 })
        {
            faults.Add($"models.{name}.shadow.key: name the key that the shadow's calls are charged to, as k_….");
        }
    }

    private static void Check(string key, TrialConfig? trial, RouteConfig route, AssayConfig config, List<string> faults)
    {
        if (trial is null)
        {
            return;
        }

        var parts = trial.Target.Split('/', 2);
        if (parts.Length < 2 || !config.Providers.ContainsKey(parts[0]))
        {
            faults.Add($"{key}.target: \"{trial.Target}\" must be provider/model, with a provider that there is.");
        }
        else if (route.Targets.Contains(trial.Target))
        {
            faults.Add($"{key}.target: \"{trial.Target}\" is one of the route's own targets; use weights for it.");
        }

        if (trial.Percent is not (> 0 and <= 100))
        {
            faults.Add($"{key}.percent: must be above 0 and at most 100.");
        }
    }
}
