namespace Assay.Server.Console.Frame;

/// <summary>The headers that every console page carries.</summary>
internal static class PageHeaders
{
    /// <summary>
    /// Nothing is allowed but what is listed, and nothing inline. No relaxation is needed: styles, script, fonts and
    /// the mark come from our own origin; SVG uses presentation attributes, which are not styles; the script sets
    /// positions through the object model, which the policy does not govern.
    /// </summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static void Write(HttpResponse response)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        // A page shows one person's figures: no shared cache may keep it, nor the browser after signing out.
        headers.CacheControl = "no-store";
    }
}
