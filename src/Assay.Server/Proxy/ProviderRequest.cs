using System.Net;
using Assay.Server.Formats;
using Assay.Server.Proxy.Translation;
using Assay.Server.Routing.Dialects;

namespace Assay.Server.Proxy;

/// <summary>Makes the provider's request out of the client's: same method, path, query, headers and body, with the
/// company's credential in the place of the caller's.</summary>
internal static class ProviderRequest
{
    /// <param name="call">The call.</param>
    /// <param name="content">The body to send; null for none.</param>
    /// <param name="credential">The provider's credential; empty if it asks for none.</param>
    /// <param name="now">The time, which some credentials sign.</param>
    public static HttpRequestMessage Create(Call call, HttpContent? content, string credential, DateTimeOffset now)
    {
        var provider = call.Target!.Provider;
        var http = call.Http.Request;
        var request = new HttpRequestMessage(
            HttpMethods.IsPost(http.Method) ? HttpMethod.Post : new HttpMethod(http.Method),
            AddressOf(call))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = content,
        };

        foreach (var (name, values) in http.Headers)
        {
            if (!HeaderRules.PassToProvider(name) || (call.Answer is not null && HeaderRules.IsOfFormat(name))
                || provider.Dialect?.Passes(name) == false)
            {
                continue;
            }

            // Content headers belong to the content object; the transport insists.
            if (values.Count == 1)
            {
                if (!request.Headers.TryAddWithoutValidation(name, values[0]))
                {
                    content?.Headers.TryAddWithoutValidation(name, values[0]);
                }
            }
            else if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        if (call.Answer is not null)
        {
            // What is translated must be readable: no coding is accepted.
            content!.Headers.TryAddWithoutValidation("Content-Type", "application/json");
            if (provider.Format == WireFormat.Anthropic && provider.Dialect is null)
            {
                request.Headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
            }
        }
        else if (!call.AsksForUsage && HeaderRules.ReadableCodings(http.Headers.AcceptEncoding.ToString()) is { } codings)
        {
            request.Headers.TryAddWithoutValidation("Accept-Encoding", codings);
        }

        if (credential.Length > 0)
        {
            provider.Authorize(request, content is null ? default : call.Outgoing!.Span, credential, now);
        }

        foreach (var (name, value) in provider.Headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static Uri AddressOf(Call call)
    {
        var provider = call.Target!.Provider;
        if (DialectAddress(call) is { } at)
        {
            return provider.Address(at.Path, at.Query);
        }

        if (call.Answer is null)
        {
            return provider.Address(Path(call), Query(call.Http.Request.QueryString));
        }

        var (path, query) = Wire.Address(call.Wire, call.ProviderModel);
        return provider.Address(path, query);
    }

    /// <summary>Where a cloud takes the call; null if the path is the format's own, or the client named the cloud's.</summary>
    public static ProviderAddress? DialectAddress(Call call)
    {
        var dialect = call.Target!.Provider.Dialect;
        if (dialect is null || call.Match.Operation.IsOpaque()
            || (dialect.TakesPathsAsTheyAre && call.Match.ProviderPath is not null && call.Answer is null))
        {
            return null;
        }

        var query = call.Answer is null ? Query(call.Http.Request.QueryString) : Wire.Address(call.Wire, call.ProviderModel).Query;
        return dialect.Address(call.Wire, dialect.NameOf(call.ProviderModel), call.Facts.Stream, query);
    }

    private static string Path(Call call)
    {
        var match = call.Match;
        if (match.ProviderPath is { } rest)
        {
            return rest;
        }

        return match.PathModel is { } named && call.ProviderModel != named
            ? PathTable.GeminiPath(match, call.ProviderModel)
            : call.Http.Request.Path.ToUriComponent();
    }

    // The caller's key may stand in the query; it is ours, and must not reach the provider.
    public static string Query(QueryString query)
    {
        if (!query.HasValue || !query.Value.Contains("key=", StringComparison.Ordinal))
        {
            return query.Value ?? "";
        }

        var kept = query.Value[1..].Split('&').Where(p => !p.StartsWith("key=", StringComparison.Ordinal));
        var text = string.Join('&', kept);
        return text.Length == 0 ? "" : "?" + text;
    }
}
