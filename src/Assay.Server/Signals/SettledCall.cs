using System.Runtime.InteropServices;
using Assay.Ledger.Usage;
using Assay.Signals.Sketches;

namespace Assay.Server.Signals;

/// <summary>What the detectors are handed of a settled call.</summary>
/// <param name="Facts">Who, what for, how much.</param>
/// <param name="TeamPath">The team and the teams above it.</param>
/// <param name="Sketch">A sketch of the last message.</param>
/// <param name="IsHuman">Whether a human wrote it, rather than a tool.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SettledCall(
    UsageEvent Facts, IReadOnlyList<string> TeamPath, TextSketch Sketch, bool IsHuman);
