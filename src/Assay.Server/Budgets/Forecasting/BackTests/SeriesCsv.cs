using System.Globalization;

namespace Assay.Server.Budgets.Forecasting.BackTests;

/// <summary>
/// Series to try forecasts on, from a CSV file with the head <c>series,time,amount</c>. A time is a day,
/// <c>2026-01-31</c>, or an hour of it, <c>2026-01-31T14</c>; what is not there is 0. The scale of amounts does not
/// matter: three decimals count.
/// </summary>
internal static class SeriesCsv
{
    public const int RowsMax = 2_000_000;
    public const int DaysMax = 3660;
    private const string Head = "series,time,amount";

    /// <exception cref="FormatException">The file is not as it should be; the message names the line.</exception>
    public static IReadOnlyList<SpendSeries> Read(TextReader file)
    {
        if (file.ReadLine()?.Trim() != Head)
        {
            throw new FormatException($"Line 1: the file must begin with the line \"{Head}\".");
        }

        var rows = new Dictionary<string, List<(DateTime Time, long Amount)>>(StringComparer.Ordinal);
        var (number, withHours) = (1, false);
        while (file.ReadLine() is { } line)
        {
            if (++number > RowsMax)
            {
                throw new FormatException($"The file has more than {RowsMax} lines.");
            }

            if (line.Length == 0)
            {
                continue;
            }

            var fields = line.Split(',');
            if (fields.Length != 3)
            {
                throw new FormatException($"Line {number}: there must be three fields: {Head}.");
            }

            if (!rows.TryGetValue(fields[0], out var series))
            {
                rows[fields[0]] = series = [];
            }

            withHours |= fields[1].Contains('T', StringComparison.Ordinal);
            series.Add((Time(fields[1], number), Amount(fields[2], number)));
        }

        return [.. rows.Select(r => Series(r.Key, r.Value, withHours))];
    }

    private static DateTime Time(string text, int line) =>
        DateTime.TryParseExact(
            text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : throw new FormatException($"Line {line}: write a time as 2026-01-31 or 2026-01-31T14.");

    private static long Amount(string text, int line) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            && amount < 1_000_000_000_000
            ? (long)(amount * 1000)
            : throw new FormatException($"Line {line}: an amount is a number from 0 up to 999999999999.");

    private static SpendSeries Series(string name, List<(DateTime Time, long Amount)> rows, bool withHours)
    {
        var first = rows.Min(r => r.Time).Date;
        var days = (rows.Max(r => r.Time).Date - first).Days + 1;
        if (days > DaysMax)
        {
            throw new FormatException($"The series {name} spans {days} days; at most {DaysMax} are read.");
        }

        var perDay = withHours ? 24 : 1;
        var amounts = new long[days * perDay];
        foreach (var (time, amount) in rows)
        {
            amounts[((time.Date - first).Days * perDay) + (withHours ? time.Hour : 0)] += amount;
        }

        var firstDay = DateOnly.FromDateTime(first);
        return withHours ? SpendSeries.OfHours(name, firstDay, amounts) : SpendSeries.OfDays(name, firstDay, amounts);
    }
}
