using System.Buffers;
using Assay.Server.Formats;
using Assay.Server.Hosting;

namespace Assay.Server.Routing.Dialects;

/// <summary>
/// Azure OpenAI: OpenAI's format, with deployments in the place of models. Without <c>apiVersion</c> its current paths
/// (<c>/openai/v1/…</c>, the deployment in the body), with one the older ones (the deployment in the path).
/// </summary>
internal sealed class AzureDialect(ProviderConfig config) : Dialect(config)
{
    private readonly bool _isDated = config.ApiVersion.Length > 0 && char.IsAsciiDigit(config.ApiVersion[0]);
    private readonly bool _isBearer = config.Auth == "bearer";
    private readonly string _query = config.ApiVersion.Length > 0 ? "?api-version=" + config.ApiVersion : "";

    public override bool TakesPathsAsTheyAre => true;

    public override ProviderAddress? Address(RouteMatch wire, string model, bool isStream, string query)
    {
        var operation = wire.Operation switch
        {
            Operation.ChatCompletions => "chat/completions",
            Operation.Completions => "completions",
            Operation.Embeddings => "embeddings",
            Operation.Responses => "responses",
            Operation.ResponsesCompact => "responses/compact",
            _ => null,
        };
        if (operation is null)
        {
            return null;
        }

        // Responses never stood under a deployment: they are stateful, and the body names the model.
        return new ProviderAddress(
            !_isDated ? $"/openai/v1/{operation}"
            : wire.Operation is Operation.Responses or Operation.ResponsesCompact ? $"/openai/{operation}"
            : $"/openai/deployments/{Uri.EscapeDataString(model)}/{operation}",
            _query);
    }

    public override bool TryWrap(RouteMatch wire, ReadOnlySpan<byte> body, string model, string? betas, IBufferWriter<byte> output)
    {
        WrappedBody.Write(body, new WrappedBody.Changes { Model = model }, output);
        return true;
    }

    public override void Authorize(HttpRequestMessage request, ReadOnlySpan<byte> body, string credential, DateTimeOffset now)
    {
        if (_isBearer)
        {
            Bearer(request, credential);
        }
        else
        {
            request.Headers.TryAddWithoutValidation("api-key", credential);
        }
    }
}
