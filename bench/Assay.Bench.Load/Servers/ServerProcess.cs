using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Assay.Bench.Load.Servers;

/// <summary>A server under measurement: its processes, their CPU time and their memory, read from /proc.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const double TickMicros = 10_000; // USER_HZ is 100 on every Linux that .NET runs on.
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private int? _core;

    private ServerProcess(Process process, int? core)
    {
        _process = process;
        _core = core;
    }

    /// <summary>Starts it, on one core if <paramref name="core"/> is given, and waits until its port answers.</summary>
    internal static async Task<ServerProcess> StartAsync(
        int? core, int port, string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        if (core is { } number)
        {
            start.FileName = "taskset";
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(number.ToString(CultureInfo.InvariantCulture));
            start.ArgumentList.Add(program);
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // What makes the load generator cheap must not leak into what it measures.
        foreach (var (name, _) in Contestants.InlineSockets)
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var server = new ServerProcess(Process.Start(start)!, core);
        server._process.OutputDataReceived += server.Keep;
        server._process.ErrorDataReceived += server.Keep;
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        await server.WaitForPortAsync(port, program);
        return server;
    }

    /// <summary>User and system time of all its processes since they started.</summary>
    internal double CpuMicros() => Family().Sum(id =>
    {
        // The second field is the name in brackets and may hold spaces: count from the last bracket.
        var stat = File.ReadAllText($"/proc/{id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (Number(fields[11]) + Number(fields[12])) * TickMicros;
    });

    internal double ResidentMiB() => Family().Sum(id =>
        Number(File.ReadLines($"/proc/{id}/status").First(line => line.StartsWith("VmRSS", StringComparison.Ordinal))
            .Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1]) / 1024.0);

    /// <summary>Moves all its threads to another core; nothing to do for one that is not pinned.</summary>
    internal async Task MoveToAsync(int? core)
    {
        if (core is not { } number || _core == core)
        {
            return;
        }

        // A thread inherits its creator's core: one that is born while the others are moved may be missed at first.
        for (var attempt = 0; attempt < 10; attempt++)
        {
            foreach (var id in Family().Where(id => Threads(id).Any(thread => !IsOn(thread, number))))
            {
                using var taskset = Process.Start(new ProcessStartInfo("taskset", $"-a -c -p {number} {id}")
                {
                    UseShellExecute = false,
                    RedirectStandardOutput = true,
                })!;
                await taskset.StandardOutput.ReadToEndAsync();
                await taskset.WaitForExitAsync();
            }

            if (Family().SelectMany(Threads).All(thread => IsOn(thread, number)))
            {
                _core = core;
                return;
            }
        }

        throw new InvalidOperationException($"The threads of process {_process.Id} cannot be moved to core {number}.");
    }

    /// <summary>
    /// Waits until the process does nothing more, so that work it put off (writing to the store, say) is counted in the
    /// window that caused it and not in the next one. False if it was still busy after the time allowed.
    /// </summary>
    internal async Task<bool> IdleAsync(TimeSpan allowed)
    {
        var before = CpuMicros();
        var quiet = 0;
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < allowed;)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
            var now = CpuMicros();
            quiet = now - before <= TickMicros ? quiet + 1 : 0;
            before = now;
            if (quiet == 2)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What it printed last, for a message about its failure.</summary>
    internal string Output()
    {
        lock (_lines)
        {
            return string.Join('\n', _lines.TakeLast(30));
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);

            // With a limit it waits for the process alone. Without one it also waits for the end of the output, and has
            // waited for good.
            _process.WaitForExit(TimeSpan.FromSeconds(30));
        }

        _process.Dispose();
    }

    private IEnumerable<int> Family()
    {
        // nginx is a master with workers; taskset replaces itself by the program, so its id is the program's.
        var id = _process.Id;
        var children = File.ReadAllText($"/proc/{id}/task/{id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return children.Select(child => (int)Number(child)).Prepend(id);
    }

    private static string[] Threads(int id) => Directory.GetDirectories($"/proc/{id}/task");

    private static bool IsOn(string thread, int core)
    {
        try
        {
            return File.ReadLines(Path.Combine(thread, "status"))
                .Contains(FormattableString.Invariant($"Cpus_allowed_list:\t{core}"), StringComparer.Ordinal);
        }
        catch (IOException)
        {
            return true; // It ended meanwhile.
        }
    }

    private async Task WaitForPortAsync(int port, string program)
    {
        for (var attempt = 0; attempt < 300 && !_process.HasExited; attempt++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }

        var output = Output();
        Dispose();
        throw new InvalidOperationException($"{program} did not open port {port}:\n{output}");
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_lines)
        {
            if (line.Data is { } text && _lines.Count < 1000)
            {
                _lines.Add(text);
            }
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
