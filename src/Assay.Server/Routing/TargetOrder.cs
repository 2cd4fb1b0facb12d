using System.Text;
using Assay.Ledger.Usage;
using Assay.Server.Formats;
using Assay.Server.Metering;
using Assay.Server.Proxy.Translation;

namespace Assay.Server.Routing;

/// <summary>What the choice of a target depends on besides the model's name.</summary>
/// <param name="Match">The call; its format decides who can answer it.</param>
/// <param name="TeamPath">The caller's team and those above it.</param>
/// <param name="UseCase">What it is for.</param>
/// <param name="Affinity">What stays together: the session, or the key where there is none.</param>
/// <param name="BodyBytes">The length of the request's body.</param>
/// <param name="Model">The model asked for.</param>
/// <param name="NowMs">The time, in Unix milliseconds.</param>
/// <param name="Needs">What it needs; told only to routes that look at it.</param>
/// <param name="Assigned">Where an experiment sends it, before what the route has; null if none does.</param>
/// <param name="IsSession">Whether <paramref name="Affinity"/> names a session, and not only a key.</param>
internal readonly record struct RouteQuestion(
    RouteMatch Match,
    IReadOnlyList<string> TeamPath,
    string UseCase,
    string Affinity,
    long BodyBytes,
    string Model,
    long NowMs,
    CallNeeds Needs = default,
    IReadOnlyList<Target>? Assigned = null,
    bool IsSession = false);

/// <summary>
/// Puts a route's targets into the order in which a call tries them: by policy, then those that are away behind those that
/// are well. A session stays where it was while that target is well, so that the provider's cache stays warm.
/// </summary>
internal sealed class TargetOrder(Pricing pricing, UsageEstimator estimator)
{
    // Bytes per token, as for a model of which nothing is known yet.
    private const long BytesPerToken = 4;

    private readonly SessionPlaces _places = new();

    /// <summary>The targets to try, best first; empty if none can answer this call.</summary>
    public IReadOnlyList<Target> For(ModelRoute route, in RouteQuestion question)
    {
        var able = route.Able(question.Match);
        if (route.LooksAtNeeds)
        {
            able = Sufficient(able, question.Needs);
        }

        if (question.Assigned is { } assigned)
        {
            return Assigned(route, able, assigned, question);
        }

        var canary = CanaryFor(route, question);
        if (able.Count <= 1 && canary is null)
        {
            return able;
        }

        var ordered = ByPolicy(route, able, question);
        return ByHealth(canary is null ? ordered : [canary, .. ordered], question.NowMs);
    }

    // A model on trial takes no part: an arm is what was declared. The route's own targets follow, since a call that fails
    // serves nobody; the arm is what was assigned, whoever answers.
    private Target[] Assigned(ModelRoute route, IReadOnlyList<Target> able, IReadOnlyList<Target> assigned, RouteQuestion question)
    {
        Target[] first = [.. assigned.Where(target => CanTake(target, question))];
        var rest = ByPolicy(route, able, question)
            .Where(target => !Array.Exists(first, f => f.Provider == target.Provider && (f.Model ?? question.Model) == (target.Model ?? question.Model)));
        return ByHealth([.. first, .. rest], question.NowMs);
    }

    private static bool CanTake(Target target, in RouteQuestion question) =>
        Wire.CanBeAsked(target.Provider, question.Match)
        && (!target.Can.IsStated || target.Can.Suffices(question.Needs));

    private static IReadOnlyList<Target> Sufficient(IReadOnlyList<Target> able, CallNeeds needs) =>
        able.All(target => target.Can.Suffices(needs)) ? able : [.. able.Where(target => target.Can.Suffices(needs))];

    private static Target? CanaryFor(ModelRoute route, in RouteQuestion question) =>
        route.Canary is { } canary && canary.Takes(question.Affinity) && CanTake(canary.Target, question)
            ? canary.Target
            : null;

    private Target[] ByPolicy(ModelRoute route, IReadOnlyList<Target> able, RouteQuestion question) => route.Policy switch
    {
        "prefer-in-house" => route.Exceptions.Any(exception => Applies(exception, question))
            ? [.. able.OrderBy(target => target.Provider.InHouse)]
            : [.. able.OrderByDescending(target => target.Provider.InHouse)],
        "cheapest" => Cheapest(route, [.. able.OrderBy(target => Cost(target, question))], question),
        "weighted" => [.. able.OrderByDescending(target => Score(target, question.Affinity))],
        _ => [.. able],
    };

    // What is cheapest changes as a conversation grows and as its usage is learned; a warm cache is cheaper than either.
    private Target[] Cheapest(ModelRoute route, Target[] ordered, RouteQuestion question) =>
        question.IsSession && ordered.Length > 1 ? _places.Stay(route.Pattern, question.Affinity, ordered, question.NowMs) : ordered;

    // A circuit that is open or a provider that asked for a pause is tried last, not never: it may be all there is.
    private static Target[] ByHealth(Target[] ordered, long nowMs)
    {
        for (var i = 0; i < ordered.Length; i++)
        {
            if (ordered[i].Health.TryUse(nowMs))
            {
                if (i > 0)
                {
                    var first = ordered[i];
                    Array.Copy(ordered, 0, ordered, 1, i);
                    ordered[0] = first;
                }

                // What follows is a fallback: whoever is away now goes behind.
                return [ordered[0], .. ordered.Skip(1).OrderBy(target => target.Health.IsAwayAt(nowMs))];
            }
        }

        return ordered;
    }

    private static bool Applies(RouteException exception, RouteQuestion question) =>
        (exception.Team.Length == 0 || question.TeamPath.Contains(exception.Team))
        && (exception.UseCase.Length == 0 || exception.UseCase == question.UseCase)
        && (exception.ContextTokensMin == 0 || TextBytes(question) / BytesPerToken >= exception.ContextTokensMin)
        && (question.Needs.Needs & exception.Needs) == exception.Needs;

    // A picture is long in bytes and short in tokens.
    private static long TextBytes(RouteQuestion question) =>
        question.Needs.TextBytes > 0 ? question.Needs.TextBytes : question.BodyBytes;

    private long Cost(Target target, RouteQuestion question)
    {
        var model = target.Model ?? question.Model;
        var counts = estimator.BeforeSending(target.Provider.Name, model, question.BodyBytes, null, expectsOutput: true);
        counts[UsageClass.Request] = 1;
        return pricing.Price(target.Provider, model, counts, "", question.NowMs).Amount.Nanos;
    }

    // Weighted rendezvous hashing: shares follow the weights, and a target that comes or goes moves only its own sessions.
    private static double Score(Target target, string affinity)
    {
        if (target.Weight == 0)
        {
            return double.NegativeInfinity;
        }

        var hash = 14695981039346656037UL;
        foreach (var part in (ReadOnlySpan<string>)[affinity, "\n", target.Provider.Name, "/", target.Model ?? ""])
        {
            foreach (var unit in Encoding.UTF8.GetBytes(part))
            {
                hash = (hash ^ unit) * 1099511628211UL;
            }
        }

        // The last steps of SplitMix64: FNV alone leaves the high bits of short texts alike.
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9UL;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBUL;
        hash ^= hash >> 31;
        var even = ((hash >> 11) + 0.5) / (1UL << 53);
        return -target.Weight / Math.Log(even);
    }
}
