using Assay.Server.Formats;
using Assay.Server.Hosting;
using Assay.Server.Metering;
using Assay.Server.Outcomes.Experiments;
using Assay.Server.Routing;

namespace Assay.Server.Proxy;

/// <summary>Step 3 of <see cref="GatewayPipeline"/>: finds the target that a call goes to, and those that come next.</summary>
internal sealed class CallRouting(
    AssayConfig config, RouteTable routes, TargetOrder order, ExperimentBoard experiments, Pricing pricing)
{
    /// <summary>Sets where the call goes, and what its provider is asked for; or says why it can go nowhere.</summary>
    public Refused? Route(Call call)
    {
        var identity = call.Identity!;
        if (call.Match.Provider is { } named)
        {
            if (!routes.Providers.TryGetValue(named, out var provider))
            {
                return Refused.UnknownProvider(named);
            }

            call.Match = call.Match.For(provider.Format, provider.DialectName);
            call.Target = routes.TargetOf(provider, null);
            call.Model = provider.Dialect?.ModelOf(call.Model) ?? call.Model;
            if (call.Match.Operation == Operation.Passthrough && identity.ModelPatterns.Count > 0)
            {
                // Behind an unknown path any model may hide.
                return Refused.PassthroughNotAllowed();
            }
        }
        else if (call.Match.Operation.IsOpaque())
        {
            if (routes.ForFormat(call.Match.Format) is not { } provider)
            {
                return Refused.NoProvider(call.Match.Format);
            }

            call.Target = routes.TargetOf(provider, null);
        }
        else
        {
            if (routes.Find(call.Model) is not { } route)
            {
                return Refused.UnknownModel(call.Model);
            }

            if (Choose(call, route) is { } mismatch)
            {
                return mismatch;
            }
        }

        call.ProviderModel = call.Target!.Model ?? call.Model;
        if (call.Model.Length > 0 && !identity.AllowsModel(call.Model))
        {
            return Refused.ModelNotAllowed(call.Model);
        }

        if (call.Target.Provider.LacksCredential)
        {
            return Refused.NoCredential(call.Target.Provider.Name);
        }

        if (pricing.RefusesUnknown && call.Match.Operation.IsBilled() && !call.Match.Operation.IsOpaque()
            && !pricing.Knows(call.Target.Provider, call.ProviderModel, call.StartedAtMs))
        {
            return Refused.Unpriced(call.Target.Provider.Name, call.ProviderModel);
        }

        return null;
    }

    private Refused? Choose(Call call, ModelRoute route)
    {
        var identity = call.Identity!;
        var arm = experiments.ArmOf(route, identity.TeamPath, call.WorkRef, call.UseCase, call.StartedAtMs);
        call.Arm = arm?.Text ?? "";
        var looksAtNeeds = route.LooksAtNeeds || route.Canary is not null || (arm is not null && arm.Targets.Any(target => target.Can.IsStated));
        var targets = order.For(route, new RouteQuestion(
            call.Match,
            identity.TeamPath,
            call.UseCase,
            call.Session.Length > 0 ? call.Session : identity.KeyId,
            call.Body!.Length,
            call.Model,
            call.StartedAtMs,
            looksAtNeeds ? CallNeeds.Read(call.Body.Span) : default,
            arm?.Targets,
            IsSession: call.Session.Length > 0));
        call.Route = route;
        if (TokenCount.IsNeeded(call.Match, targets))
        {
            (call.Target, call.IsCountedHere) = (route.Targets[0], true);
            return null;
        }

        if (targets.Count == 0 && route.Able(call.Match).Count > 0)
        {
            return Refused.NotCapable(call.Model);
        }

        if (targets.Count == 0)
        {
            return Refused.FormatMismatch(call.Model, route.Targets[0].Provider, call.Match.Format);
        }

        call.Target = targets[0];
        if (targets.Count > 1)
        {
            // One without its credential is no fallback; alone it is refused below, with its name.
            var usable = targets.Where(target => !target.Provider.LacksCredential).Take(config.Resilience.AttemptsMax).ToArray();
            if (usable.Length > 0)
            {
                (call.Target, call.Next) = (usable[0], usable.AsMemory(1));
            }
        }

        return null;
    }
}
