using System.Globalization;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;

namespace Assay.Sim.Load;

/// <summary>Writes merged turns as settled calls.</summary>
internal sealed class EntryWords(IWorkNames names)
{
    /// <param name="turns">What is to be written.</param>
    /// <param name="number">How many were written before: a company has the same ids each time.</param>
    public UsageEvent Of(in MergedTurns turns, ulong number)
    {
        var name = names.Of(turns.Kind);
        var id = Id(turns.FromMs, number);
        return new UsageEvent
        {
            Id = id,
            RequestId = id,
            StartedAtMs = turns.FromMs,
            DurationMs = (int)Math.Min(int.MaxValue, turns.ToMs - turns.FromMs),
            FirstByteMs = 400,
            KeyId = name.KeyId,
            PersonId = name.PersonId,
            AgentId = name.AgentId,
            TeamId = name.TeamId,
            UseCase = name.UseCase,
            Session = Session(turns.Kind.Session),
            WorkRef = name.WorkRef,
            Client = name.Client,
            Operation = name.Operation,
            RequestedModel = name.Model,
            Provider = name.Provider,
            Model = name.Model,
            Status = 200,
            Marks = UsageMarks.Streamed,
            Counts = turns.Counts,
            Cost = new NanoUsd(turns.CostNanos),
            Reserved = new NanoUsd(turns.CostNanos),
            PriceVersion = names.PriceVersion,
        };
    }

    public static string Session(ulong session) => session.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>A UUIDv7 that derives from the time and a count.</summary>
    private static Guid Id(long ms, ulong number)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, ((ulong)ms << 16) | 0x7000);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], number | 0x8000_0000_0000_0000);
        return new Guid(bytes, bigEndian: true);
    }
}
