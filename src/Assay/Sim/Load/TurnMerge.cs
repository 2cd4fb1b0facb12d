using System.Runtime.InteropServices;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Sim.Workforce;

namespace Assay.Sim.Load;

/// <summary>
/// Makes ledger entries of a company's calls. An entry stands for one call, or for up to so many turns of one conversation
/// with the same model: then its counts and its cost are their exact sums and its request count says how many they were.
/// </summary>
internal sealed class TurnMerge(WorkCompany company, int turnsMax, Action<UsageEvent> write)
{
    private readonly Dictionary<Kind, Sums> _open = [];
    private ulong _written;

    public long Calls { get; private set; }

    public long Tokens { get; private set; }

    public long CostNanos { get; private set; }

    public long Entries => (long)_written;

    public void Add(in WorkCall call)
    {
        Calls++;
        Tokens += call.Tokens;
        CostNanos += call.CostNanos;
        var kind = new Kind(call.Person, call.IsAgent, call.Session, call.Model, call.UseCase, call.Work);
        ref var sums = ref CollectionsMarshal.GetValueRefOrAddDefault(_open, kind, out _);
        sums.Add(call);
        if (sums.Turns == turnsMax)
        {
            Write(kind, sums);
            _open.Remove(kind);
        }
    }

    /// <summary>Writes what is still being gathered, the earliest first: a day is over.</summary>
    public void Flush()
    {
        foreach (var (kind, sums) in _open.OrderBy(pair => pair.Value.FromMs).ThenBy(pair => pair.Key.Session))
        {
            Write(kind, sums);
        }

        _open.Clear();
    }

    private void Write(in Kind kind, in Sums sums)
    {
        var person = company.People[kind.Person];
        var model = WorkModel.All[kind.Model];
        var id = Id(sums.FromMs, _written++);
        write(new UsageEvent
        {
            Id = id,
            RequestId = id,
            StartedAtMs = sums.FromMs,
            DurationMs = (int)Math.Min(int.MaxValue, sums.ToMs - sums.FromMs),
            FirstByteMs = 400,
            KeyId = WorkforceDirectory.KeyOf(person),
            PersonId = WorkforceDirectory.IdOf(person),
            TeamId = WorkCompany.TeamName(person.Team),
            UseCase = WorkCompany.UseCases[kind.UseCase],
            Session = kind.Session.ToString("x16", System.Globalization.CultureInfo.InvariantCulture),
            WorkRef = kind.Work == 0 ? "" : FormattableString.Invariant($"WORK-{kind.Work}"),
            Client = kind.IsAgent ? "agent" : model.Provider == "anthropic" ? "claude-code" : "codex",
            Operation = model.Provider == "anthropic" ? "anthropic/messages" : "openai/responses",
            RequestedModel = model.Name,
            Provider = model.Provider,
            Model = model.Name,
            Status = 200,
            Marks = UsageMarks.Streamed,
            Counts = sums.Counts,
            Cost = new NanoUsd(sums.CostNanos),
            Reserved = new NanoUsd(sums.CostNanos),
            PriceVersion = "workforce",
        });
    }

    /// <summary>A UUIDv7 that derives from the time and a count, so that the same company has the same ids.</summary>
    private static Guid Id(long ms, ulong number)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, ((ulong)ms << 16) | 0x7000);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], number | 0x8000_0000_0000_0000);
        return new Guid(bytes, bigEndian: true);
    }

    private readonly record struct Kind(int Person, bool IsAgent, ulong Session, int Model, int UseCase, int Work);

    [StructLayout(LayoutKind.Auto)]
    private struct Sums
    {
        public int Turns;
        public long FromMs;
        public long ToMs;
        public long CostNanos;
        public UsageCounts Counts;

        public void Add(in WorkCall call)
        {
            FromMs = Turns == 0 ? call.AtMs : FromMs;
            ToMs = Math.Max(ToMs, call.AtMs + call.DurationMs);
            Turns++;
            CostNanos += call.CostNanos;
            Counts[UsageClass.Input] += call.Input;
            Counts[UsageClass.CacheRead] += call.CacheRead;
            Counts[UsageClass.CacheWrite5m] += call.CacheWrite;
            Counts[UsageClass.Output] += call.Output;
            Counts[UsageClass.Request]++;
        }
    }
}
