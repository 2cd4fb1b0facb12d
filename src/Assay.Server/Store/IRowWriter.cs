using Assay.Ledger.Usage;

namespace Assay.Server.Store;

/// <summary>Takes the values of a row one after the other: a SQLite statement, or PostgreSQL's arrays by column.</summary>
internal interface IRowWriter
{
    void Add(long value);

    void AddNull();

    void Add(Guid value);

    void Add(string value);
}

/// <summary>Writes rows in the order of <see cref="UsageColumns"/>.</summary>
internal static class UsageRowWriting
{
    public static void WriteAttempt<T>(this T row, UsageEvent call, in NameIds ids, int day, long hour)
        where T : IRowWriter
    {
        row.Add(call.StartedAtMs);
        row.Add(call.Id);
        row.Add(call.RequestId);
        row.Add(day);
        row.Add(hour);
        row.Add(call.DurationMs);
        row.Add(call.FirstByteMs);
        row.Add(ids.Person);
        row.Add(ids.Agent);
        row.Add(ids.Team);
        row.Add(ids.Key);
        row.Add(ids.UseCase);
        row.Add(ids.Provider);
        row.Add(ids.Model);
        row.Add(ids.RequestedModel);
        row.Add(ids.Client);
        row.Add(ids.Operation);
        row.Add(ids.ServiceTier);
        row.Add(ids.PriceVersion);
        row.Add(ids.Arm);
        row.Add(StorableText.Of(call.Session));
        row.Add(StorableText.Of(call.WorkRef));
        row.Add(call.Status);
        row.Add((long)call.Resolution);
        row.Add((long)call.Outcome);
        row.Add((long)call.Marks);
        row.Add(call.Cost.Nanos);
        row.Add(call.Reserved.Nanos);
        var counts = call.Counts;
        for (var i = 0; i < UsageCounts.ClassCount; i++)
        {
            var count = counts[(UsageClass)i];
            if (count == 0 && UsageColumns.IsRare((UsageClass)i))
            {
                row.AddNull();
            }
            else
            {
                row.Add(count);
            }
        }
    }

    public static void WriteCharge<T>(this T row, in AccountCharge charge, string node)
        where T : IRowWriter
    {
        row.Add(charge.Account);
        row.Add(node);
        row.Add(charge.Hour);
        row.Add(charge.Money);
        row.Add(charge.Tokens);
        row.Add(charge.MoneyOverage);
        row.Add(charge.TokensOverage);
    }

    public static void WriteHour<T>(this T row, in RollupKey key, RollupSums sums)
        where T : IRowWriter
    {
        row.Add(key.Hour);
        row.WriteDay(key, sums);
    }

    public static void WriteDay<T>(this T row, in RollupKey key, RollupSums sums)
        where T : IRowWriter
    {
        row.Add(key.Day);
        row.Add(key.Team);
        row.Add(key.Person);
        row.Add(key.Agent);
        row.Add(key.Key);
        row.Add(key.UseCase);
        row.Add(key.Provider);
        row.Add(key.Model);
        row.WriteSums(sums);
    }

    public static void WriteModel<T>(this T row, in ModelKey key, RollupSums sums)
        where T : IRowWriter
    {
        row.Add(key.Hour);
        row.Add(key.UseCase);
        row.Add(key.RequestedModel);
        row.Add(key.Provider);
        row.Add(key.Model);
        row.Add(key.Day);
        row.WriteSums(sums);
    }

    public static void WriteTeam<T>(this T row, (int Day, int Team) key, RollupSums sums)
        where T : IRowWriter
    {
        row.Add(key.Day);
        row.Add(key.Team);
        row.WriteSums(sums);
    }

    private static void WriteSums<T>(this T row, RollupSums sums)
        where T : IRowWriter
    {
        row.Add(sums.Requests);
        row.Add(sums.Errors);
        row.Add(sums.Estimated);
        row.Add(sums.Unpriced);
        row.Add(sums.Cost.Nanos);
        row.Add(sums.EstimatedCost.Nanos);
        for (var i = 0; i < UsageCounts.ClassCount; i++)
        {
            row.Add(sums.Counts[(UsageClass)i]);
        }
    }
}
