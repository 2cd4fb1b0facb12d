using System.Globalization;
using System.Security.Cryptography;
using Assay.Server.Console.Frame;
using Assay.Server.Directory;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;

namespace Assay.Server.Console.SignIn;

internal static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/signin", Show).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost("/signin", SignInAsync).AllowAnonymous().ExcludeFromDescription().DisableAntiforgery();
        routes.MapPost("/signout", SignOutAsync).AllowAnonymous().ExcludeFromDescription().DisableAntiforgery();
        routes.MapPost("/theme", ThemeAsync).AllowAnonymous().ExcludeFromDescription().DisableAntiforgery();
    }

    /// <summary>Only paths of our own: a link to the sign-in page must not lead anywhere else afterwards.</summary>
    internal static string LocalPath(string? path) =>
        path is ['/', ..] and not ['/', '/' or '\\', ..] && !path.Any(char.IsControl) ? path : "/";

    private static IResult Show(HttpContext context, PageFrames frames, TimeProvider clock) =>
        context.User.Identity?.IsAuthenticated == true
            ? Results.Redirect(LocalPath(context.Request.Query["return"]))
            : Page(
                context,
                frames,
                context.Request.Query["return"],
                notice: context.Request.Query.ContainsKey("out") ? "You are signed out." : null);

    private static async Task<IResult> SignInAsync(
        HttpContext context,
        PageFrames frames,
        IAntiforgery antiforgery,
        DirectorySnapshots directory,
        SignInAttempts attempts,
        TimeProvider clock,
        CancellationToken ct)
    {
        var address = context.Connection.RemoteIpAddress;
        if (attempts.WaitOf(address) is { Ticks: > 0 } wait)
        {
            var seconds = (int)Math.Ceiling(wait.TotalSeconds);
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            return Page(
                context,
                frames,
                null,
                $"Too many attempts from your address. Try again in {Wait(seconds)}.",
                status: StatusCodes.Status429TooManyRequests);
        }

        if (await PostedForm.ReadAsync(context, antiforgery) is not { } form)
        {
            return Page(context, frames, null, PostedForm.TooOld, status: 400);
        }

        var back = LocalPath(form["return"]);
        var (identity, fault) = await FindAsync(form["key"].ToString().Trim(), directory, clock, ct);
        if (identity is null)
        {
            attempts.Failed(address);
            return Page(context, frames, back, fault, status: StatusCodes.Status401Unauthorized);
        }

        await ConsoleSession.BeginAsync(context, identity, clock.GetUtcNow());
        return Results.Redirect(back);
    }

    private static async Task<(KeyIdentity? Identity, string? Fault)> FindAsync(
        string secret, DirectorySnapshots directory, TimeProvider clock, CancellationToken ct)
    {
        if (secret.Length == 0)
        {
            return (null, "Enter your key.");
        }

        var hash = new byte[SHA256.HashSizeInBytes];
        if (!KeySecrets.TryHash(secret, hash))
        {
            return (null, "This is too long to be a key.");
        }

        var identity = directory.Current.FindKey(hash);
        if (identity is null && await directory.TryRefreshAsync(ct))
        {
            // A key made a moment ago on another node.
            identity = directory.Current.FindKey(hash);
        }

        if (identity is null)
        {
            return (null, "No such key, or it has been revoked. Check that all of it was copied.");
        }

        if (!identity.IsUsableAt(clock.GetUtcNow().ToUnixTimeMilliseconds()))
        {
            return (null, "This key has expired, or its owner is disabled. Ask your administrator for a new one.");
        }

        return identity.AgentId.Length > 0
            ? (null, "This is an agent's key. Sign in with a key of your own.")
            : (identity, null);
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, IAntiforgery antiforgery)
    {
        if (await PostedForm.ReadAsync(context, antiforgery) is null)
        {
            return Results.Redirect("/");
        }

        await context.SignOutAsync(ConsoleSession.Scheme);
        return Results.Redirect("/signin?out");
    }

    private static async Task<IResult> ThemeAsync(HttpContext context, IAntiforgery antiforgery)
    {
        if (await PostedForm.ReadAsync(context, antiforgery) is not { } form)
        {
            return Results.Redirect("/");
        }

        var theme = form["theme"].ToString();
        var cookie = new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            MaxAge = TimeSpan.FromDays(365),
            Path = "/",
        };
        if (theme is "light" or "dark")
        {
            context.Response.Cookies.Append(PageFrames.ThemeCookie, theme, cookie);
        }
        else
        {
            context.Response.Cookies.Delete(PageFrames.ThemeCookie, cookie);
        }

        return Results.Redirect(LocalPath(form["back"]));
    }

    private static IResult Page(
        HttpContext context, PageFrames frames, string? back, string? fault = null, string? notice = null, int status = 200) =>
        PageFrames.Page<SignInPage>(
            context,
            new()
            {
                [nameof(SignInPage.Frame)] = frames.For(context) with { Path = "/signin" },
                [nameof(SignInPage.Fault)] = fault,
                [nameof(SignInPage.Notice)] = notice,
                [nameof(SignInPage.Return)] = LocalPath(back),
            },
            status);

    private static string Wait(int seconds) =>
        seconds < 90 ? $"{seconds} seconds" : $"{(seconds + 59) / 60} minutes";
}
