using System.Runtime.InteropServices;

namespace Assay.Signals.Patterns;

/// <summary>What is remembered of a conversation while it runs.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct SessionTrack
{
    public ulong Id;
    public long LastMs;
    public long LastInput;
    public int UseCase;

    // Since the last human turn.
    public int RunCalls;
    public int RunRepeats;
    public double RunCost;
    public long RunTokens;
    public bool IsLoop;

    // Of the whole session, on this day.
    public int Calls;
    public double LogOutput;
    public long Output;
    public long MostInput;
    public double Cost;
    public long Tokens;
    public bool IsFan;
    public int Declared;
}
