namespace Assay.Translation.Canonical;

/// <summary>How much a model shall think, in order.</summary>
internal enum Effort : byte
{
    Unset,
    None,
    Minimal,
    Low,
    Medium,
    High,
    ExtraHigh,
    Max,
}

/// <summary>
/// How much to think, and whether to show it. Formats say it as an effort, as a budget of tokens, or leave it to the
/// model; what was said is kept, and turned into the other only where the target knows nothing else.
/// </summary>
internal sealed record Thinking
{
    public Effort Effort { get; init; }

    public long? BudgetTokens { get; init; }

    /// <summary>The model decides how much.</summary>
    public bool IsDynamic { get; init; }

    /// <summary>Thoughts, or a summary of them, shall be in the answer.</summary>
    public bool? Shown { get; init; }

    public bool IsSet => Effort != Effort.Unset || BudgetTokens is not null || IsDynamic;

    public bool IsOff => Effort == Effort.None || (BudgetTokens == 0 && Effort == Effort.Unset);

    /// <summary>
    /// The effort that a budget stands for. The figures are those of Gemini's own compatibility with OpenAI: 1,024 for
    /// low, 8,192 for medium, 24,576 for high; a budget belongs to the nearest.
    /// </summary>
    public Effort AsEffort() => Effort != Effort.Unset ? Effort : BudgetTokens switch
    {
        null => Effort.Unset,
        0 => Effort.None,
        < 4_096 => Effort.Low,
        < 16_384 => Effort.Medium,
        _ => Effort.High,
    };

    /// <summary>The budget that an effort stands for; null to leave it to the model.</summary>
    public long? AsBudget() => BudgetTokens ?? Effort switch
    {
        Effort.None => 0,
        Effort.Minimal or Effort.Low => 1_024,
        Effort.Medium => 8_192,
        Effort.High => 24_576,
        Effort.ExtraHigh or Effort.Max => 32_768,
        _ => null,
    };

    public static Effort Parse(string text) => text switch
    {
        "none" => Effort.None,
        "minimal" => Effort.Minimal,
        "low" => Effort.Low,
        "medium" => Effort.Medium,
        "high" => Effort.High,
        "xhigh" => Effort.ExtraHigh,
        "max" => Effort.Max,
        _ => Effort.Unset,
    };

    /// <summary>In OpenAI's words, which end at <c>xhigh</c>.</summary>
    public static ReadOnlySpan<byte> OpenAIName(Effort effort) => effort switch
    {
        Effort.None => "none"u8,
        Effort.Minimal => "minimal"u8,
        Effort.Low => "low"u8,
        Effort.Medium => "medium"u8,
        Effort.High => "high"u8,
        _ => "xhigh"u8,
    };
}
