namespace Assay.Server.Proxy;

/// <summary>Passes the provider's status and headers on to the client.</summary>
internal static class ResponseHead
{
    /// <param name="lengthChanges">Whether bytes will be left out of the body, so that its length must not be told.</param>
    public static void Copy(HttpResponseMessage from, HttpResponse to, bool lengthChanges)
    {
        to.StatusCode = (int)from.StatusCode;
        Copy(from.Headers.NonValidated, to);
        Copy(from.Content.Headers.NonValidated, to);
        if (lengthChanges || from.Headers.TransferEncodingChunked == true)
        {
            to.ContentLength = null;
        }
    }

    /// <summary>The head of an answer that is translated: what the provider says about itself stays out.</summary>
    public static void Translate(HttpResponseMessage from, HttpResponse to, string contentType)
    {
        to.StatusCode = (int)from.StatusCode;
        to.ContentType = contentType;
        if (from.Headers.NonValidated.TryGetValues("Retry-After", out var wait))
        {
            to.Headers.RetryAfter = wait.ToString();
        }
    }

    /// <summary>The body comes in a cloud's own frames and goes out as server-sent events.</summary>
    public static void BecomesEventStream(HttpResponse to)
    {
        to.ContentType = "text/event-stream; charset=utf-8";
        to.ContentLength = null;
    }

    public static bool IsEventStream(HttpResponseMessage response) =>
        response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values)
        && values.ToString().StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase);

    public static string Coding(HttpResponseMessage response) =>
        response.Content.Headers.NonValidated.TryGetValues("Content-Encoding", out var values)
            ? values.ToString()
            : "";

    private static void Copy(System.Net.Http.Headers.HttpHeadersNonValidated from, HttpResponse to)
    {
        foreach (var (name, values) in from)
        {
            if (!HeaderRules.PassToClient(name))
            {
                continue;
            }

            to.Headers[name] = values.Count == 1 ? values.ToString() : values.ToArray();
        }
    }
}
