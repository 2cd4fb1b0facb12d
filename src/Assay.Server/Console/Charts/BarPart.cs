namespace Assay.Server.Console.Charts;

/// <summary>One part of a whole.</summary>
/// <param name="Tone">Which of the six tones it is drawn in.</param>
/// <param name="Size">In whatever all parts are counted in.</param>
/// <param name="Text">The size for reading.</param>
/// <param name="Exact">The size in full.</param>
public sealed record BarPart(string Name, int Tone, long Size, string Text, string Exact);
