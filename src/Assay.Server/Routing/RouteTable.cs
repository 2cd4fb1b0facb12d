using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using Assay.Server.Formats;
using Assay.Server.Hosting;
using Assay.Server.Proxy.Translation;

namespace Assay.Server.Routing;

/// <summary>One place that can answer for a model name.</summary>
/// <param name="Provider">Who answers.</param>
/// <param name="Model">The name that the provider knows it by; null to ask for what the client asked for.</param>
/// <param name="Health">How it has been doing; shared by all routes that lead here.</param>
/// <param name="Weight">Its share where a policy goes by weights.</param>
internal sealed record Target(Provider Provider, string? Model, TargetHealth Health, int Weight = 1)
{
    public Capabilities Can { get; init; } = Capabilities.Unstated;
}

/// <summary>When targets outside the house go first although the policy prefers those inside.</summary>
/// <param name="Team">For this team and those below it; empty for all.</param>
/// <param name="UseCase">For this use case; empty for all.</param>
/// <param name="ContextTokensMin">For requests of about so many tokens or more.</param>
/// <param name="Needs">For requests that need all of these.</param>
internal sealed record RouteException(string Team, string UseCase, long ContextTokensMin, Needs Needs = Needs.None);

/// <summary>A model name and where it leads.</summary>
/// <param name="IsImplied">
/// Whether nobody configured it: every name is passed on to the first provider that speaks the caller's format, and no
/// other provider can be expected to know it.
/// </param>
internal sealed record ModelRoute(string Pattern, IReadOnlyList<Target> Targets, bool IsImplied = false)
{
    private readonly bool _looksAtTargets = Targets.Any(target => target.Can.IsStated);
    private readonly IReadOnlyList<Target>[] _sameFormat =
        [.. Enum.GetValues<WireFormat>().Select(format => (IReadOnlyList<Target>)Same(Targets, format, IsImplied))];

    private readonly IReadOnlyList<Target> _forVectors =
        [.. Targets.Where(target => target.Provider.Format is WireFormat.OpenAI or WireFormat.Gemini)];

    public string Policy { get; init; } = "ordered";

    public IReadOnlyList<RouteException> Exceptions { get; init; } = [];

    /// <summary>A model on trial that answers a share of the sessions.</summary>
    public Trial? Canary { get; init; }

    /// <summary>A model on trial that is asked a share of the calls again, unseen.</summary>
    public Trial? Shadow { get; init; }

    /// <summary>Whether the choice depends on what a call needs, so that its body must be looked at for it.</summary>
    public bool LooksAtNeeds => _looksAtTargets || Exceptions.Any(exception => exception.Needs != Needs.None);

    /// <summary>
    /// The targets that can answer a call, in the order of the configuration: those that speak its format, and where it can
    /// be translated all of them.
    /// </summary>
    public IReadOnlyList<Target> Able(RouteMatch match) =>
        IsImplied ? _sameFormat[(int)match.Format]
        : Wire.IsTranslatable(match.Operation) ? Targets
        : Wire.IsForVectors(match.Operation) ? _forVectors
        : _sameFormat[(int)match.Format];

    private static List<Target> Same(IReadOnlyList<Target> targets, WireFormat format, bool onlyFirst)
    {
        var speak = targets.Where(target => target.Provider.Format == format).ToList();
        return onlyFirst ? [.. speak.Take(1)] : speak;
    }
}

/// <summary>Which model names exist and where they lead. Immutable after construction.</summary>
internal sealed class RouteTable : IDisposable
{
    // Names come from callers, so what is remembered about them is bounded.
    private const int RememberedMax = 4096;

    private readonly FrozenDictionary<string, ModelRoute> _exact;
    private readonly ModelRoute[] _wildcards;
    private readonly ResilienceOptions _resilience;
    private readonly IDictionary<string, CapabilityConfig> _stated;
    private readonly Dictionary<(string Provider, string Model), TargetHealth> _health = [];
    private readonly ConcurrentDictionary<string, ModelRoute?> _remembered = new(StringComparer.Ordinal);

    public RouteTable(AssayConfig config, IDictionary environment, TimeProvider clock)
    {
        Providers = config.Providers.ToFrozenDictionary(
            p => p.Key,
            p => new Provider(p.Key, p.Value, environment, config.Timeouts, clock),
            StringComparer.Ordinal);
        _stated = config.Capabilities;
        _resilience = new ResilienceOptions(
            config.Resilience.BreakerFailures,
            config.Resilience.BreakerSeconds,
            config.Resilience.CooldownSeconds,
            config.Resilience.CooldownSecondsMax);
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

    /// <summary>A place to answer that no route names: by the provider's path, or where a budget sends a call.</summary>
    public Target TargetOf(Provider provider, string? model)
    {
        lock (_health)
        {
            return new Target(provider, model, HealthOf(provider.Name, model));
        }
    }

    /// <summary>A target in the configuration's own words; null if its provider is not configured.</summary>
    public Target? TargetNamed(string text)
    {
        var parts = text.Split('/', 2);
        return parts.Length == 2 && Providers.TryGetValue(parts[0], out var provider)
            ? TargetOf(provider, parts[1]) with { Can = Capabilities.Of(_stated, parts[0], parts[1]) }
            : null;
    }

    /// <summary>
    /// Who takes what names no model, as an upload does: the provider named like the format, or else the first outside one
    /// that speaks it; null if there is none.
    /// </summary>
    public Provider? ForFormat(WireFormat format) => Providers.Values
        .Where(provider => provider.Format == format && provider.Dialect is null)
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
        [.. config.Models.Select(m => new ModelRoute(m.Key, Targets(m.Value))
        {
            Policy = m.Value.Policy,
            Exceptions = [.. m.Value.Exceptions.Select(e => new RouteException(
                e.Team, e.UseCase, e.ContextTokensMin, e.Needs.Aggregate(Needs.None, (all, need) => all | Enum.Parse<Needs>(need, ignoreCase: true))))],
            Canary = TrialOf(m.Value.Canary),
            Shadow = TrialOf(m.Value.Shadow),
        })];

    private Trial? TrialOf(TrialConfig? trial)
    {
        if (trial is null)
        {
            return null;
        }

        var parts = trial.Target.Split('/', 2);
        return new Trial(
            new Target(Providers[parts[0]], parts[1], HealthOf(parts[0], parts[1])) { Can = Capabilities.Of(_stated, parts[0], parts[1]) },
            trial.Percent,
            trial.Key);
    }

    private Target[] Targets(RouteConfig route) => [.. route.Targets.Select(text =>
    {
        var parts = text.Split('/', 2);
        var model = parts.Length == 2 ? parts[1] : null;
        return new Target(
            Providers[parts[0]], model, HealthOf(parts[0], model), route.Weights.TryGetValue(text, out var weight) ? weight : 1)
        {
            Can = Capabilities.Of(_stated, parts[0], model),
        };
    })];

    // Behind a wildcard stand many models, of which nothing is known but the provider.
    private TargetHealth HealthOf(string provider, string? model)
    {
        const int RememberedTargetsMax = 4096;
        var key = (provider, model ?? "");
        if (!_health.TryGetValue(key, out var health))
        {
            health = new TargetHealth(_resilience);
            if (_health.Count < RememberedTargetsMax)
            {
                _health[key] = health;
            }
        }

        return health;
    }

    // Without a models section every name is passed on to the first provider that speaks the caller's format.
    private ModelRoute Everything(AssayConfig config) =>
        new("*", [.. config.Providers.Keys.Select(name => new Target(Providers[name], null, HealthOf(name, null)))], IsImplied: true);
}
