using System.Runtime.InteropServices;
using Assay.Ledger.Money;

namespace Assay.Server.Console.Figures;

/// <summary>Sums over a set of calls. Token classes are disjoint; output includes reasoning.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Totals(
    long Requests,
    long InputTokens,
    long CacheReadTokens,
    long CacheWriteTokens,
    long OutputTokens,
    long ReasoningTokens,
    NanoUsd Cost,
    NanoUsd EstimatedCost,
    long Unpriced,
    long Errors)
{
    public static Totals operator +(Totals left, Totals right) => checked(new Totals(
        left.Requests + right.Requests,
        left.InputTokens + right.InputTokens,
        left.CacheReadTokens + right.CacheReadTokens,
        left.CacheWriteTokens + right.CacheWriteTokens,
        left.OutputTokens + right.OutputTokens,
        left.ReasoningTokens + right.ReasoningTokens,
        left.Cost + right.Cost,
        left.EstimatedCost + right.EstimatedCost,
        left.Unpriced + right.Unpriced,
        left.Errors + right.Errors));

    public long Tokens => checked(InputTokens + CacheReadTokens + CacheWriteTokens + OutputTokens);

    public long AllInputTokens => checked(InputTokens + CacheReadTokens + CacheWriteTokens);

    public static Totals Add(Totals left, Totals right) => left + right;
}
