using System.Globalization;

namespace Assay.Bench.Exports;

/// <summary>The most memory that this process has had since it was last forgotten; the kernel keeps it (Linux).</summary>
internal static class PeakMemory
{
    public static void Forget()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (OperatingSystem.IsLinux())
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
    }

    /// <summary>In MB; where the kernel does not tell, what it has now.</summary>
    public static long Mb()
    {
        if (OperatingSystem.IsLinux() && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)) is { } line)
        {
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1].TrimStart('\t'), CultureInfo.InvariantCulture) >> 10;
        }

        return Environment.WorkingSet >> 20;
    }
}
