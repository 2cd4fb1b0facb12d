using Assay.Server.Directory;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace Assay.Server.Api;

/// <summary>Who is let in where: the schemes and the policies, all in this file.</summary>
internal static class Policies
{
    /// <summary>A key in a header.</summary>
    public const string KeyScheme = "AssayKey";

    /// <summary>A console session in a cookie; it counts if the console registered a scheme of this name.</summary>
    public const string CookieScheme = "AssayCookie";

    /// <summary>Picks one of the two by what the request carries.</summary>
    public const string Scheme = "Assay";

    /// <summary>Everybody with a valid key or session. What they get depends on <see cref="AccessRules"/>.</summary>
    public const string SignedIn = "signed-in";

    /// <summary>Auditors and administrators.</summary>
    public const string Audit = "audit";

    /// <summary>Those who may own a budget and pass it on. Which budgets those are is decided by <see cref="Budgets.BudgetRights"/>.</summary>
    public const string Allocate = "allocate";

    /// <summary>Those who see the whole company's spending.</summary>
    public const string Company = "company";

    public const string Admin = "admin";

    public static AuthenticationBuilder AddAssayAuthentication(this IServiceCollection services)
    {
        services.AddSingleton<IAuthorizationHandler, RoleHandler>();
        services.AddAuthorizationBuilder()
            .AddPolicy(SignedIn, p => p.AddRequirements(new RoleRequirement(Enum.GetValues<Role>())))
            .AddPolicy(Audit, p => p.AddRequirements(new RoleRequirement(Role.Auditor, Role.Admin)))
            .AddPolicy(Allocate, p => p.AddRequirements(new RoleRequirement(Role.Manager, Role.Finance, Role.Admin)))
            .AddPolicy(Company, p => p.AddRequirements(new RoleRequirement(Role.Finance, Role.Auditor, Role.Admin)))
            .AddPolicy(Admin, p => p.AddRequirements(new RoleRequirement(Role.Admin)));
        return services.AddAuthentication(Scheme)
            .AddPolicyScheme(Scheme, Scheme, options => options.ForwardDefaultSelector = Select)
            .AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyScheme, _ => { });
    }

    /// <summary>
    /// A key wins over a cookie: whoever sends both means the key. Console pages without either are sent to the cookie
    /// scheme, which knows where to sign in; the API answers 401.
    /// </summary>
    private static string Select(HttpContext context)
    {
        var schemes = context.RequestServices.GetRequiredService<AuthenticationSchemesRegistered>();
        return !schemes.HasCookie
            || KeyAuthentication.CarriesKey(context.Request)
            || (context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
                && context.Request.Headers.Cookie.Count == 0)
            ? KeyScheme
            : CookieScheme;
    }
}

/// <summary>Whether the console has added its cookie scheme; asked once.</summary>
internal sealed class AuthenticationSchemesRegistered(
    Microsoft.Extensions.Options.IOptions<AuthenticationOptions> options)
{
    public bool HasCookie { get; } =
        options.Value.Schemes.Any(s => s.Name == Policies.CookieScheme);
}

/// <summary>The person must have one of these roles in the directory as it is now.</summary>
internal sealed class RoleRequirement(params Role[] roles) : IAuthorizationRequirement
{
    public bool Allows(Role role) => roles.Contains(role);
}

/// <summary>
/// Decides by the directory's current snapshot, not by claims that a session has carried since it began, and hands the
/// endpoint the very caller it decided about.
/// </summary>
internal sealed class RoleHandler(DirectorySnapshots snapshots, TimeProvider clock)
    : AuthorizationHandler<RoleRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, RoleRequirement requirement)
    {
        var directory = snapshots.Current;
        var viewer = Viewer.Resolve(context.User, directory, clock.GetUtcNow().ToUnixTimeMilliseconds());
        if (viewer is null)
        {
            return Task.CompletedTask;
        }

        (context.Resource as HttpContext)?.Features.Set(new Caller(viewer, directory));
        if (requirement.Allows(viewer.Role))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}
