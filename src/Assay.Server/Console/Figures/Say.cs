using System.Globalization;
using Assay.Ledger.Money;

namespace Assay.Server.Console.Figures;

/// <summary>
/// How figures are written on pages. Rounding happens only here, for the eye; the exact amount stands beside it (in a
/// title, a table or the request's own page).
/// </summary>
public static class Say
{
    private static readonly string[] s_scales = ["", " k", " M", " G", " T"];

    /// <summary>Money for reading: two decimals, more only where two would hide it.</summary>
    public static string Usd(NanoUsd amount)
    {
        var dollars = (decimal)amount.Nanos / NanoUsd.PerDollar;
        var size = Math.Abs(dollars);
        return size switch
        {
            0 => "$0.00",
            < 0.0001m => dollars < 0 ? "> −$0.0001" : "< $0.0001",
            < 0.01m => Signed(dollars, "0.0000"),
            _ => Signed(dollars, "#,##0.00"),
        };
    }

    /// <summary>Money of one call, where cents are too coarse: always four decimals, so that a column lines up.</summary>
    public static string UsdFine(NanoUsd amount)
    {
        var dollars = (decimal)amount.Nanos / NanoUsd.PerDollar;
        return dollars is > 0 and < 0.0001m ? "< $0.0001" : Signed(dollars, "#,##0.0000");
    }

    /// <summary>A mark of a scale: no cents where every mark is whole dollars.</summary>
    public static string UsdMark(long nanos, long step) => step % NanoUsd.PerDollar == 0
        ? "$" + Count(nanos / NanoUsd.PerDollar)
        : Usd(new NanoUsd(nanos));

    /// <summary>Every digit that the ledger holds.</summary>
    public static string UsdExact(NanoUsd amount) => $"${amount}";

    /// <summary>A price per million tokens or units, from nano-USD: at least two decimals, and as many as it has.</summary>
    public static string Price(long nanosPerMillion) =>
        "$" + ((decimal)nanosPerMillion / NanoUsd.PerDollar).ToString("#,##0.00#######", CultureInfo.InvariantCulture);

    /// <summary>A count in full, with thousands separators.</summary>
    public static string Count(long count) => count.ToString("#,##0", CultureInfo.InvariantCulture);

    /// <summary>A count shortened to three significant digits.</summary>
    public static string Brief(long count)
    {
        decimal value = count;
        var scale = 0;
        while (Math.Abs(value) >= 999.5m && scale < s_scales.Length - 1)
        {
            value /= 1000;
            scale++;
        }

        var format = scale == 0 || Math.Abs(value) >= 99.95m ? "0" : Math.Abs(value) >= 9.995m ? "0.0" : "0.00";
        return value.ToString(format, CultureInfo.InvariantCulture) + s_scales[scale];
    }

    /// <summary>A share of a whole: no decimals from 10 % up, and never "0 %" or "100 %" for what is not exactly that.</summary>
    public static string Share(long part, long whole)
    {
        if (whole <= 0)
        {
            return "–";
        }

        var percent = 100m * part / whole;
        return percent switch
        {
            0 => "0 %",
            < 0.1m => "< 0.1 %",
            < 10 => percent.ToString("0.0", CultureInfo.InvariantCulture) + " %",
            < 100 and > 99 => percent > 99.9m ? "> 99.9 %" : percent.ToString("0.0", CultureInfo.InvariantCulture) + " %",
            _ => percent.ToString("0", CultureInfo.InvariantCulture) + " %",
        };
    }

    public static string Share(NanoUsd part, NanoUsd whole) => Share(part.Nanos, whole.Nanos);

    /// <summary>A length of time in the unit that a person would choose.</summary>
    public static string Duration(long ms) => ms switch
    {
        < 0 => "–",
        < 1_000 => $"{ms} ms",
        < 60_000 => (ms / 1000m).ToString("0.0", CultureInfo.InvariantCulture) + " s",
        _ => $"{ms / 60_000} min {ms / 1000 % 60} s",
    };

    /// <summary>One thing or many.</summary>
    public static string Many(long count, string one, string many) => $"{Count(count)} {(count == 1 ? one : many)}";

    private static string Signed(decimal dollars, string format) =>
        (dollars < 0 ? "−$" : "$") + Math.Abs(dollars).ToString(format, CultureInfo.InvariantCulture);
}
