using System.Buffers;
using Assay.Server.Formats;
using Assay.Server.Hosting;
using Assay.Server.Routing.Dialects.Aws;

namespace Assay.Server.Routing.Dialects;

/// <summary>
/// Amazon Bedrock: <c>InvokeModel</c> and its stream for Anthropic's models, <c>Converse</c> and its stream for all, signed
/// with AWS keys (SigV4) or with a Bedrock API key. The model stands in the path, the stream in binary frames.
/// </summary>
internal sealed class BedrockDialect(ProviderConfig config) : Dialect(config)
{
    private const string StreamType = "application/vnd.amazon.eventstream";

    private readonly SigV4 _signing = new(RegionOf(config), "bedrock");

    public override bool HasOwnErrors => true;

    public override ProviderAddress? Address(RouteMatch wire, string model, bool isStream, string query) =>
        wire.Operation switch
        {
            Operation.Messages or Operation.InvokeModel => At(model, isStream ? "invoke-with-response-stream" : "invoke"),
            Operation.Converse => At(model, isStream ? "converse-stream" : "converse"),
            _ => null,
        };

    private static ProviderAddress At(string model, string verb) => new($"/model/{Uri.EscapeDataString(model)}/{verb}", "");

    public override bool TryWrap(RouteMatch wire, ReadOnlySpan<byte> body, string model, string? betas, IBufferWriter<byte> output)
    {
        if (wire.Format != WireFormat.Anthropic)
        {
            return false;
        }

        WrappedBody.Write(
            body,
            new WrappedBody.Changes
            {
                DropsModel = true,
                DropsStream = true,
                AnthropicVersion = "bedrock-2023-05-31",
                Betas = betas,
            },
            output);
        return true;
    }

    // What Anthropic's headers say stands in the body here; the signature covers the few that are left.
    public override bool Passes(string header) =>
        !header.StartsWith("anthropic-", StringComparison.OrdinalIgnoreCase)
        && !header.StartsWith("x-stainless-", StringComparison.OrdinalIgnoreCase)
        && !header.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase)
        && !header.Equals("Accept", StringComparison.OrdinalIgnoreCase);

    public override void Authorize(HttpRequestMessage request, ReadOnlySpan<byte> body, string credential, DateTimeOffset now)
    {
        if (AwsKeys.TryParse(credential, out var keys))
        {
            _signing.Sign(request, body, keys, now);
        }
        else
        {
            Bearer(request, credential);
        }
    }

    public override bool IsWrappedStream(HttpResponseMessage response) =>
        response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var type)
        && type.ToString().StartsWith(StreamType, StringComparison.OrdinalIgnoreCase);

    public override Stream? Unwrap(HttpResponseMessage response, Stream body) =>
        IsWrappedStream(response) ? new BedrockEvents(body) : null;

    /// <summary>The region: stated, or the second part of the address, as in <c>bedrock-runtime.eu-west-1.amazonaws.com</c>.</summary>
    public static string RegionOf(ProviderConfig config)
    {
        if (config.Region.Length > 0)
        {
            return config.Region;
        }

        return Uri.TryCreate(config.BaseUrl, UriKind.Absolute, out var url)
            && url.Host.EndsWith(".amazonaws.com", StringComparison.OrdinalIgnoreCase)
            && url.Host.Split('.') is [_, var region, ..]
                ? region
                : "";
    }
}
