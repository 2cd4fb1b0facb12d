namespace Assay.Translation.Anthropic;

/// <summary>What differs between Claude models in the request itself. Unknown models are taken for new ones.</summary>
internal static class AnthropicModels
{
    private static readonly string[] s_older =
        ["claude-3", "claude-2", "-4-0", "-4-1", "-4-2025", "-4@", "-4-5", "claude-sonnet-4.5", "claude-haiku-4.5", "claude-opus-4.5"];

    /// <summary>Models before 4.6 take a budget of thinking; later ones decide themselves, guided by an effort.</summary>
    public static bool ThinkByBudget(string model) => Array.Exists(s_older, part => model.Contains(part, StringComparison.Ordinal));

    /// <summary>Since Claude 4, models answer 400 to a temperature and a top_p together.</summary>
    public static bool TakesOneOfTemperatureAndTopP(string model) =>
        model.Contains("claude", StringComparison.Ordinal) && !model.Contains("claude-3", StringComparison.Ordinal);

    /// <summary>The bound of the output where the client gave none; the most that the family takes, up to 32,000.</summary>
    public static long OutputTokensMax(string model) =>
        model.Contains("claude-3-5", StringComparison.Ordinal) ? 8_192
        : model.Contains("claude-3-7", StringComparison.Ordinal) ? 32_000
        : model.Contains("claude-3", StringComparison.Ordinal) || model.Contains("claude-2", StringComparison.Ordinal) ? 4_096
        : 32_000;
}
