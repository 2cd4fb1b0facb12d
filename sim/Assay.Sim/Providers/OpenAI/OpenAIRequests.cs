namespace Assay.Sim.Providers.OpenAI;

/// <summary>What the OpenAI operations read alike.</summary>
internal static class OpenAIRequests
{
    public static bool Reasons(string model, string? effort) =>
        effort is not ("none" or "minimal")
        && (model.StartsWith("gpt-5", StringComparison.Ordinal) || model is ['o', >= '1' and <= '9', ..])
        && !model.Contains("chat", StringComparison.Ordinal);

    /// <summary>The tier that the answer names.</summary>
    public static string Tier(SimRequest request) =>
        request.Instructions.Tier ?? request.Body.GetText("service_tier") switch
        {
            "priority" => "priority",
            "flex" => "flex",
            _ => "default",
        };
}
