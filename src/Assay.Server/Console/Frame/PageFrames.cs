using System.Globalization;
using Assay.Server.Api;
using Assay.Server.Console.Assets;
using Assay.Server.Console.Figures;
using Assay.Server.Console.Inbox;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Server.Console.Frame;

/// <summary>Makes the frame of a page for a request, and the answer that renders it.</summary>
internal sealed class PageFrames(
    IAntiforgery antiforgery, ConsoleAssets assets, OrgClock clock)
{
    public const string ThemeCookie = "assay-theme";

    public PageFrame For(HttpContext context)
    {
        var tokens = antiforgery.GetAndStoreTokens(context);
        return new PageFrame(
            SignedInOf(context),
            ThemeOf(context.Request),
            context.Request.Path + context.Request.QueryString,
            tokens.FormFieldName,
            tokens.RequestToken!,
            assets.Url("console.css"),
            assets.Url("console.js"),
            assets.Url("mark.svg"),
            assets.Url("fonts/plex-sans.woff2"),
            clock.Now.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
            clock.ZoneName);
    }

    /// <summary>Renders a page; its parameters are its properties by name.</summary>
    public static IResult Page<TPage>(
        HttpContext context, Dictionary<string, object?> parameters, int status = StatusCodes.Status200OK)
        where TPage : IComponent
    {
        PageHeaders.Write(context.Response);
        return new RazorComponentResult<TPage>(parameters) { StatusCode = status };
    }

    public IResult Forbidden(HttpContext context, string why) =>
        Notice(context, "Not for your role", why, StatusCodes.Status403Forbidden);

    public IResult Missing(HttpContext context, string why) =>
        Notice(context, "Not found", why, StatusCodes.Status404NotFound);

    /// <summary>A notice to somebody who need not be signed in.</summary>
    public IResult Bare(HttpContext context, string title, string why, int status) => Page<BarePage>(
        context,
        new()
        {
            [nameof(BarePage.Frame)] = For(context) with { Path = "/" },
            [nameof(BarePage.Title)] = title,
            [nameof(BarePage.Why)] = why,
        },
        status);

    private IResult Notice(HttpContext context, string title, string why, int status) => Page<NoticePage>(
        context,
        new()
        {
            [nameof(NoticePage.Frame)] = For(context),
            [nameof(NoticePage.Title)] = title,
            [nameof(NoticePage.Why)] = why,
        },
        status);

    private static Theme ThemeOf(HttpRequest request) => request.Cookies[ThemeCookie] switch
    {
        "light" => Theme.Light,
        "dark" => Theme.Dark,
        _ => Theme.System,
    };

    private static SignedIn? SignedInOf(HttpContext context)
    {
        // Set by the policy of every page but the sign-in page.
        if (context.Features.Get<Caller>() is not { } caller
            || caller.Directory.FindPerson(caller.Viewer.PersonId) is not { } person)
        {
            return null;
        }

        return new SignedIn(
            person.Name,
            person.Email,
            caller.Viewer.Role.ToString(),
            caller.Directory.Teams.Find(caller.Viewer.TeamId)?.Name ?? caller.Viewer.TeamId,
            caller.Directory.FindKeyById(caller.Viewer.KeyId)?.Hint ?? "",
            caller.Rules.SeesCompany ? new OversightLink("Company", "/company")
            : caller.Rules.ManagedTeamId is not null ? new OversightLink("Team", "/team")
            : null,
            context.Features.Get<UnreadNotices>()?.Count);
    }
}
