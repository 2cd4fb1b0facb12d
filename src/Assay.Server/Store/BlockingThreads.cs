using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Assay.Server.Store;

/// <summary>
/// A few threads for work that blocks or reckons for milliseconds at a time, as SQLite and fsync do. Calls are served by about as
/// many workers as there are cores: one that waits for a disk would hold up every call that came to it. Work goes over with
/// <c>await threads.Enter()</c> and stays until it next waits for something else. On Linux these threads yield to the others.
/// </summary>
/// <param name="name">For debuggers and tools.</param>
/// <param name="threadsMax">Beyond it, work waits its turn. Threads are made when they are needed, and end when they are not.</param>
internal sealed partial class BlockingThreads(string name, int threadsMax) : IDisposable
{
    /// <summary>Still a third of the share of a thread that serves calls, so that nothing falls behind for good on a busy node.</summary>
    private const int Niceness = 5;

    private static readonly TimeSpan s_idleMax = TimeSpan.FromSeconds(20);

    [ThreadStatic]
    private static BlockingThreads? s_current;

    private readonly object _gate = new();
    private readonly Queue<Action> _waiting = [];
    private int _threads;
    private int _idle;
    private bool _disposed;

    /// <summary>What follows this runs on one of the threads; at once if it does already.</summary>
    public Entry Enter() => new(this);

    /// <summary>
    /// To be told after each of many small pieces of work. The scheduler would leave such a thread half a millisecond or more
    /// before it lets on a call that came to the same core; this lets it on after a few microseconds.
    /// </summary>
    public static void Done() => Thread.Yield();

    /// <summary>Ends the threads when what was entered has been done.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Add(Action work)
    {
        lock (_gate)
        {
            _waiting.Enqueue(work);
            if (_waiting.Count <= _idle)
            {
                Monitor.Pulse(_gate);
                return;
            }

            if (_threads >= threadsMax)
            {
                return;
            }

            _threads++;
        }

        new Thread(Run) { IsBackground = true, Name = name }.UnsafeStart();
    }

    private void Run()
    {
        s_current = this;
        if (OperatingSystem.IsLinux())
        {
            // Of this thread alone, which is what Linux makes of it. Nothing depends on whether it works.
            _ = Nice(Niceness);
        }

        while (Next() is { } work)
        {
            work();
        }
    }

    /// <summary>Null when there has been nothing to do for a while: then the thread counts no more.</summary>
    private Action? Next()
    {
        lock (_gate)
        {
            var isLate = false;
            while (true)
            {
                if (_waiting.TryDequeue(out var work))
                {
                    return work;
                }

                if (_disposed || isLate)
                {
                    _threads--;
                    return null;
                }

                _idle++;
                isLate = !Monitor.Wait(_gate, s_idleMax);
                _idle--;
            }
        }
    }

    [DllImport("libc", EntryPoint = "nice")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Nice(int by);

    /// <summary>Goes over to one of the threads when it is awaited.</summary>
    [StructLayout(LayoutKind.Auto)]
    public readonly struct Entry(BlockingThreads threads) : ICriticalNotifyCompletion
    {
        public bool IsCompleted => s_current == threads;

        public Entry GetAwaiter() => this;

        public void OnCompleted(Action continuation) => threads.Add(continuation);

        public void UnsafeOnCompleted(Action continuation) => threads.Add(continuation);

        public void GetResult()
        {
            // There is nothing to tell.
        }
    }
}
