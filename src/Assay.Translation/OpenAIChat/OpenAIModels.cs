namespace Assay.Translation.OpenAIChat;

/// <summary>What differs between OpenAI's models in the request itself.</summary>
internal static class OpenAIModels
{
    /// <summary>Whether the model is OpenAI's own, whose server refuses what it does not know.</summary>
    public static bool IsOpenAIs(string model) => Reasons(model) || model.StartsWith("gpt-", StringComparison.Ordinal) || model.StartsWith("chatgpt", StringComparison.Ordinal);

    /// <summary>
    /// OpenAI's models that reason (o1…, gpt-5…): they refuse <c>max_tokens</c> and most sampling. Other servers may
    /// know nothing else, so the name decides.
    /// </summary>
    public static bool Reasons(string model)
    {
        var name = model.AsSpan(model.LastIndexOf('/') + 1);
        return (name.StartsWith("gpt-5", StringComparison.Ordinal) && !name.Contains("chat", StringComparison.Ordinal))
            || name is ['o', >= '1' and <= '9', ..]
            || name.StartsWith("gpt-6", StringComparison.Ordinal)
            || name.StartsWith("codex", StringComparison.Ordinal);
    }
}
