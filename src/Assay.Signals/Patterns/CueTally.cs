using System.Runtime.InteropServices;

namespace Assay.Signals.Patterns;

/// <summary>What one day has shown of one pattern so far.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct CueTally
{
    public int Calls;
    public int Declared;
    public double Cost;
    public long Tokens;
    public double Measure;

    public void Add(in CallSeen call)
    {
        Calls++;
        Declared += call.IsDeclared ? 1 : 0;
        Cost += call.CostUsd;
        Tokens += call.Tokens;
    }

    public void Add(int calls, int declared, double cost, long tokens)
    {
        Calls += calls;
        Declared += declared;
        Cost += cost;
        Tokens += tokens;
    }
}
