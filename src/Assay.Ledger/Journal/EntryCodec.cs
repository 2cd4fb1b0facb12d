using Assay.Ledger.Book;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;

namespace Assay.Ledger.Journal;

/// <summary>The first byte of a record. Values are never given a second meaning.</summary>
internal enum EntryKind : byte
{
    Reserved = 1,
    Extended = 2,
    Settled = 3,
    LimitSet = 4,
    Carried = 5,
    Submitted = 6,
}

/// <summary>
/// Entry ↔ record bytes, as written down in docs/ledger-format.md. The second byte of a record is the version of its
/// kind: a changed field means a new version, and every older version stays readable.
/// </summary>
internal static class EntryCodec
{
    private static readonly ushort s_knownMarks =
        Enum.GetValues<UsageMarks>().Aggregate((ushort)0, static (all, mark) => (ushort)(all | (ushort)mark));

    public static bool IsKnownKind(byte kind) => kind is >= (byte)EntryKind.Reserved and <= (byte)EntryKind.Submitted;

    public static void Encode(RecordWriter writer, JournalEntry entry)
    {
        switch (entry)
        {
            case Reserved reserved:
                Head(writer, EntryKind.Reserved);
                Call(writer, reserved.Call);
                writer.Signed(reserved.ExpiresAtMs);
                Names(writer, reserved.Accounts);
                break;
            case Extended extended:
                Head(writer, EntryKind.Extended);
                writer.Id(extended.ReservationId);
                writer.Signed(extended.AtMs);
                writer.Signed(extended.Amount.Nanos);
                writer.Signed(extended.Tokens);
                break;
            case Settled settled:
                Head(writer, EntryKind.Settled);
                Call(writer, settled.Call);
                Names(writer, settled.Accounts);
                writer.Signed(settled.HeldTokens);
                break;
            case LimitSet limit:
                Head(writer, EntryKind.LimitSet);
                writer.Text(limit.Account);
                writer.Signed(limit.AtMs);
                writer.Byte((byte)limit.Unit);
                writer.Byte(limit.Limit is null ? (byte)0 : (byte)1);
                writer.Signed(limit.Limit ?? 0);
                break;
            case Carried carried:
                Head(writer, EntryKind.Carried);
                writer.Text(carried.Account);
                writer.Signed(carried.AtMs);
                writer.Signed(carried.SpentAtMs);
                writer.Signed(carried.Amount.Nanos);
                writer.Signed(carried.Tokens);
                break;
            case Submitted submitted:
                Head(writer, EntryKind.Submitted);
                writer.Id(submitted.ReservationId);
                writer.Signed(submitted.AtMs);
                writer.Text(submitted.JobId);
                Names(writer, submitted.Models);
                break;
            default:
                throw new ArgumentException($"The journal has no record for {entry.GetType().Name}.", nameof(entry));
        }
    }

    /// <summary>Whether a record is one that this version knows, and says nothing about what an account was charged.</summary>
    public static bool IsNoCharge(ReadOnlySpan<byte> record) =>
        record.Length >= 2 && IsKnownKind(record[0]) && IsKnownVersion((EntryKind)record[0], record[1])
        && (EntryKind)record[0] is not (EntryKind.Settled or EntryKind.Carried);

    public static JournalEntry Decode(ReadOnlySpan<byte> record, StringCache strings)
    {
        var reader = new RecordReader(record, strings);
        var kind = reader.Byte();
        if (!IsKnownKind(kind))
        {
            throw new JournalFormatException($"The record kind {kind} is unknown: a newer Assay wrote it.");
        }

        var version = reader.Byte();
        if (!IsKnownVersion((EntryKind)kind, version))
        {
            throw new JournalFormatException(
                $"Version {version} of the record kind {(EntryKind)kind} is unknown: a newer Assay wrote it.");
        }

        JournalEntry entry = (EntryKind)kind switch
        {
            EntryKind.Reserved => new Reserved(Call(ref reader, HasArm(EntryKind.Reserved, version)), reader.Signed(), NamesOf(ref reader)),
            EntryKind.Extended => new Extended(
                reader.Id(), reader.Signed(), new NanoUsd(reader.Signed()), reader.Signed()),
            EntryKind.Settled when version == 1 => new Settled(Call(ref reader, hasArm: false)),
            EntryKind.Settled => new Settled(Call(ref reader, HasArm(EntryKind.Settled, version)), NamesOf(ref reader), reader.Signed()),
            EntryKind.LimitSet => new LimitSet(
                reader.Name(), reader.Signed(), Known((AccountUnit)reader.Byte()), Limit(ref reader)),
            EntryKind.Carried => new Carried(
                reader.Name(), reader.Signed(), reader.Signed(), new NanoUsd(reader.Signed()), reader.Signed()),
            _ => new Submitted(reader.Id(), reader.Signed(), reader.Text(), NamesOf(ref reader)),
        };
        return reader.AtEnd
            ? entry
            : throw new JournalFormatException($"The {(EntryKind)kind} record has bytes behind its last field.");
    }

    private static void Head(RecordWriter writer, EntryKind kind)
    {
        writer.Byte((byte)kind);
        writer.Byte(VersionOf(kind));
    }

    // Settlements name their accounts since version 2. Calls name their arm since version 2 of reservations, 3 of settlements.
    private static byte VersionOf(EntryKind kind) => kind switch
    {
        EntryKind.Settled => 3,
        EntryKind.Reserved => 2,
        _ => 1,
    };

    /// <summary>Whether a call's record ends with the arm of its experiment.</summary>
    internal static bool HasArm(EntryKind kind, byte version) => version > (kind == EntryKind.Settled ? 2 : 1);

    internal static bool IsKnownVersion(EntryKind kind, byte version) => version >= 1 && version <= VersionOf(kind);

    private static void Names(RecordWriter writer, IReadOnlyList<string> names)
    {
        writer.Varint((ulong)names.Count);
        for (var i = 0; i < names.Count; i++)
        {
            writer.Text(names[i]);
        }
    }

    private static void Call(RecordWriter writer, UsageEvent call)
    {
        writer.Id(call.Id);
        writer.Id(call.RequestId);
        writer.Signed(call.StartedAtMs);
        writer.Signed(call.DurationMs);
        writer.Signed(call.FirstByteMs);
        writer.Text(call.KeyId);
        writer.Text(call.PersonId);
        writer.Text(call.AgentId);
        writer.Text(call.TeamId);
        writer.Text(call.UseCase);
        writer.Text(call.Session);
        writer.Text(call.WorkRef);
        writer.Text(call.Client);
        writer.Text(call.Operation);
        writer.Text(call.RequestedModel);
        writer.Text(call.Provider);
        writer.Text(call.Model);
        writer.Text(call.ServiceTier);
        writer.Signed(call.Status);
        writer.Byte((byte)call.Resolution);
        writer.Byte((byte)call.Outcome);
        writer.Varint((ushort)call.Marks);
        writer.Counts(call.Counts);
        writer.Signed(call.Cost.Nanos);
        writer.Signed(call.Reserved.Nanos);
        writer.Text(call.PriceVersion);
        writer.Text(call.Arm);
    }

    // Initialisers run in the order they are written, which is the order of the fields in the record.
    private static UsageEvent Call(ref RecordReader reader, bool hasArm) => new()
    {
        Id = reader.Id(),
        RequestId = reader.Id(),
        StartedAtMs = reader.Signed(),
        DurationMs = reader.SignedInt(),
        FirstByteMs = reader.SignedInt(),
        KeyId = reader.Name(),
        PersonId = reader.Name(),
        AgentId = reader.Name(),
        TeamId = reader.Name(),
        UseCase = reader.Name(),
        Session = reader.Text(),
        WorkRef = reader.Name(),
        Client = reader.Name(),
        Operation = reader.Name(),
        RequestedModel = reader.Name(),
        Provider = reader.Name(),
        Model = reader.Name(),
        ServiceTier = reader.Name(),
        Status = reader.SignedInt(),
        Resolution = KnownResolution(reader.Byte()),
        Outcome = KnownOutcome(reader.Byte()),
        Marks = KnownMarks(reader.Varint()),
        Counts = reader.Counts(),
        Cost = new NanoUsd(reader.Signed()),
        Reserved = new NanoUsd(reader.Signed()),
        PriceVersion = reader.Name(),
        Arm = hasArm ? reader.Name() : "",
    };

    private static string[] NamesOf(ref RecordReader reader)
    {
        var names = new string[reader.Size()];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = reader.Name();
        }

        return names;
    }

    private static long? Limit(ref RecordReader reader)
    {
        var has = reader.Byte();
        var value = reader.Signed();
        return has switch
        {
            0 when value == 0 => null,
            1 => value,
            _ => throw new JournalFormatException("The limit is neither present nor absent."),
        };
    }

    internal static Resolution KnownResolution(byte value) => Known((Resolution)value);

    internal static CallOutcome KnownOutcome(byte value) => Known((CallOutcome)value);

    private static T Known<T>(T value)
        where T : struct, Enum =>
        Enum.IsDefined(value)
            ? value
            : throw new JournalFormatException($"{value} is no known {typeof(T).Name}: a newer Assay wrote it.");

    internal static UsageMarks KnownMarks(ulong value) =>
        (value & ~(ulong)s_knownMarks) == 0
            ? (UsageMarks)value
            : throw new JournalFormatException($"The marks {value:x} are not all known: a newer Assay wrote them.");
}
