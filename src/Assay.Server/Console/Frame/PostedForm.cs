using Microsoft.AspNetCore.Antiforgery;

namespace Assay.Server.Console.Frame;

/// <summary>Forms that pages send.</summary>
internal static class PostedForm
{
    private const int BytesMax = 16 * 1024;

    public const string TooOld = "The form was too old to be used. Please send it again.";

    /// <summary>The form, if it is small and carries the token that we gave this browser; otherwise null.</summary>
    public static async Task<IFormCollection?> ReadAsync(HttpContext context, IAntiforgery antiforgery)
    {
        if (context.Request.ContentLength is null or > BytesMax || !context.Request.HasFormContentType)
        {
            return null;
        }

        return await antiforgery.IsRequestValidAsync(context)
            ? await context.Request.ReadFormAsync(context.RequestAborted)
            : null;
    }
}
