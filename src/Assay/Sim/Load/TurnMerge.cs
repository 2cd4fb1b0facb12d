using System.Runtime.InteropServices;
using Assay.Ledger.Usage;
using Assay.Sim.Workforce;

namespace Assay.Sim.Load;

/// <summary>What makes turns one entry: a conversation with one model, for one purpose, on one day.</summary>
/// <param name="Session">Any conversation where they are joined.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TurnKind(int Person, bool IsAgent, ulong Session, int Model, int UseCase, int Work, long Day)
{
    private const long DayMs = 86_400_000;

    public static TurnKind Of(in WorkCall call) =>
        new(call.Person, call.IsAgent, call.Session, call.Model, call.UseCase, call.Work, call.AtMs / DayMs);
}

/// <summary>Turns that are one entry of the ledger: their exact sums.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct MergedTurns
{
    public TurnKind Kind;
    public int Turns;
    public long FromMs;
    public long ToMs;
    public long CostNanos;
    public long Input;
    public long CacheRead;
    public long CacheWrite;
    public long Output;

    public readonly long Tokens => Input + CacheRead + CacheWrite + Output;

    public readonly UsageCounts Counts
    {
        get
        {
            var counts = default(UsageCounts);
            counts[UsageClass.Input] = Input;
            counts[UsageClass.CacheRead] = CacheRead;
            counts[UsageClass.CacheWrite5m] = CacheWrite;
            counts[UsageClass.Output] = Output;
            counts[UsageClass.Request] = Turns;
            return counts;
        }
    }

    public void Add(in WorkCall call, long costNanos)
    {
        FromMs = Turns == 0 ? call.AtMs : Math.Min(FromMs, call.AtMs);
        ToMs = Math.Max(ToMs, call.AtMs + call.DurationMs);
        Turns++;
        CostNanos += costNanos;
        Input += call.Input;
        CacheRead += call.CacheRead;
        CacheWrite += call.CacheWrite;
        Output += call.Output;
    }
}

/// <summary>
/// Puts calls together to entries. An entry stands for one call, or for up to so many turns of one conversation with the same
/// model: then its counts and its cost are their exact sums, its request count says how many they were, and none of them is
/// of another day (UTC).
/// </summary>
/// <param name="turnsMax">How many calls an entry stands for at most.</param>
/// <param name="isJoined">Whether one entry may stand for several conversations; then it names the first.</param>
/// <param name="into">Takes the entries.</param>
internal sealed class TurnMerge(int turnsMax, bool isJoined, List<MergedTurns> into)
{
    private readonly Dictionary<TurnKind, MergedTurns> _open = [];

    /// <param name="call">The call.</param>
    /// <param name="costNanos">What it costs, in nano-USD.</param>
    public void Add(in WorkCall call, long costNanos)
    {
        var kind = TurnKind.Of(call) with { Session = isJoined ? 0 : call.Session };
        ref var turns = ref CollectionsMarshal.GetValueRefOrAddDefault(_open, kind, out _);
        turns.Kind = turns.Turns == 0 ? kind with { Session = call.Session } : turns.Kind;
        turns.Add(call, costNanos);
        if (turns.Turns == turnsMax)
        {
            into.Add(turns);
            _open.Remove(kind);
        }
    }

    /// <summary>Writes what is still being gathered.</summary>
    public void Flush()
    {
        into.AddRange(_open.Values);
        _open.Clear();
    }
}
