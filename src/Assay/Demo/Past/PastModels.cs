using Assay.Sim.Workforce;

namespace Assay.Demo.Past;

/// <summary>Which of the demo's models stands for a simulated one.</summary>
internal static class PastModels
{
    /// <summary>For each of <see cref="WorkModel.All"/>, which are two large ones, a usual and a small one, one of the tool's.</summary>
    /// <param name="own">Which one the person's tools ask for.</param>
    public static IReadOnlyList<string> Of(DemoHabit habit, int own)
    {
        string[] models = habit switch
        {
            DemoHabit.ClaudeCode => ["claude-opus-5", "claude-sonnet-5", "claude-sonnet-5", "claude-haiku-4-5"],
            DemoHabit.InHouseCoder => ["claude-opus-5", DemoCompany.InHouseModel, DemoCompany.InHouseModel, DemoCompany.InHouseModel],
            DemoHabit.GeminiCli or DemoHabit.Notebook => ["gemini-3.1-pro-preview", "gemini-3.5-flash", "gemini-3.1-pro-preview", "gemini-3.5-flash"],
            DemoHabit.Codex => ["gpt-5.5", "gpt-5.3-codex", "gpt-5.3-codex", "gpt-5.4-mini"],
            _ => ["gpt-5.5", "gpt-5.4-mini", "gpt-5.5", "gpt-5.4-mini"],
        };

        // Who does not write code with an agent uses the usual one; another is only asked for by mistake.
        models[own] = habit is DemoHabit.ClaudeCode or DemoHabit.Codex or DemoHabit.GeminiCli ? models[own] : models[1];
        return models;
    }

    public static string Provider(string model) => model switch
    {
        DemoCompany.InHouseModel => DemoSetup.InHouse,
        _ when model.StartsWith("claude", StringComparison.Ordinal) => "anthropic",
        _ when model.StartsWith("gemini", StringComparison.Ordinal) => "gemini",
        _ => "openai",
    };

    /// <summary>The tools by the names that the gateway knows them by.</summary>
    public static string Client(DemoHabit habit) => habit switch
    {
        DemoHabit.ClaudeCode or DemoHabit.NightlyAgent => "claude-code",
        DemoHabit.Codex => "codex",
        DemoHabit.GeminiCli => "gemini-cli",
        DemoHabit.InHouseCoder => "opencode",
        DemoHabit.Notebook => "google-genai",
        _ => "openai-node",
    };

    public static string Operation(DemoHabit habit, string model) => Provider(model) switch
    {
        "anthropic" => "anthropic/messages",
        "gemini" => "gemini/generateContent",
        _ => habit == DemoHabit.Codex ? "openai/responses" : "openai/chat.completions",
    };
}
