using Microsoft.Net.Http.Headers;

namespace Assay.Server.Console.Assets;

internal static class AssetEndpoints
{
    public static void MapConsoleAssets(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(ConsoleAssets.UrlPrefix + "{file}", Get).AllowAnonymous().ExcludeFromDescription();
        routes.MapGet("/favicon.ico", (ConsoleAssets assets) => Results.Redirect(assets.Url("mark.svg")))
            .AllowAnonymous().ExcludeFromDescription();
    }

    private static IResult Get(string file, HttpContext context, ConsoleAssets assets)
    {
        if (assets.Find(file) is not { } asset)
        {
            return Results.NotFound();
        }

        var headers = context.Response.Headers;
        headers.CacheControl = "public, max-age=31536000, immutable";
        headers.XContentTypeOptions = "nosniff";
        headers.Vary = HeaderNames.AcceptEncoding;
        var bytes = asset.Bytes;
        if (asset.Brotli is { } brotli && TakesBrotli(context.Request))
        {
            headers.ContentEncoding = "br";
            bytes = brotli;
        }

        return Results.Bytes(bytes, asset.ContentType, entityTag: new EntityTagHeaderValue(asset.ETag));
    }

    private static bool TakesBrotli(HttpRequest request) =>
        request.GetTypedHeaders().AcceptEncoding.Any(encoding => encoding.Value == "br" && encoding.Quality is not 0);
}
