using System.Globalization;
using Assay.Server.Api;
using Assay.Server.Directory;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;

namespace Assay.Server.Console.SignIn;

/// <summary>
/// The session that follows signing in. The cookie names the key and nothing else that matters: who that is and what
/// they may see is read from the directory at every request, so a revoked key, an expired key, a disabled person or a
/// changed role takes effect at the next one.
/// </summary>
internal static class ConsoleSession
{
    public const string Scheme = Policies.CookieScheme;

    public const string CookieName = "assay-session";

    /// <summary>Sent by the page's script when it fetches the page again, so that an open page is not taken for a reader.</summary>
    public const string RefreshHeader = "x-assay-refresh";

    private const string BegunKey = "begun";

    public static void Configure(CookieAuthenticationOptions cookie, ConsoleOptions options)
    {
        cookie.Cookie.Name = CookieName;
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Strict;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.Cookie.Path = "/";
        cookie.ExpireTimeSpan = options.SessionIdle;
        cookie.SlidingExpiration = true;
        cookie.LoginPath = "/signin";
        cookie.ReturnUrlParameter = "return";
        cookie.Events.OnValidatePrincipal = ValidateAsync;
        cookie.Events.OnCheckSlidingExpiration = context =>
        {
            context.ShouldRenew &= !context.Request.Headers.ContainsKey(RefreshHeader);
            return Task.CompletedTask;
        };
        cookie.Events.OnRedirectToLogin = context =>
        {
            if (context.Request.Headers.ContainsKey(RefreshHeader) || context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            }
            else
            {
                context.Response.Redirect(context.RedirectUri);
            }

            return Task.CompletedTask;
        };
        cookie.Events.OnRedirectToAccessDenied = context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
    }

    public static Task BeginAsync(HttpContext context, KeyIdentity identity, DateTimeOffset now)
    {
        var properties = new AuthenticationProperties { IsPersistent = false };
        properties.Items[BegunKey] = now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        return context.SignInAsync(Scheme, Viewer.Principal(identity, Scheme), properties);
    }

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var services = context.HttpContext.RequestServices;
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var options = services.GetRequiredService<IOptions<ConsoleOptions>>().Value;
        var viewer = context.Principal is { } principal
            ? Viewer.Resolve(principal, services.GetRequiredService<DirectorySnapshots>().Current, now.ToUnixTimeMilliseconds())
            : null;
        var begun = context.Properties.Items.TryGetValue(BegunKey, out var text)
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ms)
            ? DateTimeOffset.FromUnixTimeMilliseconds(ms)
            : DateTimeOffset.MinValue;
        if (viewer is not { AgentId: "" } || now - begun >= options.SessionLongest)
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(Scheme);
        }
    }
}
