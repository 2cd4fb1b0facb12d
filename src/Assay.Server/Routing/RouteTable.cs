using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using Assay.Server.Formats;
using Assay.Server.Hosting;

namespace Assay.Server.Routing;

/// <summary>One place that can answer for a model name.</summary>
/// <param name="Provider">Who answers.</param>
/// <param name="Model">The name that the provider knows it by; null to ask for what the client asked for.</param>
internal sealed record Target(Provider Provider, string? Model);

/// <summary>A model name and where it leads.</summary>
internal sealed record ModelRoute(string Pattern, IReadOnlyList<Target> Targets);

/// <summary>Which model names exist and where they lead. Immutable after construction.</summary>
internal sealed class RouteTable : IDisposable
{
    // Names come from callers, so what is remembered about them is bounded.
    private const int RememberedMax = 4096;

    private readonly FrozenDictionary<string, ModelRoute> _exact;
    private readonly ModelRoute[] _wildcards;
    private readonly ConcurrentDictionary<string, ModelRoute?> _remembered = new(StringComparer.Ordinal);

    public RouteTable(AssayConfig config, IDictionary environment)
    {
        Providers = config.Providers.ToFrozenDictionary(
            p => p.Key,
            p => new Provider(p.Key, p.Value, SecretSource.Read(p.Value.ApiKey, environment), config.Timeouts),
            StringComparer.Ordinal);
        var routes = config.Models.Count > 0 ? Configured(config) : [Everything(config)];
        _exact = routes.Where(r => !r.Pattern.EndsWith('*'))
            .ToFrozenDictionary(r => r.Pattern, StringComparer.Ordinal);
        _wildcards = [.. routes.Where(r => r.Pattern.EndsWith('*')).OrderByDescending(r => r.Pattern.Length)];
        Routes = routes;
    }

    public FrozenDictionary<string, Provider> Providers { get; }

    public IReadOnlyList<ModelRoute> Routes { get; }

    /// <summary>The route of a model name: an exact name first, then the longest wildcard; null if there is none.</summary>
    public ModelRoute? Find(string model)
    {
        if (_exact.TryGetValue(model, out var route))
        {
            return route;
        }

        if (_remembered.TryGetValue(model, out route))
        {
            return route;
        }

        route = Array.Find(_wildcards, r => model.AsSpan().StartsWith(r.Pattern.AsSpan(0, r.Pattern.Length - 1)));
        if (_remembered.Count < RememberedMax)
        {
            _remembered[model] = route;
        }

        return route;
    }

    /// <summary>The first target that speaks a format; null if none does.</summary>
    public static Target? Choose(ModelRoute route, WireFormat format)
    {
        foreach (var target in route.Targets)
        {
            if (target.Provider.Format == format)
            {
                return target;
            }
        }

        return null;
    }

    /// <summary>
    /// Who takes what names no model, as an upload does: the provider named like the format, or else the first outside one
    /// that speaks it; null if there is none.
    /// </summary>
    public Provider? ForFormat(WireFormat format) => Providers.Values
        .Where(provider => provider.Format == format)
        .OrderByDescending(provider => string.Equals(provider.Name, format.ToString(), StringComparison.OrdinalIgnoreCase))
        .ThenBy(provider => provider.InHouse)
        .ThenBy(provider => provider.Name, StringComparer.Ordinal)
        .FirstOrDefault();

    public void Dispose()
    {
        foreach (var provider in Providers.Values)
        {
            provider.Dispose();
        }
    }

    private List<ModelRoute> Configured(AssayConfig config) =>
        [.. config.Models.Select(m => new ModelRoute(m.Key, Order(m.Value)))];

    private Target[] Order(RouteConfig route)
    {
        var targets = route.Targets.Select(t =>
        {
            var parts = t.Split('/', 2);
            return new Target(Providers[parts[0]], parts.Length == 2 ? parts[1] : null);
        });
        return route.Policy == "prefer-in-house"
            ? [.. targets.OrderByDescending(t => t.Provider.InHouse)]
            : [.. targets];
    }

    // Without a models section every name is passed on to the first provider that speaks the caller's format.
    private ModelRoute Everything(AssayConfig config) =>
        new("*", [.. config.Providers.Keys.Select(name => new Target(Providers[name], null))]);
}
