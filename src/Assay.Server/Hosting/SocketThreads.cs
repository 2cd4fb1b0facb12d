using System.Runtime.InteropServices;

namespace Assay.Server.Hosting;

/// <summary>
/// The runtime has a thread (or a few) that waits for what comes over sockets and hands it to the workers. On a busy core Linux lets it
/// interrupt the worker for every packet, to hand on one event at a time: switching to and fro was a quarter of what a call cost.
/// As a batch thread it takes its turn when a worker rests, and hands on all that has come. On an idle core nothing changes.
/// </summary>
internal static class SocketThreads
{
    private const string Name = ".NET Sockets";
    private const int Batch = 3;

    /// <summary>To be called once something listens: the threads begin with the first socket. Nothing depends on whether it works.</summary>
    /// <returns>How many threads there are that interrupt nobody any more; 0 where this is not Linux or not allowed.</returns>
    public static int TakeTurns()
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        var changed = 0;
        try
        {
            foreach (var thread in System.IO.Directory.EnumerateDirectories("/proc/self/task"))
            {
                if (File.ReadAllText(Path.Combine(thread, "comm")).TrimEnd('\n') == Name
                    && int.TryParse(Path.GetFileName(thread), out var id))
                {
                    changed += SetScheduler(id, Batch, default(Parameters)) == 0 ? 1 : 0;
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A thread ended meanwhile, or /proc is not to be read: all is as it was.
        }

        return changed;
    }

    [DllImport("libc", EntryPoint = "sched_setscheduler")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetScheduler(int thread, int policy, in Parameters parameters);

    /// <summary>struct sched_param; musl's has more fields, all 0.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Parameters
    {
        private readonly long _priority;
        private readonly long _a;
        private readonly long _b;
        private readonly long _c;
        private readonly long _d;
        private readonly long _e;
    }
}
