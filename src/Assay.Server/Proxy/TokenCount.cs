using Assay.Ledger.Usage;
using Assay.Server.Formats;
using Assay.Server.Metering;
using Assay.Server.Routing;
using Assay.Server.Routing.Dialects;

namespace Assay.Server.Proxy;

/// <summary>
/// Counts the tokens of a prompt for a model that nobody can be asked about in the client's format: an estimate, from what is
/// known of the model's bytes per token, and told as one (<c>x-assay-estimated: true</c>). Clients plan their context by it.
/// </summary>
internal sealed class TokenCount(UsageEstimator estimator)
{
    public const string EstimatedHeader = "x-assay-estimated";

    /// <summary>Whether the call asks for a count that no target can give.</summary>
    public static bool IsNeeded(RouteMatch match, IReadOnlyList<Target> targets) =>
        match.Operation is Operation.CountTokens or Operation.GeminiCountTokens
        && targets.All(target => target.Provider.Dialect is BedrockDialect);

    public async Task AnswerAsync(Call call)
    {
        var counts = estimator.AfterCut(
            call.Target!.Provider.Name, call.ProviderModel, default, inputKnown: false, call.Body?.Length ?? 0, outputBytes: 0);
        var name = call.Match.Operation == Operation.CountTokens ? "input_tokens" : "totalTokens";
        var body = System.Text.Encoding.UTF8.GetBytes($"{{\"{name}\":{counts[UsageClass.Input]}}}");
        var response = call.Http.Response;
        response.Headers[EstimatedHeader] = "true";
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, call.Http.RequestAborted);
    }
}
