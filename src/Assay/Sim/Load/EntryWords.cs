using System.Globalization;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Sim.Workforce;

namespace Assay.Sim.Load;

/// <summary>Writes merged turns as settled calls. Names are made once: millions of entries refer to them.</summary>
internal sealed class EntryWords(WorkCompany company)
{
    private readonly string[] _people = [.. company.People.Select(WorkforceDirectory.IdOf)];
    private readonly string[] _keys = [.. company.People.Select(WorkforceDirectory.KeyOf)];
    private readonly string[] _teams = [.. Enumerable.Range(0, company.Teams).Select(WorkCompany.TeamName)];

    /// <param name="turns">What is to be written.</param>
    /// <param name="number">How many were written before: a company has the same ids each time.</param>
    public UsageEvent Of(in MergedTurns turns, ulong number)
    {
        var (kind, model) = (turns.Kind, WorkModel.All[turns.Kind.Model]);
        var id = Id(turns.FromMs, number);
        return new UsageEvent
        {
            Id = id,
            RequestId = id,
            StartedAtMs = turns.FromMs,
            DurationMs = (int)Math.Min(int.MaxValue, turns.ToMs - turns.FromMs),
            FirstByteMs = 400,
            KeyId = _keys[kind.Person],
            PersonId = _people[kind.Person],
            TeamId = _teams[company.People[kind.Person].Team],
            UseCase = WorkCompany.UseCases[kind.UseCase],
            Session = kind.Session.ToString("x16", CultureInfo.InvariantCulture),
            WorkRef = kind.Work == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"WORK-{kind.Work}"),
            Client = kind.IsAgent ? "agent" : model.Provider == "anthropic" ? "claude-code" : "codex",
            Operation = model.Provider == "anthropic" ? "anthropic/messages" : "openai/responses",
            RequestedModel = model.Name,
            Provider = model.Provider,
            Model = model.Name,
            Status = 200,
            Marks = UsageMarks.Streamed,
            Counts = turns.Counts,
            Cost = new NanoUsd(turns.CostNanos),
            Reserved = new NanoUsd(turns.CostNanos),
            PriceVersion = "workforce",
        };
    }

    /// <summary>A UUIDv7 that derives from the time and a count.</summary>
    private static Guid Id(long ms, ulong number)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, ((ulong)ms << 16) | 0x7000);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], number | 0x8000_0000_0000_0000);
        return new Guid(bytes, bigEndian: true);
    }
}
