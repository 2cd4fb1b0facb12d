using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Assay.Sim.Providers.Clouds;

/// <summary>Checks an AWS signature (version 4) the way the service does: computes it anew from what arrived.</summary>
internal static class AwsSignature
{
    /// <summary>What is wrong with it; null if nothing.</summary>
    public static string? Fault(HttpRequest request, byte[] body, SimCloudOptions options)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith("AWS4-HMAC-SHA256 ", StringComparison.Ordinal))
        {
            return "Missing Authentication Token";
        }

        var fields = header["AWS4-HMAC-SHA256 ".Length..].Split(',', StringSplitOptions.TrimEntries)
            .Select(field => field.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair.Length > 1 ? pair[1] : "", StringComparer.Ordinal);
        if (!fields.TryGetValue("Credential", out var credential) || !fields.TryGetValue("SignedHeaders", out var signed)
            || !fields.TryGetValue("Signature", out var signature) || credential.Split('/') is not [var id, var day, var region, "bedrock", "aws4_request"])
        {
            return "Authorization header requires 'Credential', 'Signature' and 'SignedHeaders' parameters.";
        }

        if (!options.AwsKeys.TryGetValue(id, out var secret) || options.AwsSession != request.Headers["x-amz-security-token"].ToString())
        {
            return "The security token included in the request is invalid.";
        }

        if (region != options.AwsRegion)
        {
            return $"Credential should be scoped to a valid region, not '{region}'.";
        }

        var names = signed.Split(';');
        if (!names.Contains("host") || !names.Contains("x-amz-date"))
        {
            return "'Host' and 'x-amz-date' must be signed headers.";
        }

        var time = request.Headers["x-amz-date"].ToString();
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?', 2);
        var canonical = new StringBuilder()
            .Append(request.Method).Append('\n')
            .Append(string.Join('/', target[0].Split('/').Select(Uri.EscapeDataString))).Append('\n')
            .Append(target.Length > 1 ? string.Join('&', target[1].Split('&').Order(StringComparer.Ordinal)) : "").Append('\n');
        foreach (var name in names)
        {
            canonical.Append(name).Append(':').Append(request.Headers[name].ToString().Trim()).Append('\n');
        }

        canonical.Append('\n').Append(signed).Append('\n').Append(Hex(SHA256.HashData(body)));
        var text = $"AWS4-HMAC-SHA256\n{time}\n{day}/{region}/bedrock/aws4_request\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())))}";
        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in (string[])[day, region, "bedrock", "aws4_request"])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text))) == signature
            ? null
            : "The request signature we calculated does not match the signature you provided.";
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
