using System.Diagnostics;
using Assay.Ledger.Usage;
using Assay.Server.Formats;
using Assay.Server.Hosting;

namespace Assay.Server.Proxy;

/// <summary>A span for each attempt, with the GenAI attribute names of OpenTelemetry. Nothing while nobody listens.</summary>
internal static class CallTrace
{
    public static Activity? Start(Call call)
    {
        if (!Telemetry.Source.HasListeners())
        {
            return null;
        }

        var activity = Telemetry.Source.StartActivity(
            $"{call.Match.Name()} {call.ProviderModel}",
            ActivityKind.Client,
            call.Http.Request.Headers.TraceParent.ToString() is { Length: > 0 } parent
                && ActivityContext.TryParse(parent, null, out var context) ? context : default);
        activity?.SetTag("gen_ai.operation.name", GenAiOperation(call.Match.Operation));
        activity?.SetTag("gen_ai.provider.name", call.Target!.Provider.Name);
        activity?.SetTag("gen_ai.request.model", call.Model);
        activity?.SetTag("assay.request.id", call.RequestId.ToString());
        return activity;
    }

    public static void Describe(Activity? activity, UsageEvent facts)
    {
        if (activity is null)
        {
            return;
        }

        activity.SetTag("gen_ai.response.model", facts.Model);
        activity.SetTag("gen_ai.usage.input_tokens", facts.Counts.TotalInputTokens);
        activity.SetTag("gen_ai.usage.output_tokens", facts.Counts.TotalOutputTokens);
        activity.SetTag("gen_ai.usage.cache_read.input_tokens", facts.Counts.CacheReadTokens);
        activity.SetTag("gen_ai.usage.cache_creation.input_tokens", facts.Counts.CacheWriteTokens);
        activity.SetTag("http.response.status_code", facts.Status);
        activity.SetTag("assay.cost.usd", facts.Cost.ToString());
        activity.SetTag("assay.outcome", facts.Outcome.ToString());
        activity.SetStatus(facts.Outcome == CallOutcome.Completed ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
    }

    private static string GenAiOperation(Operation operation) => operation switch
    {
        Operation.Embeddings or Operation.EmbedContent or Operation.BatchEmbedContents => "embeddings",
        Operation.Completions => "text_completion",
        Operation.GenerateContent or Operation.StreamGenerateContent => "generate_content",
        _ => "chat",
    };
}
