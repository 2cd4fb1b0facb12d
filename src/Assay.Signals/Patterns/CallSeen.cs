using System.Runtime.InteropServices;
using Assay.Signals.Sketches;

namespace Assay.Signals.Patterns;

/// <summary>What the detectors are told of a call: sizes, times and a sketch; no content.</summary>
/// <param name="AtMs">When it was accepted, in Unix milliseconds.</param>
/// <param name="Session">A number for the conversation; 0 if it is not known.</param>
/// <param name="UseCase">A number for the use.</param>
/// <param name="IsDeclared">Whether it names the work it serves.</param>
/// <param name="IsHuman">Whether a human wrote its last message, rather than a tool.</param>
/// <param name="Fresh">Input tokens that were not read from a cache.</param>
/// <param name="CacheRead">Input tokens that were.</param>
/// <param name="Output">Output tokens.</param>
/// <param name="CostUsd">What it cost, in dollars; for judging, not for accounts.</param>
/// <param name="Sketch">A sketch of what is new in it.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct CallSeen(
    long AtMs,
    ulong Session,
    int UseCase,
    bool IsDeclared,
    bool IsHuman,
    long Fresh,
    long CacheRead,
    long Output,
    double CostUsd,
    TextSketch Sketch)
{
    /// <summary>All input tokens.</summary>
    public long Input => Fresh + CacheRead;

    /// <summary>All tokens.</summary>
    public long Tokens => Input + Output;
}
