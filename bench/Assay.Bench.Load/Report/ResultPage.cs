using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Assay.Bench.Load.Report;

/// <summary>Turns the samples into a page: the machine, one table per cell, and the targets with pass or fail.</summary>
internal sealed partial class ResultPage(
    Options options, IReadOnlyList<Cell> cells, IReadOnlyList<string> names, IReadOnlyDictionary<(Cell, string), List<Sample>> samples)
{
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private readonly string _cpu = CpuName();

    internal string FileName()
    {
        var cpu = NotWord().Replace(_cpu.ToLowerInvariant(), "-").Trim('-');
        return Path.Combine(options.Root, "bench", "results", string.Create(CultureInfo.InvariantCulture, $"{_now:yyyy-MM-dd}-{cpu}.md"));
    }

    internal string Write(out bool good)
    {
        var page = new StringBuilder();
        Line(page, $"# Benchmark, {_now:yyyy-MM-dd HH:mm} UTC");
        Line(page, $"");
        Machine(page);
        foreach (var cell in cells)
        {
            Table(page, cell);
        }

        good = Targets(page) & Doubts(page);
        return page.ToString();
    }

    private void Machine(StringBuilder page)
    {
        Line(page, $"- CPU: {_cpu}, {CoresOfMachine()} cores");
        Line(page, $"- System: {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}");
        Line(page, $"- Load average at the end: {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");
        Line(page, options.ProxyCore is { } core
            ? (FormattableString)$"- Pinned: the proxy on core {core}; load generator and upstream together on core {options.LoadCore}; with one connection all on core {options.LoadCore}, since nothing runs in parallel then and waking a halted core would be most of what is measured"
            : $"- Not pinned: proxy, load generator and upstream share all cores");
        Line(page, $"- {options.Rounds} rounds, contestants interleaved, windows of {options.Window.TotalSeconds:0} s, medians of the rounds");
        Line(page, $"");
    }

    private void Table(StringBuilder page, Cell cell)
    {
        Line(page, $"## {cell.Name}, {cell.Connections} connection{(cell.Connections == 1 ? "" : "s")}");
        Line(page, $"");
        Line(page, $"| | requests/s | CPU µs/request | × pipe | p50 µs | p99 µs | added p50 µs | added p99 µs | memory MiB |");
        Line(page, $"|---|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var name in names)
        {
            var list = samples[(cell, name)];
            if (name == "direct")
            {
                Line(page, $"| direct | {Of(list, s => s.PerSecond):0} | | | {Of(list, s => s.P50Micros):0} | {Of(list, s => s.P99Micros):0} | | | |");
                continue;
            }

            var ratio = names.Contains("pipe") ? $"{Ratios(cell, name, "pipe").Median():0.00}" : "";
            Line(page, $"| {name} | {Of(list, s => s.PerSecond):0} | {Of(list, s => s.CpuMicros):0.0} | {ratio} | {Of(list, s => s.P50Micros):0} | {Of(list, s => s.P99Micros):0} | {Added(cell, name, "direct", s => s.P50Micros):0} | {Added(cell, name, "direct", s => s.P99Micros):0} | {Of(list, s => s.ResidentMiB):0} |");
        }

        Line(page, $"");
    }

    private bool Targets(StringBuilder page)
    {
        if (!names.Contains("assay") || !names.Contains("pipe"))
        {
            return true;
        }

        Line(page, $"## Targets");
        Line(page, $"");
        Line(page, $"| target | measured | |");
        Line(page, $"|---|---|---|");
        var good = true;
        foreach (var cell in cells)
        {
            if (cell.Connections > 1 && names.Contains("budgets"))
            {
                var ratios = Ratios(cell, "budgets", "assay").ToList();
                good &= Row(
                    $"CPU per request with 6 budgets, {cell.Name}: less than 1.10 × without",
                    $"{ratios.Median():0.00} × ({ratios.Min():0.00}–{ratios.Max():0.00})",
                    ratios.Median() < 1.10);
            }

            if (cell.Connections > 1)
            {
                var limit = cell.Group switch { "json" => 1.7, "translated" => 3.0, _ => 1.2 };
                var ratios = Ratios(cell, "assay", "pipe").ToList();
                good &= Row(
                    $"CPU per request, {cell.Name}: at most {limit:0.0} × the bare pipe",
                    $"{ratios.Median():0.00} × ({ratios.Min():0.00}–{ratios.Max():0.00})",
                    ratios.Median() <= limit);
            }
            else
            {
                var (what, limit, micros) = cell.Group == "translated"
                    ? ("added p99 of the first byte at one connection", 0.5, (Func<Sample, double>)(s => s.FirstByteP99Micros))
                    : ("added p99 at one connection", 0.2, s => s.P99Micros);
                var overDirect = Added(cell, "assay", "direct", micros) / 1000;
                var overPipe = Added(cell, "assay", "pipe", micros) / 1000;
                good &= Row(
                    $"{what}, {cell.Name}: at most {limit:0.0} ms over direct",
                    $"{overDirect:0.000} ms over direct, {overPipe:0.000} ms over the pipe",
                    overDirect <= limit);
            }
        }

        Line(page, $"");
        return good;

        bool Row(FormattableString target, FormattableString measured, bool pass)
        {
            Line(page, $"| {target.ToString(CultureInfo.InvariantCulture)} | {measured.ToString(CultureInfo.InvariantCulture)} | {(pass ? "pass" : "**fail**")} |");
            return pass;
        }
    }

    /// <summary>Whatever makes a number untrustworthy is said in the page itself.</summary>
    private bool Doubts(StringBuilder page)
    {
        var good = true;
        foreach (var ((cell, name), list) in samples)
        {
            if (list.Sum(sample => sample.Wrong) is var wrong and > 0)
            {
                good = false;
                Line(page, $"- **{wrong} wrong answers** from {name} ({cell.Name}, {cell.Connections} connections)");
            }

            if (list.Any(sample => !sample.Settled))
            {
                Line(page, $"- {name} was still busy 30 s after a window ({cell.Name}, {cell.Connections} connections): its CPU is understated");
            }

            // A translated answer has a length of its own.
            var isOther = cell.Group != "translated" && list[0].BodyBytes != samples[(cell, "direct")][0].BodyBytes;
            if (list.Select(sample => sample.BodyBytes).Distinct().Count() > 1 || isOther)
            {
                good = false;
                Line(page, $"- **answers of {name} differ in length from direct** ({cell.Name}): {list[0].BodyBytes} against {samples[(cell, "direct")][0].BodyBytes} bytes");
            }
        }

        return good;
    }

    private IEnumerable<double> Ratios(Cell cell, string name, string basis) =>
        samples[(cell, name)].Zip(samples[(cell, basis)], (a, b) => a.CpuMicros / b.CpuMicros);

    private double Added(Cell cell, string name, string basis, Func<Sample, double> what) =>
        samples[(cell, name)].Zip(samples[(cell, basis)], (a, b) => what(a) - what(b)).Median();

    private static double Of(List<Sample> list, Func<Sample, double> what) => list.Select(what).Median();

    private static string CpuName() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            ?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();

    private static int CoresOfMachine() =>
        File.ReadLines("/proc/cpuinfo").Count(line => line.StartsWith("processor", StringComparison.Ordinal));

    private static void Line(StringBuilder page, FormattableString text) =>
        page.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');

    [GeneratedRegex("[^a-z0-9]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NotWord();
}
