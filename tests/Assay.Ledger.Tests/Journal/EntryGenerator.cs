using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Assay.Ledger.Book;
using Assay.Ledger.Journal;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using FsCheck;
using FsCheck.Fluent;

namespace Assay.Ledger.Tests.Journal;

/// <summary>
/// Random entries of every kind. A usage event is filled by reflection, so that a property which the codec forgets
/// fails the round trip.
/// </summary>
internal static class EntryGenerator
{
    public static Gen<string> Text { get; } =
        from runes in Gen.ListOf(
            Gen.Frequency(
                (8, Gen.Choose('!', '~')),
                (1, Gen.Choose(0x80, 0xD7FF)),
                (1, Gen.Choose(0xE000, 0x10FFFF))))
        select string.Concat(runes.Select(value => new Rune(value).ToString()));

    public static Gen<long> Long { get; } = Gen.OneOf(
        Gen.Choose(-1000, 1000).Select(value => (long)value),
        Gen.Elements(0, long.MaxValue, long.MinValue, int.MaxValue, -1),
        ArbMap.Default.GeneratorFor<long>());

    public static Gen<Guid> Id { get; } = ArbMap.Default.GeneratorFor<Guid>();

    public static Gen<UsageCounts> Counts { get; } =
        from values in Gen.ArrayOf(
            Gen.Frequency((3, Gen.Constant(0L)), (2, Gen.Choose(1, int.MaxValue).Select(value => (long)value)),
                (1, Gen.Constant(long.MaxValue))),
            UsageCounts.ClassCount)
        select Fill(values);

    public static Gen<UsageEvent> Call { get; } =
        Gen.CollectToArray(Settable.Select(property => ValueOf(property.PropertyType))).Select(Fill);

    public static Gen<JournalEntry> Entry { get; } = Gen.OneOf(
        from call in Call
        from expires in Long
        from accounts in Gen.ArrayOf(Text)
        select (JournalEntry)new Reserved(call, expires, accounts),
        from id in Id
        from at in Long
        from amount in Long
        from tokens in Long
        select (JournalEntry)new Extended(id, at, new NanoUsd(amount), tokens),
        from call in Call
        from accounts in Gen.ArrayOf(Text)
        from held in Long
        select (JournalEntry)new Settled(call, accounts, held),
        from account in Text
        from at in Long
        from unit in Gen.Elements(Enum.GetValues<AccountUnit>())
        from has in Gen.Elements(true, false)
        from limit in Long
        select (JournalEntry)new LimitSet(account, at, unit, has ? limit : null),
        from account in Text
        from at in Long
        from spentAt in Long
        from amount in Long
        from tokens in Long
        select (JournalEntry)new Carried(account, at, spentAt, new NanoUsd(amount), tokens),
        from id in Id
        from at in Long
        from job in Text
        from models in Gen.ArrayOf(Text)
        select (JournalEntry)new Submitted(id, at, job, models));

    private static IEnumerable<PropertyInfo> Settable =>
        typeof(UsageEvent).GetProperties().Where(static property => property.CanWrite);

    private static Gen<object> ValueOf(Type type) =>
        type == typeof(Guid) ? Id.Select(value => (object)value)
        : type == typeof(string) ? Text.Select(value => (object)value)
        : type == typeof(long) ? Long.Select(value => (object)value)
        : type == typeof(int) ? ArbMap.Default.GeneratorFor<int>().Select(value => (object)value)
        : type == typeof(NanoUsd) ? Long.Select(value => (object)new NanoUsd(value))
        : type == typeof(UsageCounts) ? Counts.Select(value => (object)value)
        : type == typeof(Resolution) ? Gen.Elements(Enum.GetValues<Resolution>()).Select(value => (object)value)
        : type == typeof(CallOutcome) ? Gen.Elements(Enum.GetValues<CallOutcome>()).Select(value => (object)value)
        : type == typeof(UsageMarks) ? Gen.SubListOf(Enum.GetValues<UsageMarks>())
            .Select(marks => (object)marks.Aggregate(UsageMarks.None, static (all, mark) => all | mark))
        : throw new NotSupportedException($"Say here how to make a {type.Name}.");

    private static UsageCounts Fill(long[] values)
    {
        var counts = default(UsageCounts);
        for (var i = 0; i < values.Length; i++)
        {
            counts[(UsageClass)i] = values[i];
        }

        return counts;
    }

    private static UsageEvent Fill(object[] values)
    {
        var call = (UsageEvent)RuntimeHelpers.GetUninitializedObject(typeof(UsageEvent));
        foreach (var (property, value) in Settable.Zip(values))
        {
            property.SetValue(call, value);
        }

        return call;
    }
}
