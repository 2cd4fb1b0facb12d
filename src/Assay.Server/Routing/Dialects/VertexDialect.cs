using System.Buffers;
using Assay.Server.Formats;
using Assay.Server.Hosting;

namespace Assay.Server.Routing.Dialects;

/// <summary>
/// Google Vertex AI: Gemini's format under <c>publishers/google</c>, Anthropic's under <c>publishers/anthropic</c>. The base
/// address ends with the project and location.
/// </summary>
internal sealed class VertexDialect(ProviderConfig config) : Dialect(config)
{
    public override bool HasOwnErrors => true;

    public override ProviderAddress? Address(RouteMatch wire, string model, bool isStream, string query)
    {
        if (wire.Format == WireFormat.Anthropic)
        {
            return wire.Operation switch
            {
                Operation.Messages => new ProviderAddress(
                    $"/publishers/anthropic/models/{Name(model)}{(isStream ? ":streamRawPredict" : ":rawPredict")}", ""),
                Operation.CountTokens => new ProviderAddress("/publishers/anthropic/models/count-tokens:rawPredict", ""),
                _ => null,
            };
        }

        var verb = wire.Operation switch
        {
            Operation.GenerateContent => ":generateContent",
            Operation.StreamGenerateContent => ":streamGenerateContent",
            Operation.GeminiCountTokens => ":countTokens",
            Operation.EmbedContent => ":embedContent",
            _ => null,
        };
        return verb is null ? null : new ProviderAddress($"/publishers/google/models/{Name(model)}{verb}", query);
    }

    public override bool TryWrap(RouteMatch wire, ReadOnlySpan<byte> body, string model, string? betas, IBufferWriter<byte> output)
    {
        if (wire.Format != WireFormat.Anthropic)
        {
            return false;
        }

        // Counting is done by one model for all, so the one that is meant stays in the body.
        var isCount = wire.Operation == Operation.CountTokens;
        WrappedBody.Write(
            body,
            new WrappedBody.Changes
            {
                Model = isCount ? model : null,
                DropsModel = !isCount,
                AnthropicVersion = isCount ? null : "vertex-2023-10-16",
            },
            output);
        return true;
    }

    public override bool Passes(string header) =>
        !header.Equals("anthropic-version", StringComparison.OrdinalIgnoreCase)
        && !header.Equals("x-goog-api-client", StringComparison.OrdinalIgnoreCase);

    public override void Authorize(HttpRequestMessage request, ReadOnlySpan<byte> body, string credential, DateTimeOffset now) =>
        Bearer(request, credential);

    // Versions are written with @, which needs no escape in a path.
    private static string Name(string model) => Uri.EscapeDataString(model).Replace("%40", "@", StringComparison.Ordinal);
}
