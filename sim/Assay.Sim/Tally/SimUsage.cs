using System.Runtime.InteropServices;

namespace Assay.Sim.Tally;

/// <summary>The three wire formats that are simulated.</summary>
public enum SimFormat
{
    OpenAI,
    Anthropic,
    Gemini,
}

/// <summary>
/// The disjoint classes in which the simulator counts: every token is in exactly one. The names are those of the
/// gateway's classes, but nothing is shared with its code: the two must agree by being right.
/// </summary>
public enum SimClass
{
    Input,
    CacheRead,
    CacheWrite5m,
    CacheWrite1h,
    Output,
    Reasoning,
    AudioInput,
    AudioCacheRead,
    AudioOutput,
    ImageInput,
    ImageOutput,
    WebSearch,
    ToolCall,
    Request,
}

/// <summary>What a call used, by class.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SimUsage
{
    public long Input { get; init; }

    public long CacheRead { get; init; }

    public long CacheWrite5m { get; init; }

    public long CacheWrite1h { get; init; }

    /// <summary>Visible text output, tool calls included, reasoning not.</summary>
    public long Output { get; init; }

    public long Reasoning { get; init; }

    public long AudioInput { get; init; }

    public long AudioCacheRead { get; init; }

    public long AudioOutput { get; init; }

    public long ImageInput { get; init; }

    public long ImageOutput { get; init; }

    public long WebSearch { get; init; }

    public long ToolCall { get; init; }

    /// <summary>Billed calls: one for each.</summary>
    public long Request { get; init; }

    /// <summary>Everything on the input side.</summary>
    public long AllInput => Input + CacheRead + CacheWrite5m + CacheWrite1h + AudioInput + AudioCacheRead + ImageInput;

    /// <summary>Everything on the output side.</summary>
    public long AllOutput => Output + Reasoning + AudioOutput + ImageOutput;

    /// <summary>The count of one class.</summary>
    public long this[SimClass usageClass] => usageClass switch
    {
        SimClass.Input => Input,
        SimClass.CacheRead => CacheRead,
        SimClass.CacheWrite5m => CacheWrite5m,
        SimClass.CacheWrite1h => CacheWrite1h,
        SimClass.Output => Output,
        SimClass.Reasoning => Reasoning,
        SimClass.AudioInput => AudioInput,
        SimClass.AudioCacheRead => AudioCacheRead,
        SimClass.AudioOutput => AudioOutput,
        SimClass.ImageInput => ImageInput,
        SimClass.ImageOutput => ImageOutput,
        SimClass.WebSearch => WebSearch,
        SimClass.ToolCall => ToolCall,
        SimClass.Request => Request,
        _ => throw new ArgumentOutOfRangeException(nameof(usageClass)),
    };

    public static SimUsage operator +(in SimUsage a, in SimUsage b) => new()
    {
        Input = a.Input + b.Input,
        CacheRead = a.CacheRead + b.CacheRead,
        CacheWrite5m = a.CacheWrite5m + b.CacheWrite5m,
        CacheWrite1h = a.CacheWrite1h + b.CacheWrite1h,
        Output = a.Output + b.Output,
        Reasoning = a.Reasoning + b.Reasoning,
        AudioInput = a.AudioInput + b.AudioInput,
        AudioCacheRead = a.AudioCacheRead + b.AudioCacheRead,
        AudioOutput = a.AudioOutput + b.AudioOutput,
        ImageInput = a.ImageInput + b.ImageInput,
        ImageOutput = a.ImageOutput + b.ImageOutput,
        WebSearch = a.WebSearch + b.WebSearch,
        ToolCall = a.ToolCall + b.ToolCall,
        Request = a.Request + b.Request,
    };
}
