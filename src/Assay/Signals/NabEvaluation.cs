using System.Globalization;
using System.Text.Json;
using Assay.Signals.Nab;
using Assay.Signals.Series;

namespace Assay.Signals;

/// <summary>Runs the series detector, as it is in production, over a folder in NAB's form and scores it by NAB's rules.</summary>
internal static class NabEvaluation
{
    private const string Windows = "windows.json";

    /// <summary>What came out of one series.</summary>
    private sealed record Scored(string File, NabTally Tally, double Days);

    public static void Run(string folder, string? alertsPath, bool asJson, TextWriter output, CancellationToken cancellation)
    {
        var windows = ReadWindows(Path.Combine(folder, Windows));
        var root = Path.Combine(folder, "data");
        var files = Directory.EnumerateFiles(root, "*.csv", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(root, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);
        using var alerts = alertsPath is { Length: > 0 } ? new StreamWriter(alertsPath) : null;
        alerts?.Write("file,timestamp\n");
        var scored = new List<Scored>();
        foreach (var file in files)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                scored.Add(One(root, file, windows.GetValueOrDefault(file) ?? [], alerts));
            }
            catch (FormatException fault)
            {
                throw new FormatException($"{file}: {fault.Message}", fault);
            }
        }

        if (asJson)
        {
            PrintJson(scored, output);
        }
        else
        {
            Print(scored, output);
        }
    }

    private static Scored One(string root, string file, string[][] labels, StreamWriter? alerts)
    {
        var series = NabSeries.Read(File.ReadLines(Path.Combine(root, file)));
        var windows = labels
            .Select(pair => pair.Length == 2 ? series.Rows(pair[0], pair[1]) : throw new FormatException("a window has two edges"))
            .OfType<(int First, int Last)>()
            .Order()
            .ToList();
        var found = series.Alerts(SeriesSettings.Standard);
        foreach (var row in found)
        {
            alerts?.Write($"{file},{series.Timestamps[row]}\n");
        }

        var probation = NabScorer.ProbationRows(series.Values.Count);
        var days = series.Seconds.Count > probation ? (series.Seconds[^1] - series.Seconds[probation]) / 86_400.0 : 0;
        return new Scored(file, NabScorer.Count(series.Values.Count, windows, found), days);
    }

    private static Dictionary<string, string[][]> ReadWindows(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string[][]>>(File.ReadAllBytes(path)) ?? [];
        }
        catch (JsonException fault)
        {
            throw new FormatException($"{Windows} is not a list of windows by file: {fault.Message}", fault);
        }
    }

    private static void Print(List<Scored> scored, TextWriter output)
    {
        var width = scored.Select(s => s.File.Length).DefaultIfEmpty(4).Max();
        output.WriteLine($"{"series".PadRight(width)}  windows  found  alerts  false  alerts/day  score");
        foreach (var (file, tally, days) in scored)
        {
            Line(file, tally, days);
        }

        output.WriteLine();
        foreach (var group in scored.GroupBy(s => s.File.Split('/')[0], StringComparer.Ordinal))
        {
            Line(group.Key, Sum(group), group.Sum(s => s.Days));
        }

        var all = Sum(scored);
        Line("all", all, scored.Sum(s => s.Days));
        output.WriteLine();
        output.WriteLine(Inv(
            $"precision {Part(all.Alerts - all.FalseAlerts, all.Alerts)} of alerts · recall {Part(all.Found, all.Windows)} of windows · delay {(all.Found == 0 ? 0 : all.Delay / (double)all.Found):0} rows from a window's edge"));
        foreach (var profile in NabProfile.All)
        {
            output.WriteLine(Inv($"NAB {profile.Name,-20} {all.Score(profile):0.00}"));
        }

        void Line(string name, NabTally t, double days) => output.WriteLine(Inv(
            $"{name.PadRight(width)}  {t.Windows,7}  {t.Found,5}  {t.Alerts,6}  {t.FalseAlerts,5}  {(days > 0 ? t.Alerts / days : 0),10:0.00}  {(t.Windows == 0 ? "" : t.Score(NabProfile.All[0]).ToString("0.0", CultureInfo.InvariantCulture)),5}"));
    }

    private static void PrintJson(List<Scored> scored, TextWriter output)
    {
        var all = Sum(scored);
        var days = scored.Sum(s => s.Days);
        var answer = new
        {
            scores = NabProfile.All.ToDictionary(p => p.Name, p => Round(all.Score(p)), StringComparer.Ordinal),
            windows = all.Windows,
            found = all.Found,
            alerts = all.Alerts,
            falseAlerts = all.FalseAlerts,
            precision = Round(all.Alerts == 0 ? 0 : (all.Alerts - all.FalseAlerts) / (double)all.Alerts),
            recall = Round(all.Windows == 0 ? 0 : all.Found / (double)all.Windows),
            delayRows = Round(all.Found == 0 ? 0 : all.Delay / (double)all.Found),
            alertsPerDay = Round(days > 0 ? all.Alerts / days : 0),
            series = scored.Select(s => new
            {
                file = s.File,
                windows = s.Tally.Windows,
                found = s.Tally.Found,
                alerts = s.Tally.Alerts,
                falseAlerts = s.Tally.FalseAlerts,
            }),
        };
        output.WriteLine(JsonSerializer.Serialize(answer, s_indented));
    }

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private static NabTally Sum(IEnumerable<Scored> scored) => scored.Aggregate(default(NabTally), (sum, s) => sum + s.Tally);

    private static double? Round(double value) => double.IsFinite(value) ? Math.Round(value, 4) : null;

    private static string Part(int part, int of) =>
        of == 0 ? "–" : (100.0 * part / of).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    private static string Inv(FormattableString text) => FormattableString.Invariant(text);
}
